package dev.candor.cluster.language;

import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.InferenceRequest;
import dev.candor.actors.inference.Refusal;

/** What became of a {@link GenerationRequest}. */
public sealed interface Generation {
    /**
     * The text is written, and its receipt is in the journal.
     *
     * @param text the whole of it
     * @param finish {@code stop} or {@code length}
     * @param promptTokens of the prompt, template included
     * @param completionTokens of the answer, the end token included
     * @param seed that was used
     * @param asked what the receipt's request digest covers
     * @param answered what its answer digest covers
     */
    record Written(
            String text,
            String finish,
            int promptTokens,
            int completionTokens,
            long seed,
            InferenceRequest asked,
            InferenceOutcome.Answered answered)
            implements Generation {}

    /** There is no text with a receipt. What was heard of one is void. */
    record Refused(Refusal refusal) implements Generation {}
}
