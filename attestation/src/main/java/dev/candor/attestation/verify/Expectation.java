package dev.candor.attestation.verify;

import dev.candor.attestation.evidence.Attestation;
import dev.candor.attestation.policy.Policy;
import dev.candor.attestation.wire.Octets;
import java.time.Instant;

/**
 * What evidence must show.
 *
 * @param key the executor's Ed25519 public key, 32 bytes
 * @param nonce what the verifier asked for, 32 bytes
 * @param time at which certificates, lists and collateral must be valid
 * @param policy what is accepted
 */
public record Expectation(Octets key, Octets nonce, Instant time, Policy policy) {
    /** Refuses keys and nonces of another length. */
    public Expectation {
        if (key.length() != Attestation.KEY_BYTES || nonce.length() != Attestation.NONCE_BYTES) {
            throw new IllegalArgumentException(
                    "a key and a nonce have 32 bytes each, these have " + key.length() + " and " + nonce.length());
        }
    }
}
