package dev.candor.persistence.proof;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Tells whoever a job's caller named how the job stands. Thread-safe; never blocks its caller. */
@FunctionalInterface
public interface Callbacks {
    /** Where nobody is called. */
    Callbacks NONE = _ -> CompletableFuture.completedStage(new Outcome.Never("this node calls nobody back"));

    /** Makes one attempt, which ends within seconds; the stage does not fail. */
    CompletionStage<Outcome> call(JobState state);

    /** What came of an attempt. */
    sealed interface Outcome {
        /** It was taken. */
        record Taken() implements Outcome {}

        /**
         * It failed, and may go well later.
         *
         * @param reason a sentence
         */
        record Later(String reason) implements Outcome {}

        /**
         * It failed for good.
         *
         * @param reason a sentence
         */
        record Never(String reason) implements Outcome {}
    }
}
