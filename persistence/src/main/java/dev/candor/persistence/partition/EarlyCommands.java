package dev.candor.persistence.partition;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.InferenceOutcome.Refused;
import dev.candor.actors.inference.Refusal;
import dev.candor.persistence.partition.Partition.Commit;
import dev.candor.persistence.partition.Partition.FindReceipt;
import dev.candor.persistence.partition.Partition.Lookup;
import dev.candor.persistence.partition.Partition.Question;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** What came before the partition was ready, up to a bound; and how each kind of question is refused. Not thread-safe. */
final class EarlyCommands {
    private static final Refusal FULL = Refusal.retryable(
            ErrorCode.OVERLOADED,
            "The partition is still recovering, and enough requests wait for it; retry.",
            Duration.ofSeconds(1));

    private final int capacity;
    private final PartitionMeter meter;
    private final int partition;
    private final ArrayDeque<Question> waiting = new ArrayDeque<>();
    private int weight;

    EarlyCommands(int partition, int capacity, PartitionMeter meter) {
        this.partition = partition;
        this.capacity = capacity;
        this.meter = meter;
    }

    /** Keeps a question for later, or refuses it where enough are kept. */
    void park(Question question) {
        int heavy = question instanceof Commit commit ? commit.entries().size() : 1;
        if (weight + heavy > capacity) {
            refuse(question, FULL);
        } else {
            waiting.add(question);
            weight += heavy;
            meter.parked(partition, weight);
        }
    }

    /** Everything that waits, in the order of arrival; nothing waits afterwards. */
    List<Question> drain() {
        List<Question> all = new ArrayList<>(waiting);
        waiting.clear();
        weight = 0;
        meter.parked(partition, 0);
        return all;
    }

    /** Refuses whatever waits. */
    void refuseAll(Refusal refusal) {
        drain().forEach(question -> refuse(question, refusal));
    }

    /** Answers a question with a refusal. */
    void refuse(Question question, Refusal refusal) {
        switch (question) {
            case Lookup it -> it.replyTo().tell(new LookupReply.Unavailable(it.identity(), refusal));
            case Commit it ->
                it.entries().forEach(entry -> {
                    meter.refused(partition, refusal.code());
                    entry.replyTo().tell(new Refused(entry.uuid(), refusal));
                });
            case FindReceipt it -> it.replyTo().tell(new ReceiptReply.Unavailable(it.id(), refusal));
        }
    }
}
