package dev.candor.cluster.rest;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.persistence.ledger.stats.LedgerStats;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Gives the public figures of the ledger. Thread-safe; does not block. */
@FunctionalInterface
public interface StatsSource {
    /** A node without a ledger: says so. */
    StatsSource OFF = () -> CompletableFuture.failedStage(new RefusedException(
            ErrorCode.UNIMPLEMENTED,
            "this node keeps no ledger (candor.ledger.enabled), so there are no figures that others could recompute"));

    /** The figures of all final blocks; at most a second old. */
    CompletionStage<LedgerStats> stats();
}
