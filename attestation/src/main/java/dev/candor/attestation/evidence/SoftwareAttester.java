package dev.candor.attestation.evidence;

import dev.candor.attestation.wire.Octets;

/**
 * Attests in software, for development. What it says is worth nothing: it has a type of its own, a verifier believes it only where its policy says so, and
 * then answers with a verdict of another type than that of hardware.
 */
public final class SoftwareAttester {
    private final Octets measurement;

    /** Attests software of the given measurement, 32 bytes. */
    public SoftwareAttester(Octets measurement) {
        if (measurement.length() != 32) {
            throw new IllegalArgumentException("a measurement has 32 bytes, this has " + measurement.length());
        }
        this.measurement = measurement;
    }

    /** Claims to hold {@code key}. */
    public Attestation attest(Octets key, Octets nonce) {
        return new Attestation(
                key, nonce, new Evidence.SimulatedStatement(Binding.of(Kind.SIMULATED, key, nonce), measurement));
    }
}
