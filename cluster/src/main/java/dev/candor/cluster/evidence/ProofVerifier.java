package dev.candor.cluster.evidence;

import dev.candor.actors.receipt.Digests;
import dev.candor.actors.receipt.Receipt;
import dev.candor.actors.receipt.ReceiptLeaf;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.MalformedBytesException;
import dev.candor.persistence.ledger.state.ModelEntry;
import dev.candor.persistence.ledger.tx.Claim;
import dev.candor.persistence.ledger.tx.EvidenceVerifier.Verdict;
import dev.candor.proving.format.StatementFile;
import dev.candor.proving.network.Architecture;
import dev.candor.proving.registration.ModelCommitment;
import dev.candor.proving.verifier.ClaimVerifier;
import dev.candor.proving.verifier.ExecutionVerifier;
import dev.candor.proving.verifier.VerifiedLineage;
import dev.candor.proving.verifier.Verifier;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Judges proofs of answers. What is cheap and bounds the rest comes first: nothing of a network's size is set up before its weights are those that the ledger
 * certified, and nothing of a batch's size before the statement holds its values. Thread-safe.
 */
final class ProofVerifier {
    /** No batch of the network is larger, and the time of a check grows with it. */
    private static final int MOST_SAMPLES = 4_096;

    private final Verdicts verdicts = new Verdicts();
    private final Set<Rule> rules;

    ProofVerifier() {
        this(EnumSet.allOf(Rule.class));
    }

    /** For tests: a verifier that leaves rules out. */
    ProofVerifier(Set<Rule> rules) {
        this.rules = EnumSet.copyOf(rules);
    }

    /** What ties a proof to a receipt and to the ledger. */
    enum Rule {
        /** The proof is under weights and a root that the ledger certified for the receipt's model. */
        WEIGHTS,
        /** The request is the receipt's. */
        REQUEST,
        /** The answer is the receipt's. */
        ANSWER,
        /** The statement lists the receipt where its samples are. */
        LISTED,
        /** The proven inputs are the request's. */
        INPUTS,
        /** The proven outputs are the answer's, or not, as claimed. */
        OUTPUTS
    }

    /** What is wrong, as a sentence. */
    private static final class Wrong extends Exception {
        private static final long serialVersionUID = 1;

        Wrong(String why) {
            super(why);
        }
    }

    /** That the answer of {@code claim}'s receipt is what was proven. */
    Verdict right(Claim.AnswerRight claim, Bytes bytes) {
        return verdict(claim, claim.receipt(), claim.model(), bytes, true);
    }

    /** That something else than the answer of {@code claim}'s receipt was proven. */
    Verdict wrong(Claim.AnswerWrong claim, Bytes bytes) {
        return verdict(claim, claim.receipt(), claim.model(), bytes, false);
    }

    private Verdict verdict(Claim claim, Receipt receipt, Optional<ModelEntry> model, Bytes bytes, boolean asAnswered) {
        try {
            ProofEvidence evidence = ProofEvidence.read(bytes);
            StatementFile statement = evidence.statement();
            Digest root = certified(evidence, model);
            boolean same = Arrays.equals(compared(evidence, receipt), answered(evidence, receipt.leaf()));
            need(
                    Rule.OUTPUTS,
                    same == asAnswered,
                    asAnswered
                            ? "the proof is of other outputs than the receipt's answer"
                            : "the proof is of the very outputs that the receipt says");
            Optional<String> refused = verdicts.on(key(evidence), () -> proven(evidence));
            if (refused.isPresent()) {
                throw new Wrong("the proof is refused: " + refused.get());
            }
            return new Verdict.AcceptedOpening(root, Math.toIntExact(statement.opening()));
        } catch (Wrong | MalformedBytesException | ArithmeticException | IllegalArgumentException e) {
            return new Verdict.Refused(claim.described() + " is not shown: " + e.getMessage());
        }
    }

    /** The statement is about weights that the ledger holds for the model, in an epoch that still counts: the root that it holds. */
    private Digest certified(ProofEvidence evidence, Optional<ModelEntry> model) throws Wrong {
        StatementFile statement = evidence.statement();
        ModelEntry entry = model.orElseThrow(() -> new Wrong("its model is not registered"));
        need(
                entry.hasEpoch(statement.epoch()),
                "its model has no commitment of epoch " + statement.epoch() + " that still counts");
        Digest root = CommittedWeights.ledgerRoot(evidence.weights(), evidence.root());
        need(
                Rule.WEIGHTS,
                entry.commitment(root)
                        .filter(each -> each.epoch() == statement.epoch())
                        .isPresent(),
                "the proof is under weights or a root that the ledger did not certify for this model");
        need(
                evidence.weights().id().equals(statement.model()),
                "the statement is about the model " + statement.model() + ", the certified weights are "
                        + evidence.weights().id());
        return root;
    }

