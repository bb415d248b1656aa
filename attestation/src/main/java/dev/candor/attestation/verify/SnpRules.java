package dev.candor.attestation.verify;

import dev.candor.attestation.evidence.Evidence.SnpReport;
import dev.candor.attestation.pki.Asn1;
import dev.candor.attestation.pki.Certificate;
import dev.candor.attestation.pki.PublicKey;
import dev.candor.attestation.pki.RevocationList;
import dev.candor.attestation.policy.Policy;
import dev.candor.attestation.policy.SnpTcb;
import dev.candor.attestation.wire.MalformedEvidenceException;
import dev.candor.attestation.wire.Octets;
import java.math.BigInteger;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Integer;

/** AMD SEV-SNP on Milan and Genoa: the report is signed by the chip's VCEK, which AMD certified for one chip and one set of firmware versions. */
final class SnpRules {
    private static final String VERSIONS = "1.3.6.1.4.1.3704.1.3.";
    private static final String HARDWARE_ID = "1.3.6.1.4.1.3704.1.4";

    private final Guard guard;
    private final Chains chains;
    private final Set<Octets> roots;
    private final Policy.Snp policy;

    SnpRules(Guard guard, Chains chains, Set<Octets> roots, Policy.Snp policy) {
        this.guard = guard;
        this.chains = chains;
        this.roots = roots;
        this.policy = policy;
    }

    Facts check(SnpReport evidence) {
        GuestReport report = GuestReport.parse(evidence.report());
        List<Certificate> chain = Chains.read(evidence.chain());
        Certificate vcek = chain.getFirst();
        guard.require(
                Check.EVIDENCE_SIGNATURE,
                vcek.key() instanceof PublicKey.Ecdsa key
                        && key.curve() == PublicKey.EllipticCurve.P384
                        && key.verifies(report.signed(), number(report.r()), number(report.s())),
                () -> "the report is not signed by " + vcek.name());
        chains.follow(chain, roots);
        guard.require(
                Check.CRL_PRESENT,
                evidence.crl().isPresent() || !policy.crlRequired(),
                () -> "AMD's revocation list is missing, which the policy asks for");
        evidence.crl()
                .map(RevocationList::parse)
                .ifPresent(list ->
                        // The list is the root's, and the ASK is what it can revoke; single chips are revoked by the
                        // policy.
                        chains.requireNotRevoked(chain.subList(1, chain.size()), List.of(list)));
        guard.require(
                Check.CERTIFICATE_MATCH,
                report.signedByChip() && hardware(vcek).equals(report.chipId()),
                () -> "the report is of another chip than " + vcek.name() + " is certified for");
        guard.require(
                Check.CERTIFICATE_MATCH,
                versions(vcek).equals(report.reported()),
                () -> "the report is of firmware " + report.reported() + ", the certificate is for " + versions(vcek));
        guard.require(
                Check.TCB_VERSIONS,
                report.reported().isAtLeast(policy.least()),
                () -> "the firmware is " + report.reported() + ", the policy asks for " + policy.least());
        guard.require(Check.DEBUG, !report.debug(), () -> "the guest's policy allows debugging");
        guard.require(
                Check.ATTRIBUTES,
                report.attributesHold(),
                () -> "the guest may be migrated, runs below the highest privilege or sets reserved policy bits");
        return Facts.of(Facts.boundIn(report.reportData()), report.measured());
    }

    private static Octets hardware(Certificate vcek) {
        return vcek.extension(HARDWARE_ID)
                .orElseThrow(() -> new MalformedEvidenceException("the VCEK's certificate names no chip"));
    }

    private static SnpTcb versions(Certificate vcek) {
        return new SnpTcb(version(vcek, 1), version(vcek, 2), version(vcek, 3), version(vcek, 8));
    }

    private static int version(Certificate vcek, int number) {
        Octets value = vcek.extension(VERSIONS + number)
                .orElseThrow(() -> new MalformedEvidenceException("the VCEK's certificate lacks version " + number));
        return Asn1.reading(
                "a firmware version",
                () -> ASN1Integer.getInstance(Asn1.value(value, "a firmware version"))
                        .intValueExact());
    }

    private static BigInteger number(Octets leastFirst) {
        byte[] bytes = leastFirst.toArray();
        byte[] reversed = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            reversed[bytes.length - 1 - i] = bytes[i];
        }
        return new BigInteger(1, reversed);
    }
}
