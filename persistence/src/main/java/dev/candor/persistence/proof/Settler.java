package dev.candor.persistence.proof;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Takes what verified proofs show to the ledger. Thread-safe; never blocks its caller. */
@FunctionalInterface
public interface Settler {
    /** Where there is no ledger; nothing is asked of it. */
    Settler NONE = _ -> CompletableFuture.completedStage(new Settled.Left("there is no ledger"));

    /**
     * Settles a verified job whose ledger may have settled it already, as after a crash: that is told like any other success. Fails where it cannot be told
     * now; then it is asked again.
     */
    CompletionStage<Settled> settle(JobState job);

    /** What the ledger made of a proof. */
    sealed interface Settled {
        /** It holds the proof. */
        record Taken() implements Settled {}

        /**
         * It never will.
         *
         * @param reason a sentence
         */
        record Left(String reason) implements Settled {}
    }
}
