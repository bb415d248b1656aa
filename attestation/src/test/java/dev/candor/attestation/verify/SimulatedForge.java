package dev.candor.attestation.verify;

import dev.candor.attestation.evidence.Evidence;
import dev.candor.attestation.evidence.Kind;
import dev.candor.attestation.evidence.SoftwareAttester;

/** Software's word. */
final class SimulatedForge extends Forge {
    SimulatedForge() {
        super(
                Kind.SIMULATED,
                new CertSpec("None", TestPki.p256("None"), true),
                new CertSpec("None", TestPki.p256("None"), true),
                new CertSpec("None", TestPki.p256("None"), false));
        allowed.put("MEASUREMENT", Bytes.filled(32, 0x50));
        simulated = true;
    }

    @Override
    Evidence evidence() {
        return new SoftwareAttester(Bytes.filled(32, 0x50))
                .attest(boundKey, boundNonce)
                .evidence();
    }
}
