package dev.candor.cluster.evidence;

import dev.candor.persistence.ledger.tx.Claim;
import dev.candor.persistence.ledger.tx.Evidence;
import dev.candor.persistence.ledger.tx.EvidenceVerifier;

/**
 * The one verifier of evidence: validators, in a node or in processes of their own, and {@code candor ledger} judge by it, so a replay comes to the same verdicts. Evidence of a
 * kind without a verifier is refused by name. A pure function of claim and evidence; thread-safe.
 */
public final class LedgerEvidence implements EvidenceVerifier {
    private static final EvidenceVerifier NONE = EvidenceVerifier.refusingAll();

    private final CommitmentVerifier commitments = new CommitmentVerifier();
    private final ProofVerifier proofs = new ProofVerifier();

    @Override
    public Verdict verify(Claim claim, Evidence evidence, long time) {
        return switch (evidence.kind()) {
            case COMMITMENT, PROOF -> proven(claim, evidence);
            case ATTESTATION, REEXECUTION -> NONE.verify(claim, evidence, time);
        };
    }

    private Verdict proven(Claim claim, Evidence evidence) {
        boolean commitment = evidence.kind() == Evidence.Kind.COMMITMENT;
        return switch (claim) {
            case Claim.WeightsCommitted weights when commitment -> commitments.verify(weights, evidence.bytes());
            case Claim.AnswerRight right when !commitment -> proofs.right(right, evidence.bytes());
            case Claim.AnswerWrong wrong when !commitment -> proofs.wrong(wrong, evidence.bytes());
            case Claim.WeightsCommitted _, Claim.AnswerRight _, Claim.AnswerWrong _ ->
                new Verdict.Refused(claim.described() + " is not shown by evidence of the kind " + evidence.kind());
        };
    }
}
