package dev.candor.cluster.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.tx.Evidence;
import dev.candor.proving.accounting.CodeParameters;
import dev.candor.proving.field.Goldilocks;
import dev.candor.proving.format.StatementFile;
import dev.candor.proving.network.Architecture;
import dev.candor.proving.network.Architecture.Input;
import dev.candor.proving.network.Layer.Dense;
import dev.candor.proving.network.Networks;
import dev.candor.proving.network.Range;
import dev.candor.proving.network.Shape;
import dev.candor.proving.proof.Tensor;
import dev.candor.proving.registration.ModelCommitment;
import dev.candor.proving.registration.Statements;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The bytes of evidence, by their digests: they are in blocks for good. */
final class EvidenceGoldenTest {
    private static final dev.candor.proving.hash.Digest ROOT = dev.candor.proving.hash.Digest.sha256(new byte[] {1});
    private static final Bytes PROOF = Bytes.ofHex("aabbcc");
    private static final ModelCommitment WEIGHTS = new ModelCommitment(
            Goldilocks.INSTANCE,
            new Architecture(new Input(Shape.of(3), new Range(0, 127), 1), 1, Networks.chain(new Dense(3, 2))),
            new CodeParameters(256, 600, 2_048, 200, 4),
            ROOT);

    private static String digest(Evidence evidence) {
        return evidence.kind() + " " + evidence.bytes().length() + " "
                + Digest.sha256(evidence.bytes()).toHex();
    }

    @Test
    void evidenceHasTheBytesThatWereWrittenDown() {
        CommitmentEvidence registration = new CommitmentEvidence.Registration(WEIGHTS, PROOF);
        CommitmentEvidence rollOver = new CommitmentEvidence.RollOver(
                WEIGHTS, ROOT, dev.candor.proving.hash.Digest.sha256(new byte[] {2}), 7, PROOF);
        StatementFile statement = new StatementFile(
                WEIGHTS.id(),
                0,
                1,
                1,
                new Statements.Execution(Tensor.copyOf(1, 2, 3), null, Tensor.copyOf(4, 5), List.of(ROOT)));
        ProofEvidence proof = new ProofEvidence(
                WEIGHTS, ROOT, ProvenAnswers.disclosed(0, new long[] {1, 2, 3}, 4, 5), statement, PROOF);
        assertThat(CommitmentEvidence.read(registration.evidence().bytes())).isEqualTo(registration);
        assertThat(CommitmentEvidence.read(rollOver.evidence().bytes())).isEqualTo(rollOver);
        assertThat(ProofEvidence.read(proof.evidence().bytes())).isEqualTo(proof);
        assertThat(List.of(
                        CommittedWeights.ledgerRoot(WEIGHTS, ROOT).toHex(),
                        digest(registration.evidence()),
                        digest(rollOver.evidence()),
                        digest(proof.evidence())))
                .containsExactly(
                        "56cb17e92a2148d4df3c69081970f6372943a2a9e0dffddb1b345abef8970990",
                        "COMMITMENT 140 16fa8d1e16558e1665485c3f3a4e82ddf9242e16bb137f01df880fc161a967ee",
                        "COMMITMENT 212 c3f19ec8430287842ca8717f9779458ea6b88577613eba8251e49444f1878522",
                        "PROOF 441 5fe2cd403642d8997c22def15042e44e07ca993a70e05a0eef3a48b3f158369a");
    }
}
