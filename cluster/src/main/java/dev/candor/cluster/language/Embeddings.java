package dev.candor.cluster.language;

import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.InferenceRequest;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.value.Bytes;
import java.util.List;

/** What became of an {@link EmbeddingRequest}. */
public sealed interface Embeddings {
    /**
     * All inputs are embedded, and every receipt is in the journal.
     *
     * @param vectors of each input in order: float32, little-endian, of length 1
     * @param promptTokens of all inputs
     * @param batches what ran, each with its receipt, in the order of the inputs
     */
    record Embedded(List<Bytes> vectors, int promptTokens, List<Batch> batches) implements Embeddings {}

    /**
     * Inputs that ran together.
     *
     * @param asked what the receipt's request digest covers
     * @param answered what its answer digest covers
     */
    record Batch(InferenceRequest asked, InferenceOutcome.Answered answered) {}

    /** Not all are embedded. */
    record Refused(Refusal refusal) implements Embeddings {}
}
