package dev.candor.persistence.fakes;

import dev.candor.actors.inference.Identity;
import dev.candor.actors.value.Digest;
import dev.candor.actors.value.RequestId;
import dev.candor.persistence.answers.AnswerStore;
import dev.candor.persistence.answers.StoredAnswer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.Done;

/** Answers in memory, without a transaction around them and the event: rows without an event stay, as on Cassandra. */
public final class FakeAnswers implements AnswerStore {
    private final List<StoredAnswer> rows = new CopyOnWriteArrayList<>();
    private volatile Optional<RuntimeException> failure = Optional.empty();
    private volatile CompletableFuture<Done> gate = CompletableFuture.completedFuture(Done.getInstance());
    private final AtomicInteger searches = new AtomicInteger();

    /** Makes every call fail, or none. */
    public void failing(boolean fails) {
        failure = fails ? Optional.of(new IllegalStateException("the store of answers fails")) : Optional.empty();
    }

    /** Stages complete when {@code next} does. */
    public void gate(CompletableFuture<Done> next) {
        gate = next;
    }

    /** As retention does: the bytes of all answers go, the receipts stay. */
    public void expireAll() {
        rows.replaceAll(row -> new StoredAnswer(
                row.id(), row.identity(), row.epoch(), row.sequenceNr(), row.receipt(), Optional.empty()));
    }

    /** Puts a row there, as an owner that never got to its event would have. */
    public void put(StoredAnswer row) {
        rows.add(row);
    }

    /** Every row. */
    public List<StoredAnswer> rows() {
        return List.copyOf(rows);
    }

    /** How often an identity was asked for. */
    public int searches() {
        return searches.get();
    }

    @Override
    public CompletionStage<Done> stage(String persistenceId, long sequenceNr, List<StoredAnswer> answers) {
        if (failure.isPresent()) {
            return CompletableFuture.failedStage(failure.get());
        }
        rows.addAll(answers);
        return gate;
    }

    @Override
    public CompletionStage<List<StoredAnswer>> findByIdentity(int partition, Digest identity) {
        searches.incrementAndGet();
        return found(rows.stream()
                .filter(row -> row.id().partition() == partition
                        && row.identity().map(Identity::id).equals(Optional.of(identity)))
                .toList());
    }

    @Override
    public CompletionStage<List<StoredAnswer>> findById(RequestId id) {
        return found(rows.stream().filter(row -> row.id().equals(id)).toList());
    }

    @Override
    public Duration retention() {
        return Duration.ofHours(24);
    }

    private CompletionStage<List<StoredAnswer>> found(List<StoredAnswer> found) {
        return failure.<CompletionStage<List<StoredAnswer>>>map(CompletableFuture::failedStage)
                .orElseGet(() -> CompletableFuture.completedStage(found));
    }
}
