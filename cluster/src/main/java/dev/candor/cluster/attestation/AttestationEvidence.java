package dev.candor.cluster.attestation;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.attestation.policy.Policy;
import dev.candor.attestation.verify.AttestationVerifier;
import dev.candor.attestation.verify.Expectation;
import dev.candor.attestation.verify.Level;
import dev.candor.attestation.wire.Octets;
import dev.candor.persistence.ledger.tx.Claim;
import dev.candor.persistence.ledger.tx.Evidence;
import dev.candor.persistence.ledger.tx.EvidenceVerifier;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * Judges evidence of the kind {@link Evidence.Kind#ATTESTATION}: that hardware of {@link Level#TEE} held the key which signed a receipt, running what its
 * executor is registered for, after the receipt's batch was signed. Everything else is refused, software's word by whatever policy.
 *
 * <p>A pure function of claim, evidence and block time, as long as every validator, and whoever replays, is given the same policy. Thread-safe.
 */
public final class AttestationEvidence implements EvidenceVerifier {
    private static final Bytes NONCE = Bytes.wrap("candor-attestation-nonce-v1\0".getBytes(StandardCharsets.US_ASCII));

    private final Judge judge;
    private final Policy policy;

    /** With the vendors' roots. */
    public AttestationEvidence(Policy policy) {
        this(new AttestationVerifier()::verify, policy);
    }

    AttestationEvidence(Judge judge, Policy policy) {
        this.judge = judge;
        this.policy = policy;
    }

    /** Verifies the bytes of an attestation. */
    @FunctionalInterface
    interface Judge {
        /** What the evidence shows. */
        dev.candor.attestation.verify.Verdict verify(Octets attestation, Expectation expectation);
    }

    /**
     * The nonce of attestations of a batch's receipts: {@code SHA-256("candor-attestation-nonce-v1" NUL | root)}. Salts make the root unknown before the
     * batch was answered, so whoever attests with it held the key afterwards; one attestation does for all receipts of the batch.
     */
    public static Digest nonce(Digest root) {
        return Digest.sha256(NONCE, root.toBytes());
    }

    @Override
    public Verdict verify(Claim claim, Evidence evidence, long time) {
        if (evidence.kind() != Evidence.Kind.ATTESTATION) {
            return new Verdict.Refused("evidence of the kind " + evidence.kind() + " is no attestation");
        }
        return switch (claim) {
            case Claim.AnswerRight answer -> answer(answer, evidence, time);
            case Claim.AnswerWrong _, Claim.WeightsCommitted _ ->
                new Verdict.Refused("an attestation does not show " + claim.described());
        };
    }

    private Verdict answer(Claim.AnswerRight answer, Evidence evidence, long time) {
        Bytes key = answer.executor().publicKey();
        if (!answer.receipt().leaf().keyId().equals(Digest.sha256(key))) {
            return new Verdict.Refused(answer.described() + " is signed by another key than the executor's");
        }
        Digest measurement = answer.executor().measurement();
        if (measurement.equals(Digest.ZERO)) {
            return new Verdict.Refused("the executor of " + answer.described()
                    + " is registered without a measurement, so it attests nothing");
        }
        return answer.receipt()
                .root()
                .map(root -> judge.verify(
                        octets(evidence.bytes()),
                        new Expectation(
                                octets(key), octets(nonce(root).toBytes()), Instant.ofEpochMilli(time), policy)))
                .map(verdict -> judged(verdict, measurement))
                .orElseGet(() -> new Verdict.Refused(answer.described() + " leads to no root of a batch"));
    }

    private static Verdict judged(dev.candor.attestation.verify.Verdict verdict, Digest measurement) {
        return switch (verdict) {
            case dev.candor.attestation.verify.Verdict.Refused refused ->
                new Verdict.Refused(refused.check() + ": " + refused.why());
            case dev.candor.attestation.verify.Verdict.Simulated _ ->
                new Verdict.Refused("SIMULATED: software's word is never recorded as TEE");
            case dev.candor.attestation.verify.Verdict.Attested attested -> {
                if (attested.level() != Level.TEE) {
                    yield new Verdict.Refused(attested.kind().policyName()
                            + " evidence shows a device, and not that it holds the executor's key");
                }
                Octets registered = octets(measurement.toBytes());
                yield attested.release().digest().equals(registered)
                        ? new Verdict.Accepted()
                        : new Verdict.Refused("the executor is registered for measurements " + registered.toHex()
                                + " and attests " + attested.release().digest().toHex());
            }
        };
    }

    private static Octets octets(Bytes bytes) {
        return Octets.copyOf(bytes.toArray());
    }
}
