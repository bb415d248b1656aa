package dev.candor.cluster.attestation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.receipt.Receipt;
import dev.candor.actors.receipt.ReceiptLeaf;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.value.RequestId;
import dev.candor.attestation.evidence.AttestationCodec;
import dev.candor.attestation.evidence.Kind;
import dev.candor.attestation.evidence.SoftwareAttester;
import dev.candor.attestation.policy.MeasurementSet;
import dev.candor.attestation.policy.Policy;
import dev.candor.attestation.policy.PolicyFile;
import dev.candor.attestation.verify.Check;
import dev.candor.attestation.verify.Expectation;
import dev.candor.attestation.verify.Verdict;
import dev.candor.attestation.wire.Octets;
import dev.candor.persistence.ledger.state.NodeEntry;
import dev.candor.persistence.ledger.tx.Claim;
import dev.candor.persistence.ledger.tx.Evidence;
import dev.candor.persistence.ledger.tx.EvidenceVerifier;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class AttestationEvidenceTest {
    private static final long TIME = 1_790_000_000_000L;
    private static final Bytes KEY = Bytes.ofHex("4b".repeat(32));
    private static final Octets SOFTWARE = Octets.ofHex("50".repeat(32));
    private static final MeasurementSet RELEASE =
            new MeasurementSet(Kind.INTEL_TDX, "release 1", new TreeMap<>(Map.of("MRTD", Octets.ofHex("ab"))));
    private static final Policy POLICY =
            PolicyFile.parse(Octets.copyOf("""
            {"version": 1, "allow_simulated": true,
             "allowed": [{"kind": "simulated", "name": "a laptop", "measurements": {"MEASUREMENT": "%s"}}]}""".formatted(SOFTWARE.toHex()).getBytes(StandardCharsets.UTF_8)));
    private static final Receipt RECEIPT = receipt(Digest.sha256(KEY));
    private static final Digest REGISTERED = Digest.of(RELEASE.digest().toArray());

    @Test
    void acceptsHardwareThatHoldsTheKeyAndRunsWhatItIsRegisteredFor() {
        Expectation[] asked = new Expectation[1];
        EvidenceVerifier verifier = new AttestationEvidence(
                (_, expectation) -> {
                    asked[0] = expectation;
                    return attested(Kind.INTEL_TDX);
                },
                POLICY);

        assertThat(verifier.verify(claim(RECEIPT, REGISTERED), evidence("00"), TIME))
                .isEqualTo(new EvidenceVerifier.Verdict.Accepted());
        Octets nonce = Octets.copyOf(
                AttestationEvidence.nonce(RECEIPT.root().orElseThrow()).toArray());
        assertThat(asked[0])
                .isEqualTo(new Expectation(Octets.copyOf(KEY.toArray()), nonce, Instant.ofEpochMilli(TIME), POLICY));
    }

    @Test
    void refusesADeviceThatDoesNotHoldTheKey() {
        refuses(
                "nvidia-gpu evidence shows a device, and not that it holds the executor's key",
                attested(Kind.NVIDIA_GPU),
                REGISTERED);
    }

    @Test
    void refusesOtherSoftwareThanRegistered() {
        Digest other = Digest.sha256(KEY);
        refuses(
                "the executor is registered for measurements "
                        + Octets.copyOf(other.toArray()).toHex() + " and attests "
                        + RELEASE.digest().toHex(),
                attested(Kind.INTEL_TDX),
                other);
        refuses(
                "the executor of the answer " + RECEIPT.leaf().id()
                        + " is registered without a measurement, so it attests nothing",
                attested(Kind.INTEL_TDX),
                Digest.ZERO);
    }

    @Test
    void refusesByTheNameOfTheCheck() {
        refuses("DEBUG: it is", new Verdict.Refused(Check.DEBUG, "it is"), REGISTERED);
    }

    @Test
    void neverTakesSoftwaresWordEvenIfThePolicyDoes() {
        Octets key = Octets.copyOf(KEY.toArray());
        Octets nonce = Octets.copyOf(
                AttestationEvidence.nonce(RECEIPT.root().orElseThrow()).toArray());
        Octets word = AttestationCodec.encode(new SoftwareAttester(SOFTWARE).attest(key, nonce));

        assertThat(new AttestationEvidence(POLICY).verify(claim(RECEIPT, REGISTERED), evidence(word.toHex()), TIME))
                .isEqualTo(new EvidenceVerifier.Verdict.Refused("SIMULATED: software's word is never recorded as TEE"));
    }

    @Test
    void refusesBytesThatAreNoAttestationAndClaimsThatItCannotShow() {
        EvidenceVerifier verifier = new AttestationEvidence(POLICY);

        assertThat(verifier.verify(claim(RECEIPT, REGISTERED), evidence("00"), TIME))
                .isEqualTo(new EvidenceVerifier.Verdict.Refused(
                        "WELL_FORMED: magic and version needs 5 bytes, 1 are left"));
        assertThat(verifier.verify(new Claim.AnswerWrong(RECEIPT, Optional.empty()), evidence("00"), TIME))
                .isEqualTo(new EvidenceVerifier.Verdict.Refused("an attestation does not show the error in the answer "
                        + RECEIPT.leaf().id()));
        assertThat(verifier.verify(
                        claim(RECEIPT, REGISTERED), new Evidence(Evidence.Kind.PROOF, Bytes.ofHex("00")), TIME))
                .isEqualTo(new EvidenceVerifier.Verdict.Refused("evidence of the kind PROOF is no attestation"));
        assertThat(verifier.verify(claim(receipt(Digest.ZERO), REGISTERED), evidence("00"), TIME))
                .isEqualTo(new EvidenceVerifier.Verdict.Refused(
                        "the answer " + RECEIPT.leaf().id() + " is signed by another key than the executor's"));
    }

    private static void refuses(String why, Verdict verdict, Digest registered) {
        assertThat(new AttestationEvidence((_, _) -> verdict, POLICY)
                        .verify(claim(RECEIPT, registered), evidence("00"), TIME))
                .isEqualTo(new EvidenceVerifier.Verdict.Refused(why));
    }

    private static Verdict attested(Kind kind) {
        return new Verdict.Attested(
                kind, Octets.copyOf(KEY.toArray()), RELEASE, RELEASE.values(), Optional.empty(), List.of());
    }

    private static Claim claim(Receipt receipt, Digest registered) {
        return new Claim.AnswerRight(
                receipt,
                Optional.empty(),
                NodeEntry.fresh(KEY, Set.of(NodeEntry.Role.EXECUTOR), Digest.ZERO, 0, Long.MAX_VALUE, registered));
    }

    private static Evidence evidence(String hex) {
        return new Evidence(Evidence.Kind.ATTESTATION, Bytes.ofHex(hex));
    }

    private static Receipt receipt(Digest keyId) {
        ReceiptLeaf leaf = new ReceiptLeaf(
                Digest.sha256(Bytes.ofHex("99")),
                keyId,
                new RequestId(1, new UUID(0x0190_0000_0000_7001L, 0x8000_0000_0000_0001L)),
                Digest.sha256(Bytes.ofHex("c0")),
                new ModelRef("mnist", new ModelVersion(1, 0), Digest.sha256(Bytes.ofHex("4d"))),
                Digest.sha256(Bytes.ofHex("aa")),
                Digest.sha256(Bytes.ofHex("bb")),
                VerificationMode.TEE,
                VerificationMode.VANILLA,
                ReceiptLeaf.Arithmetic.FLOAT,
                "cpu:0",
                TIME - 1000,
                false);
        return new Receipt(leaf, 0, 1, List.of(), Bytes.ofHex("00".repeat(64)));
    }
}
