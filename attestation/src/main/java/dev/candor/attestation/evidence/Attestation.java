package dev.candor.attestation.evidence;

import dev.candor.attestation.wire.Octets;

/**
 * Evidence, with the key and the nonce that it binds.
 *
 * @param key the executor's Ed25519 public key, {@value #KEY_BYTES} bytes
 * @param nonce what the verifier asked for, {@value #NONCE_BYTES} bytes
 * @param evidence the device's
 */
public record Attestation(Octets key, Octets nonce, Evidence evidence) {
    /** Bytes of a key. */
    public static final int KEY_BYTES = 32;

    /** Bytes of a nonce. */
    public static final int NONCE_BYTES = 32;

    /** Refuses keys and nonces of another length. */
    public Attestation {
        if (key.length() != KEY_BYTES || nonce.length() != NONCE_BYTES) {
            throw new IllegalArgumentException("a key has " + KEY_BYTES + " bytes and a nonce " + NONCE_BYTES
                    + ", these have " + key.length() + " and " + nonce.length());
        }
    }
}
