package dev.candor.cluster.rest;

import dev.candor.actors.gateway.Caller;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.RequestId;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Finds committed receipts that a caller may see: its own, or all of them where it may see all. Thread-safe; does not block. */
@FunctionalInterface
public interface OwnReceipts {
    /** The canonical bytes of the receipt, or empty where there is none for this caller; a refusal fails the stage. */
    CompletionStage<Optional<Bytes>> find(RequestId id, Caller caller);
}
