package dev.candor.cluster.rest;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.RequestId;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Finds committed receipts. Thread-safe; does not block. */
@FunctionalInterface
public interface ReceiptLookup {
    /** The canonical bytes of the receipt of this request, or empty where none was committed; a refusal fails the stage. */
    CompletionStage<Optional<Bytes>> find(RequestId id);
}
