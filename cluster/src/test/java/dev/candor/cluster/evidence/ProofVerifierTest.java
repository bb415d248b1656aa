package dev.candor.cluster.evidence;

import static dev.candor.cluster.evidence.ProvenAnswers.MODEL;
import static dev.candor.cluster.evidence.ProvenAnswers.disclosed;
import static dev.candor.cluster.evidence.ProvenAnswers.prove;
import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.receipt.Receipt;
import dev.candor.actors.receipt.ReceiptLeaf;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.cluster.evidence.ProofVerifier.Rule;
import dev.candor.persistence.ledger.state.ModelEntry;
import dev.candor.persistence.ledger.state.NodeEntry;
import dev.candor.persistence.ledger.state.PriceList;
import dev.candor.persistence.ledger.tx.Claim;
import dev.candor.persistence.ledger.tx.Evidence;
import dev.candor.persistence.ledger.tx.EvidenceVerifier.Verdict;
import dev.candor.proving.format.StatementFile;
import dev.candor.proving.registration.ModelOwner;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Proofs of answers, held against receipts and what the ledger certified. */
final class ProofVerifierTest {
    private static final ProvenAnswers ANSWERS = new ProvenAnswers(ProvenAnswers.NETWORK);
    private static final ModelOwner OWNER = ANSWERS.owner;
    private static final ModelEntry ENTRY = certified(OWNER);
    private static final Digest ROOT = CommittedWeights.ledgerRoot(OWNER.commitment(), OWNER.root());

    private final LedgerEvidence verifier = new LedgerEvidence();

    private static ModelEntry certified(ModelOwner owner) {
        return new ModelEntry("net", PriceList.FREE, PriceList.FREE, 0, List.of())
                .committing(ModelEntry.Commitment.fresh(
                        owner.epoch(),
                        CommittedWeights.ledgerRoot(owner.commitment(), owner.root()),
                        ProvenAnswers.PROOFS));
    }

    private static Claim.AnswerRight right(Receipt receipt) {
        return right(receipt, Optional.of(ENTRY));
    }

    private static Claim.AnswerRight right(Receipt receipt, Optional<ModelEntry> entry) {
        NodeEntry executor = NodeEntry.fresh(
                ANSWERS.executor.publicKey().raw(),
                Set.of(NodeEntry.Role.EXECUTOR),
                MODEL,
                0,
                Long.MAX_VALUE,
                Digest.ZERO);
        return new Claim.AnswerRight(receipt, entry, executor);
    }

    private Verdict verdict(Claim claim, ProofEvidence evidence) {
        return verifier.verify(claim, evidence.evidence(), 0);
    }

    private String refusal(Claim claim, ProofEvidence evidence) {
        return ((Verdict.Refused) verdict(claim, evidence)).why();
    }

    @Test
    void acceptsAProofAndNamesItsOpening() {
        Receipt receipt = ANSWERS.receipt();
        ProofEvidence evidence = prove(OWNER, 2, disclosed(0, ANSWERS.input, ANSWERS.output), receipt, ANSWERS.input);
        assertThat(verdict(right(receipt), evidence)).isEqualTo(new Verdict.AcceptedOpening(ROOT, 2));
        assertThat(verdict(right(receipt), evidence)).isEqualTo(new Verdict.AcceptedOpening(ROOT, 2));
        assertThat(refusal(new Claim.AnswerWrong(receipt, Optional.of(ENTRY)), evidence))
                .contains("of the very outputs");
    }

    @Test
    void findsARequestsSamplesInALargerBatch() {
        long[] batch = {7, 7, 7, 1, 2, 3, 4, 5, 6};
        long[] asked = Arrays.copyOfRange(batch, 3, 9);
        DisclosedAnswer disclosed = disclosed(1, asked, ANSWERS.output(asked));
        Receipt receipt = ANSWERS.receipt(disclosed);
        dev.candor.proving.hash.Digest id = ProofEvidence.requestId(receipt.toBytes());
        dev.candor.proving.hash.Digest other = ProofEvidence.requestId(Bytes.EMPTY);
        assertThat(verdict(right(receipt), prove(OWNER, 1, disclosed, List.of(other, id, id), false, batch)))
                .isEqualTo(new Verdict.AcceptedOpening(ROOT, 1));
        assertThat(refusal(right(receipt), prove(OWNER, 1, disclosed, List.of(id, id, other), false, batch)))
                .contains("does not list the receipt");
        assertThat(refusal(
                        right(receipt),
                        prove(
                                OWNER,
                                1,
                                disclosed(2, asked, ANSWERS.output(asked)),
                                List.of(other, id, id),
                                false,
                                batch)))
                .contains("not in a batch of 3");
    }