    /** The proven outputs for the receipt's request, which is held against the statement's inputs and its list of requests. */
    private long[] compared(ProofEvidence evidence, Receipt receipt) throws Wrong {
        StatementFile statement = evidence.statement();
        DisclosedAnswer disclosed = evidence.disclosed();
        ReceiptLeaf leaf = receipt.leaf();
        need(
                statement.execution().inputRoot() == null,
                "its inputs are hidden, so they cannot be held against the receipt's request");
        need(statement.samples() <= MOST_SAMPLES, "a batch has at most " + MOST_SAMPLES + " samples");
        need(
                leaf.arithmetic() == ReceiptLeaf.Arithmetic.EXACT,
                "the receipt is of a model in floating point, of which the exact network proves nothing");
        need(
                Rule.REQUEST,
                Digests.salted(disclosed.salt(), Digests.request(disclosed.request()))
                        .equals(leaf.requestDigest()),
                "the request is not the receipt's");
        Architecture architecture = evidence.weights().architecture();
        long[] inputs = WholeNumbers.of(only("input", disclosed.inputs()));
        int each = architecture.input().shape().elements();
        int samples = inputs.length / each;
        need(
                samples >= 1 && samples * each == inputs.length,
                "the request has " + inputs.length + " numbers, a sample of the network has " + each);
        int first = disclosed.first();
        need(
                first <= statement.samples() - samples,
                "the request's " + samples + " samples from " + first + " on are not in a batch of "
                        + statement.samples());
        dev.candor.proving.hash.Digest id = ProofEvidence.requestId(receipt.toBytes());
        List<dev.candor.proving.hash.Digest> requests = statement.execution().requests();
        need(
                Rule.LISTED,
                requests.size() == statement.samples()
                        && requests.subList(first, first + samples).stream().allMatch(id::equals),
                "the statement does not list the receipt for the samples from " + first + " on");
        need(
                Rule.INPUTS,
                Arrays.equals(slice(statement.execution().inputs().toArray(), first, samples, each), inputs),
                "the statement's inputs from sample " + first + " on are not the request's");
        int outputs = architecture.shape(architecture.output()).elements();
        return slice(statement.execution().outputs().toArray(), first, samples, outputs);
    }

    private long[] answered(ProofEvidence evidence, ReceiptLeaf leaf) throws Wrong {
        DisclosedAnswer disclosed = evidence.disclosed();
        need(
                Rule.ANSWER,
                Digests.salted(disclosed.salt(), Digests.answer(disclosed.answer()))
                        .equals(leaf.answerDigest()),
                "the answer is not the receipt's");
        return WholeNumbers.of(only("output", disclosed.answer()));
    }

    private static Tensor only(String what, List<Tensor> tensors) throws Wrong {
        need(tensors.size() == 1, "an exact model has one " + what + ", not " + tensors.size());
        return tensors.getFirst();
    }

    private static long[] slice(long[] values, int first, int samples, int each) throws Wrong {
        long end = (first + (long) samples) * each;
        need(end <= values.length, "the statement has " + values.length + " values, not " + end);
        return Arrays.copyOfRange(values, first * each, (int) end);
    }

    private static Digest key(ProofEvidence evidence) {
        return Digest.sha256(
                CommittedWeights.ledgerRoot(evidence.weights(), evidence.root()).toBytes(),
                Digest.sha256(Bytes.wrap(evidence.statement().encode())).toBytes(),
                evidence.proof());
    }

    private static Optional<String> proven(ProofEvidence evidence) {
        ModelCommitment weights = evidence.weights();
        StatementFile statement = evidence.statement();
        VerifiedLineage lineage =
                VerifiedLineage.certified(weights, Math.toIntExact(statement.epoch()), evidence.root());
        return Optional.ofNullable(new ClaimVerifier(lineage, ExecutionVerifier.UsedOpenings.NOT_KEPT)
                        .verify(statement, evidence.proof().toArray()))
                .map(Verifier.Refusal::sentence);
    }

    private void need(Rule rule, boolean holds, String otherwise) throws Wrong {
        need(holds || !rules.contains(rule), otherwise);
    }

    private static void need(boolean holds, String otherwise) throws Wrong {
        if (!holds) {
            throw new Wrong(otherwise);
        }
    }
}
