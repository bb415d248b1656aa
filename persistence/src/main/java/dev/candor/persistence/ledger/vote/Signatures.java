package dev.candor.persistence.ledger.vote;

import dev.candor.actors.value.Bytes;

/** Checks signatures: Ed25519 everywhere but in simulations. Pure: the same input always gets the same answer. Thread-safe. */
@FunctionalInterface
public interface Signatures {
    /** Whether {@code signature} is that of {@code publicKey} over {@code message}; false, never an exception, for bytes that are no key or no signature. */
    boolean verifies(Bytes publicKey, Bytes message, Bytes signature);
}
