package dev.candor.attestation.verify;

import dev.candor.attestation.evidence.AttestationCodec;
import dev.candor.attestation.evidence.Evidence.DcapCollateral;
import dev.candor.attestation.evidence.Evidence.DcapQuote;
import dev.candor.attestation.evidence.Kind;
import dev.candor.attestation.pki.Certificate;
import dev.candor.attestation.pki.Pem;
import dev.candor.attestation.pki.PublicKey;
import dev.candor.attestation.pki.RevocationList;
import dev.candor.attestation.policy.Policy;
import dev.candor.attestation.wire.Input;
import dev.candor.attestation.wire.Octets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Intel SGX and TDX: quote, quoting enclave, platform and Intel's collateral, as Intel's "Quote Verification" describes it. */
final class DcapRules {
    private final Guard guard;
    private final Chains chains;
    private final Set<Octets> roots;
    private final Instant time;
    private final Policy.Intel policy;

    DcapRules(Guard guard, Chains chains, Set<Octets> roots, Instant time, Policy.Intel policy) {
        this.guard = guard;
        this.chains = chains;
        this.roots = roots;
        this.time = time;
        this.policy = policy;
    }

    Facts check(DcapQuote evidence) {
        Quote quote = Quote.parse(evidence.quote());
        guard.require(
                Check.KIND,
                quote.kind() == evidence.kind(),
                () -> "the quote is of " + quote.kind().policyName() + ", and is presented as "
                        + evidence.kind().policyName());
        EnclaveReport qe = quotingEnclave(quote);
        guard.require(
                Check.EVIDENCE_SIGNATURE,
                p256(quote.attestationKey()).verifiesRaw(quote.signed(), quote.signature()),
                () -> "the quote is not signed by its attestation key");

        List<Certificate> pck = Chains.read(quote.chain());
        guard.require(
                Check.QE_SIGNATURE,
                signs(pck.getFirst(), quote.qeReport(), quote.qeSignature()),
                () -> "the quoting enclave's report is not signed by "
                        + pck.getFirst().name());
        DcapCollateral collateral = evidence.collateral();
        List<Certificate> infoChain =
                signers("TCB info", collateral.tcbInfo(), collateral.tcbInfoSignature(), collateral.tcbInfoChain());
        List<Certificate> identityChain = signers(
                "QE identity", collateral.qeIdentity(), collateral.qeIdentitySignature(), collateral.qeIdentityChain());
        List<RevocationList> lists =
                List.of(RevocationList.parse(collateral.rootCrl()), RevocationList.parse(collateral.pckCrl()));
        for (List<Certificate> chain : List.of(pck, infoChain, identityChain)) {
            chains.follow(chain, roots);
            chains.requireNotRevoked(chain, lists);
        }

        TcbInfo info = TcbInfo.parse(collateral.tcbInfo());
        QeIdentity identity = QeIdentity.parse(collateral.qeIdentity());
        requireCurrent("TCB info", info.issued(), info.nextUpdate(), info.evaluation());
        requireCurrent("QE identity", identity.issued(), identity.nextUpdate(), identity.evaluation());
        PckPlatform platform = PckPlatform.of(pck.getFirst());
        requireMatch(quote.kind(), info, identity, platform);
        guard.require(
                Check.QE_IDENTITY,
                identity.is(qe),
                () -> "the quoting enclave is not the one that Intel names, or runs in debug mode");

        requireLaunch(quote);
        TcbInfo.Standing standing = new TcbRules(guard, policy).check(quote, qe, info, identity, platform);
        return quote.domain()
                .map(domain -> new Facts(
                        Facts.boundIn(domain.reportData()),
                        domain.measured(),
                        Optional.of(standing.status()),
                        standing.advisories()))
                .or(() -> quote.report()
                        .map(report -> new Facts(
                                Facts.boundIn(report.reportData()),
                                report.measured(),
                                Optional.of(standing.status()),
                                standing.advisories())))
                .orElseThrow();
    }

    private EnclaveReport quotingEnclave(Quote quote) {
        EnclaveReport qe = EnclaveReport.read(Input.littleEndian(quote.qeReport()));
        byte[] hashed = new byte
                [quote.attestationKey().length() + quote.qeAuthentication().length()];
        System.arraycopy(
                quote.attestationKey().toArray(),
                0,
                hashed,
                0,
                quote.attestationKey().length());
        System.arraycopy(
                quote.qeAuthentication().toArray(),
                0,
                hashed,
                quote.attestationKey().length(),
                quote.qeAuthentication().length());
        guard.require(
                Check.ATTESTATION_KEY,
                Facts.boundIn(qe.reportData())
                        .equals(Optional.of(Octets.copyOf(hashed).sha256())),
                () -> "the quoting enclave does not vouch for the attestation key");
        return qe;
    }

    /** The chain, not yet followed, of whose first certificate's key the signature is. */
    private List<Certificate> signers(String what, Octets json, Octets signature, Octets pem) {
        List<Certificate> chain = Chains.read(Pem.certificates(pem, AttestationCodec.MOST_CERTIFICATES));
        guard.require(
                Check.COLLATERAL_SIGNATURE,
                signs(chain.getFirst(), json, signature),
                () -> "the " + what + " is not signed by " + chain.getFirst().name());
        return chain;
    }

    private void requireCurrent(String what, Instant issued, Instant nextUpdate, int evaluation) {
        guard.require(
                Check.COLLATERAL_VALIDITY,
                !time.isBefore(issued) && !time.isAfter(nextUpdate),
                () -> "the " + what + " is current from " + issued + " to " + nextUpdate + ", not at " + time);
        guard.require(
                Check.COLLATERAL_EVALUATION,
                evaluation >= policy.leastEvaluation(),
                () -> "the " + what + " is of Intel's evaluation " + evaluation + ", the policy asks for "
                        + policy.leastEvaluation() + " at least");
    }

    private void requireMatch(Kind kind, TcbInfo info, QeIdentity identity, PckPlatform platform) {
        boolean tdx = kind == Kind.INTEL_TDX;
        guard.require(
                Check.COLLATERAL_MATCH,
                info.id().equals(tdx ? "TDX" : "SGX") && identity.id().equals(tdx ? "TD_QE" : "QE"),
                () -> "the collateral is for " + info.id() + " and " + identity.id() + ", the quote is of "
                        + kind.policyName());
        guard.require(
                Check.COLLATERAL_MATCH,
                info.fmspc().equals(platform.fmspc()) && info.pceId().equals(platform.pceId()),
                () -> "the TCB info is for platforms " + info.fmspc().toHex() + ", the quote is of a platform "
                        + platform.fmspc().toHex());
    }

    private void requireLaunch(Quote quote) {
        guard.require(
                Check.DEBUG,
                !quote.report().map(EnclaveReport::debug).orElse(false)
                        && !quote.domain().map(DomainReport::debug).orElse(false),
                () -> "the " + quote.kind().policyName() + " quote is of a launch in debug mode");
        guard.require(
                Check.ATTRIBUTES,
                quote.domain().map(DomainReport::attributesHold).orElse(true),
                () -> "the trust domain lacks SEPT_VE_DISABLE, has a service domain or sets reserved attributes");
    }

    private static boolean signs(Certificate certificate, Octets message, Octets signature) {
        return certificate.key() instanceof PublicKey.Ecdsa key
                && key.curve() == PublicKey.EllipticCurve.P256
                && key.verifiesRaw(message, signature);
    }

    private static PublicKey.Ecdsa p256(Octets xAndY) {
        return PublicKey.Ecdsa.at(PublicKey.EllipticCurve.P256, xAndY);
    }
}
