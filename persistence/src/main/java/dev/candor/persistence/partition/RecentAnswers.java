package dev.candor.persistence.partition;

import dev.candor.actors.inference.Answer;
import dev.candor.actors.value.Digest;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The answers that this owner committed last, for retries: bounded by count, bytes and age, oldest out first. Not thread-safe. */
final class RecentAnswers {
    /**
     * An answer in the journal.
     *
     * @param fingerprint of the body it answers
     * @param since when it was committed
     */
    record Settled(Digest fingerprint, Answer answer, long since) {}

    private final int maxCount;
    private final long maxBytes;
    private final long maxAge;
    private final LinkedHashMap<Digest, Settled> answers = new LinkedHashMap<>();
    private long bytes;

    RecentAnswers(int maxCount, long maxBytes, Duration maxAge) {
        this.maxCount = maxCount;
        this.maxBytes = maxBytes;
        this.maxAge = maxAge.toNanos();
    }

    Optional<Settled> find(Digest identity, long now) {
        Settled settled = answers.get(identity);
        if (settled == null || now - settled.since() >= maxAge) {
            return Optional.empty();
        }
        return Optional.of(settled);
    }

    void put(Digest identity, Settled settled) {
        Settled before = answers.put(identity, settled);
        bytes += AnswerCodec.size(settled.answer()) - (before == null ? 0 : AnswerCodec.size(before.answer()));
        Iterator<Map.Entry<Digest, Settled>> oldest = answers.entrySet().iterator();
        while (oldest.hasNext()) {
            Settled eldest = oldest.next().getValue();
            if (answers.size() <= maxCount && bytes <= maxBytes && settled.since() - eldest.since() < maxAge) {
                return;
            }
            bytes -= AnswerCodec.size(eldest.answer());
            oldest.remove();
        }
    }
}
