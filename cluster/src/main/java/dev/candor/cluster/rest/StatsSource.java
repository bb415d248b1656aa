package dev.candor.cluster.rest;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Gives the public figures of the ledger. Thread-safe; does not block. */
@FunctionalInterface
public interface StatsSource {
    /** A node without a ledger: says so. */
    StatsSource OFF = () -> CompletableFuture.failedStage(new RefusedException(
            ErrorCode.UNIMPLEMENTED,
            "this node has no ledger (candor.ledger.enabled, or candor.ledger.validators), so there are no figures"
                    + " that others could recompute"));

    /** The figures of all final blocks; read at most a second ago. A refusal fails the stage. */
    CompletionStage<PublicStats> stats();
}
