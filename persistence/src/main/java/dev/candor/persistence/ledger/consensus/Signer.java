package dev.candor.persistence.ledger.consensus;

import dev.candor.actors.receipt.SigningKey;
import dev.candor.actors.value.Bytes;

/** A validator's own key. Signing is deterministic (RFC 8032), so a step stays a pure function. */
public interface Signer {
    /** The raw public key. */
    Bytes publicKey();

    /** The signature of {@code message}. */
    Bytes sign(Bytes message);

    /** Signs with Ed25519. */
    static Signer of(SigningKey key) {
        return new Signer() {
            @Override
            public Bytes publicKey() {
                return key.publicKey().raw();
            }

            @Override
            public Bytes sign(Bytes message) {
                return key.sign(message);
            }
        };
    }
}
