package dev.candor.cluster.rest;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.value.RequestId;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Says whether receipts are final. Thread-safe; does not block. */
@FunctionalInterface
public interface FinalityLookup {
    /** A node without a ledger: says so. */
    FinalityLookup OFF = _ -> CompletableFuture.failedStage(new RefusedException(
            ErrorCode.UNIMPLEMENTED,
            "this node has no ledger (candor.ledger.enabled, or candor.ledger.validators), so no receipt of it"
                    + " becomes final"));

    /**
     * Where a receipt is.
     *
     * @param partition of the request
     * @param sequenceNr of the event that committed the receipt
     * @param block that made it final; empty while none has
     */
    record Finality(int partition, long sequenceNr, Optional<InBlock> block) {}

    /**
     * A final block.
     *
     * @param chain digest of the ledger's genesis record
     * @param height of the block
     * @param hash of the block
     * @param time of the block, milliseconds since 1970-01-01 UTC
     * @param signatures how many validators signed it
     * @param certificate canonical bytes
     */
    record InBlock(Digest chain, long height, Digest hash, long time, int signatures, Bytes certificate) {}

    /** Where the receipt of this request is, or empty where none was committed; a refusal fails the stage. */
    CompletionStage<Optional<Finality>> find(RequestId id);
}