    @Test
    void disprovesAnAnswerThatTheModelDoesNotGive() {
        DisclosedAnswer altered = altered();
        Receipt receipt = ANSWERS.receipt(altered);
        ProofEvidence evidence = prove(OWNER, 1, altered, receipt, ANSWERS.input);
        assertThat(verdict(new Claim.AnswerWrong(receipt, Optional.of(ENTRY)), evidence))
                .isEqualTo(new Verdict.AcceptedOpening(ROOT, 1));
        assertThat(refusal(right(receipt), evidence)).contains("of other outputs");
    }

    private static DisclosedAnswer altered() {
        long[] answered = ANSWERS.output.clone();
        answered[1]++;
        return disclosed(0, ANSWERS.input, answered);
    }

    /** For each rule a lie that only this rule finds. */
    private static Map<Rule, Map.Entry<Receipt, ProofEvidence>> lies() {
        Map<Rule, Map.Entry<Receipt, ProofEvidence>> lies = new EnumMap<>(Rule.class);
        DisclosedAnswer honest = disclosed(0, ANSWERS.input, ANSWERS.output);
        Receipt receipt = ANSWERS.receipt(honest);
        ModelOwner stranger = ProvenAnswers.owner(6);
        long[] strange = dev.candor.proving.network.ReferenceExecution.run(stranger.network(), 1, ANSWERS.input)
                .output();
        Receipt ofStranger = ANSWERS.receipt(disclosed(0, ANSWERS.input, strange));
        lies.put(
                Rule.WEIGHTS,
                Map.entry(
                        ofStranger,
                        prove(stranger, 1, disclosed(0, ANSWERS.input, strange), ofStranger, ANSWERS.input)));
        DisclosedAnswer vanilla = new DisclosedAnswer(
                0,
                honest.salt(),
                honest.model(),
                honest.version(),
                VerificationMode.VANILLA,
                honest.inputs(),
                honest.outputs(),
                honest.answer());
        lies.put(Rule.REQUEST, Map.entry(receipt, prove(OWNER, 1, vanilla, receipt, ANSWERS.input)));
        Receipt wrong = ANSWERS.receipt(altered());
        lies.put(Rule.ANSWER, Map.entry(wrong, prove(OWNER, 1, honest, wrong, ANSWERS.input)));
        lies.put(Rule.OUTPUTS, Map.entry(wrong, prove(OWNER, 1, altered(), wrong, ANSWERS.input)));
        lies.put(Rule.LISTED, Map.entry(receipt, prove(OWNER, 1, honest, wrong, ANSWERS.input)));
        long[] other = {9, 9, 100};
        DisclosedAnswer ofOther = disclosed(0, ANSWERS.input, ANSWERS.output(other));
        Receipt swapped = ANSWERS.receipt(ofOther);
        lies.put(Rule.INPUTS, Map.entry(swapped, prove(OWNER, 1, ofOther, swapped, other)));
        return lies;
    }

    @Test
    void eachRuleIsNeededAgainstALieOfItsOwn() {
        Map<Rule, Map.Entry<Receipt, ProofEvidence>> lies = lies();
        assertThat(lies).containsOnlyKeys(Rule.values());
        lies.forEach((rule, lie) -> {
            Bytes bytes = lie.getValue().evidence().bytes();
            assertThat(new ProofVerifier().right(right(lie.getKey()), bytes))
                    .as("refused by %s", rule)
                    .isInstanceOf(Verdict.Refused.class);
            ProofVerifier mutant = new ProofVerifier(EnumSet.complementOf(EnumSet.of(rule)));
            assertThat(mutant.right(right(lie.getKey()), bytes))
                    .as("waved through without %s", rule)
                    .isInstanceOf(Verdict.AcceptedOpening.class);
        });
    }

