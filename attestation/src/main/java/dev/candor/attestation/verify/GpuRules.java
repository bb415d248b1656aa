package dev.candor.attestation.verify;

import dev.candor.attestation.evidence.Evidence.GpuReport;
import dev.candor.attestation.pki.Certificate;
import dev.candor.attestation.pki.PublicKey;
import dev.candor.attestation.wire.Octets;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * NVIDIA GPUs from Hopper on: the measurements are signed by a key that the GPU's boot certified for its firmware. NVIDIA revokes by OCSP, which a pure function
 * of the evidence cannot ask; the policy's list of revoked certificates stands for it.
 */
final class GpuRules {
    /** DICE TcbInfo, whose last 48 bytes are the digest of the firmware. */
    private static final String TCB_INFO = "2.23.133.5.4.1";

    private static final int DIGEST_BYTES = 48;

    private final Guard guard;
    private final Chains chains;
    private final Set<Octets> roots;

    GpuRules(Guard guard, Chains chains, Set<Octets> roots) {
        this.guard = guard;
        this.chains = chains;
        this.roots = roots;
    }

    Facts check(GpuReport evidence) {
        GpuMeasurements report = GpuMeasurements.parse(evidence.report());
        List<Certificate> chain = Chains.read(evidence.chain());
        Certificate signer = chain.getFirst();
        guard.require(
                Check.EVIDENCE_SIGNATURE,
                signer.key() instanceof PublicKey.Ecdsa key
                        && key.curve() == PublicKey.EllipticCurve.P384
                        && key.verifiesRaw(report.signed(), report.signature()),
                () -> "the report is not signed by " + signer.name());
        chains.follow(chain, roots);
        Optional<Octets> certified = signer.extension(TCB_INFO)
                .filter(value -> value.length() >= DIGEST_BYTES)
                .map(value -> value.slice(value.length() - DIGEST_BYTES, DIGEST_BYTES));
        guard.require(
                Check.CERTIFICATE_MATCH,
                certified.isPresent() && certified.equals(report.firmware()),
                () -> "the report is of other firmware than " + signer.name() + " is certified for");
        return Facts.of(Optional.of(report.nonce()), report.measured());
    }
}
