package dev.candor.persistence.answers;

import dev.candor.actors.value.Digest;
import dev.candor.actors.value.RequestId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/**
 * Keeps the bytes of answers (the journal's events hold digests only). All methods are asynchronous and thread-safe; a failed stage means that the
 * store cannot be reached.
 */
public interface AnswerStore {
    /**
     * Makes the answers durable no later than the event {@code (persistenceId, sequenceNr)} that holds their receipts: after the stage completes that
     * event may be persisted. A store in the journal's own database writes both in one transaction and completes at once.
     */
    CompletionStage<Done> stage(String persistenceId, long sequenceNr, List<StoredAnswer> answers);

    /** All rows under an identity, of any epoch; at most a few. */
    CompletionStage<List<StoredAnswer>> findByIdentity(int partition, Digest identity);

    /** All rows under a request id, of any epoch; at most a few. */
    CompletionStage<List<StoredAnswer>> findById(RequestId id);

    /** How long the bytes of an answer are kept; the receipt stays. */
    Duration retention();
}