    @Test
    void refusesByNameWhatItCannotHoldAgainstTheReceipt() {
        DisclosedAnswer honest = disclosed(0, ANSWERS.input, ANSWERS.output);
        Receipt receipt = ANSWERS.receipt(honest);
        List<dev.candor.proving.hash.Digest> ids = List.of(ProofEvidence.requestId(receipt.toBytes()));
        ProofEvidence evidence = prove(OWNER, 1, honest, ids, false, ANSWERS.input);
        assertThat(refusal(right(receipt, Optional.empty()), evidence)).contains("model is not registered");
        assertThat(refusal(
                        right(
                                receipt,
                                Optional.of(new ModelEntry("net", PriceList.FREE, PriceList.FREE, 0, List.of()))),
                        evidence))
                .contains("no commitment of epoch 0");
        assertThat(refusal(right(receipt), prove(OWNER, 1, honest, ids, true, ANSWERS.input)))
                .contains("inputs are hidden");
        Receipt rounded = ANSWERS.receipt(honest, ReceiptLeaf.Arithmetic.FLOAT);
        assertThat(refusal(right(rounded), prove(OWNER, 1, honest, rounded, ANSWERS.input)))
                .contains("floating point");
        assertThat(refusal(right(receipt), prove(OWNER, 0, honest, ids, false, ANSWERS.input)))
                .contains("budget");
        assertThat(refusal(right(receipt), prove(OWNER, ProvenAnswers.PROOFS, honest, ids, false, ANSWERS.input)))
                .contains("budget");
        StatementFile claim = evidence.statement();
        StatementFile renamed = new StatementFile(
                ProofEvidence.requestId(Bytes.EMPTY), claim.epoch(), claim.opening(), 1, claim.execution());
        assertThat(refusal(
                        right(receipt),
                        new ProofEvidence(evidence.weights(), evidence.root(), honest, renamed, evidence.proof())))
                .contains("the statement is about the model");
        ModelOwner next = OWNER.rollOver(1).owner();
        assertThat(refusal(right(receipt), prove(next, 1, honest, ids, false, ANSWERS.input)))
                .contains("no commitment of epoch 1");
    }

    @Test
    void judgesAnyBytesWithoutAnException() {
        Receipt receipt = ANSWERS.receipt();
        Bytes bytes = prove(OWNER, 1, disclosed(0, ANSWERS.input, ANSWERS.output), receipt, ANSWERS.input)
                .evidence()
                .bytes();
        Random random = new Random(11);
        for (int i = 0; i < 120; i++) {
            byte[] mutant = bytes.toArray();
            // Mostly what stands before the proof, of which most bytes are field elements.
            int at = random.nextInt(i % 3 == 0 ? mutant.length : Math.min(mutant.length, 900));
            mutant[at] ^= (byte) (1 << random.nextInt(8));
            assertThat(verifier.verify(right(receipt), new Evidence(Evidence.Kind.PROOF, Bytes.wrap(mutant)), 0))
                    .as("byte %d", at)
                    .isInstanceOf(Verdict.Refused.class);
        }
        for (int length = 0; length < bytes.length(); length += 997) {
            assertThat(verifier.verify(right(receipt), new Evidence(Evidence.Kind.PROOF, bytes.slice(0, length)), 0))
                    .isInstanceOf(Verdict.Refused.class);
        }
    }

    @Test
    void refusesKindsThatHaveNoVerifierByName() {
        Receipt receipt = ANSWERS.receipt();
        for (Evidence.Kind kind : List.of(Evidence.Kind.ATTESTATION, Evidence.Kind.REEXECUTION)) {
            assertThat(((Verdict.Refused) verifier.verify(right(receipt), new Evidence(kind, Bytes.EMPTY), 0)).why())
                    .contains("no verifier for evidence of the kind " + kind);
        }
        assertThat(((Verdict.Refused)
                                verifier.verify(right(receipt), new Evidence(Evidence.Kind.COMMITMENT, Bytes.EMPTY), 0))
                        .why())
                .contains("not shown by evidence of the kind COMMITMENT");
    }
}
