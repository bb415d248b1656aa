package dev.candor.gpuconfig.language;

import dev.candor.actors.inference.Refusal;
import java.util.List;
import java.util.Locale;

/** How a sequence ended. */
public sealed interface SequenceEnd {
    /** What was asked. */
    SequenceRequest request();

    /** Why nothing more was written. */
    enum Reason {
        /** The model chose its end, a stop text came, or the constraint is met. */
        STOP,
        /** {@code max_tokens} are written. */
        LENGTH;

        /** The word in answers. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * It is written.
     *
     * @param tokens of the answer, the end token included where the model chose it
     * @param queuedNanos before its first step
     * @param runNanos from then on
     */
    record Written(SequenceRequest request, List<Integer> tokens, Reason reason, long queuedNanos, long runNanos)
            implements SequenceEnd {
        /** Copies the tokens. */
        public Written {
            tokens = List.copyOf(tokens);
        }
    }

    /** It is not written. */
    record Refused(SequenceRequest request, Refusal refusal) implements SequenceEnd {}
}
