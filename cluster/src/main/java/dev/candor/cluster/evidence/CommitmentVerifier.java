package dev.candor.cluster.evidence;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.actors.wire.MalformedBytesException;
import dev.candor.persistence.ledger.state.ModelEntry;
import dev.candor.persistence.ledger.tx.Claim;
import dev.candor.persistence.ledger.tx.EvidenceVerifier.Verdict;
import dev.candor.proving.constraint.Circuit;
import dev.candor.proving.format.MalformedFileException;
import dev.candor.proving.format.ProofFile;
import dev.candor.proving.layer.UnprovableException;
import dev.candor.proving.network.InvalidNetworkException;
import dev.candor.proving.proof.ProofPlan;
import dev.candor.proving.proof.Statement;
import dev.candor.proving.registration.ModelCommitment;
import dev.candor.proving.registration.Plans;
import dev.candor.proving.registration.RegistrationCircuit;
import dev.candor.proving.registration.RollOverCircuit;
import dev.candor.proving.registration.Statements;
import dev.candor.proving.verifier.Verifier;
import java.util.Optional;

/**
 * Judges commitments to weights: epoch 0 of a line is registered, every later one rolled over from the one before, so the weights of a line never change.
 * Thread-safe.
 */
final class CommitmentVerifier {
    private final Verdicts verdicts = new Verdicts();

    Verdict verify(Claim.WeightsCommitted claim, Bytes bytes) {
        Optional<String> problem;
        try {
            CommitmentEvidence evidence = CommitmentEvidence.read(bytes);
            problem = problem(claim, evidence);
            if (problem.isEmpty()) {
                problem = verdicts.on(key(claim, bytes), () -> proven(claim, evidence));
            }
            if (problem.isEmpty()) {
                return switch (evidence) {
                    case CommitmentEvidence.Registration _ -> new Verdict.Accepted();
                    case CommitmentEvidence.RollOver step ->
                        new Verdict.AcceptedOpening(
                                CommittedWeights.ledgerRoot(step.weights(), step.earlier()),
                                Math.toIntExact(step.opening()));
                };
            }
        } catch (MalformedBytesException | ArithmeticException | IllegalArgumentException e) {
            problem = Optional.of(String.valueOf(e.getMessage()));
        }
        return new Verdict.Refused(claim.described() + " is not shown: " + problem.get());
    }

    /** A proof of a roll-over is one of its epoch. */
    private static Digest key(Claim.WeightsCommitted claim, Bytes bytes) {
        return Digest.sha256(new CanonicalWriter(8).i64(claim.epoch()).toBytes(), bytes);
    }

    private static Optional<String> problem(Claim.WeightsCommitted claim, CommitmentEvidence evidence) {
        if (!evidence.ledgerRoot().equals(claim.root())) {
            return Optional.of("the evidence is of the root " + evidence.ledgerRoot() + ", not of " + claim.root());
        }
        int openings = evidence.weights().openings();
        if (claim.proofs() > openings) {
            return Optional.of("an epoch of these weights has " + openings + " proofs, not " + claim.proofs());
        }
        return switch (evidence) {
            case CommitmentEvidence.Registration _ ->
                claim.epoch() == 0
                        ? Optional.empty()
                        : Optional.of("weights are registered once; a later epoch is rolled over from the one before");
            case CommitmentEvidence.RollOver step -> follows(claim, step);
        };
    }

    private static Optional<String> follows(Claim.WeightsCommitted claim, CommitmentEvidence.RollOver step) {
        long earlier = claim.epoch() - 1;
        if (!claim.entry().hasEpoch(earlier)) {
            return Optional.of("there is no epoch before it; weights are registered first");
        }
        Optional<ModelEntry.Commitment> before =
                claim.entry().commitment(CommittedWeights.ledgerRoot(step.weights(), step.earlier()));
        if (before.filter(each -> each.epoch() == earlier).isEmpty()) {
            return Optional.of("the roll-over is not from the root that the ledger certified for epoch " + earlier);
        }
        return step.earlier().equals(step.later())
                ? Optional.of("it rolls over to the same root, whose openings are used up")
                : Optional.empty();
    }

    private static Optional<String> proven(Claim.WeightsCommitted claim, CommitmentEvidence evidence) {
        ModelCommitment weights = evidence.weights();
        try {
            return switch (evidence) {
                case CommitmentEvidence.Registration _ ->
                    refused(
                            Plans.registration(weights),
                            new RegistrationCircuit(weights.field(), weights.architecture()).circuit(),
                            Statements.registration(weights),
                            evidence.proof());
                case CommitmentEvidence.RollOver step ->
                    refused(
                            Plans.rollOver(weights),
                            RollOverCircuit.of(weights.architecture()),
                            Statements.rollOver(
                                    weights, claim.epoch() - 1, step.opening(), step.earlier(), step.later()),
                            evidence.proof());
            };
        } catch (MalformedFileException | UnprovableException | InvalidNetworkException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static Optional<String> refused(ProofPlan plan, Circuit<?> circuit, Statement statement, Bytes proof)
            throws MalformedFileException {
        return Optional.ofNullable(
                        new Verifier(plan, circuit).verify(statement, ProofFile.decode(plan, proof.toArray())))
                .map(Verifier.Refusal::sentence);
    }
}
