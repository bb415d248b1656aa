package dev.candor.proving.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.proving.accounting.CodeParameters;
import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Goldilocks;
import dev.candor.proving.hash.Digest;
import dev.candor.proving.layer.NetworkCircuit;
import dev.candor.proving.network.Architecture.Input;
import dev.candor.proving.network.IntegerNetwork;
import dev.candor.proving.network.Layer.Dense;
import dev.candor.proving.network.Networks;
import dev.candor.proving.network.Range;
import dev.candor.proving.network.Shape;
import dev.candor.proving.proof.ProofPlan;
import dev.candor.proving.proof.ProofTranscript;
import dev.candor.proving.proof.Statement;
import dev.candor.proving.proof.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every part of a statement, and every later message, changes the challenge that follows it. */
final class StatementBindingTest {

    private static final CodeParameters PARAMETERS = CodeParameters.forOpenings(64, 2048, 3, 4);
    private static final Digest ONE = Digest.sha256(new byte[] {1});
    private static final Digest TWO = Digest.sha256(new byte[] {2});

    private final IntegerNetwork network =
            Networks.random(new Input(Shape.of(2), new Range(0, 9), 1), Networks.chain(new Dense(2, 1)), new Random(1));
    private final NetworkCircuit circuit = new NetworkCircuit(network.architecture(), 1);

    private ProofPlan plan(CodeParameters parameters) {
        return new ProofPlan(Goldilocks.INSTANCE, parameters, circuit.circuit());
    }

    private static Statement statement(
            Statement.Kind kind, Digest descriptor, Digest model, Digest root, long epoch, long opening, int samples) {
        return new Statement(
                kind,
                descriptor,
                model,
                List.of(root),
                epoch,
                opening,
                samples,
                List.of(Tensor.copyOf(1, 2), Tensor.copyOf(3)),
                List.of(ONE),
                10);
    }

    private static Statement with(List<Tensor> tensors, List<Digest> requests, long work) {
        return new Statement(Statement.Kind.EXECUTION, ONE, ONE, List.of(ONE), 0, 1, 1, tensors, requests, work);
    }

    @Test
    void everyPartOfTheStatementChangesSigma() {
        Statement.Kind kind = Statement.Kind.EXECUTION;
        List<Tensor> tensors = List.of(Tensor.copyOf(1, 2), Tensor.copyOf(3));
        List<Statement> statements = List.of(
                statement(kind, ONE, ONE, ONE, 0, 1, 1),
                statement(Statement.Kind.ROLL_OVER, ONE, ONE, ONE, 0, 1, 1),
                statement(kind, TWO, ONE, ONE, 0, 1, 1),
                statement(kind, ONE, TWO, ONE, 0, 1, 1),
                statement(kind, ONE, ONE, TWO, 0, 1, 1),
                statement(kind, ONE, ONE, ONE, 1, 1, 1),
                statement(kind, ONE, ONE, ONE, 0, 2, 1),
                statement(kind, ONE, ONE, ONE, 0, 1, 2),
                with(List.of(Tensor.copyOf(2, 1), Tensor.copyOf(3)), List.of(ONE), 10),
                with(List.of(Tensor.copyOf(1, 2), Tensor.copyOf(4)), List.of(ONE), 10),
                with(List.of(Tensor.copyOf(1), Tensor.copyOf(2, 3)), List.of(ONE), 10),
                with(tensors, List.of(TWO), 10),
                with(tensors, List.of(), 10),
                with(tensors, List.of(ONE), 11));
        Set<Digest> sigmas = new HashSet<>();
        for (Statement statement : statements) {
            sigmas.add(new ProofTranscript(plan(PARAMETERS), statement).commit(ONE, statement.work()));
        }
        sigmas.add(new ProofTranscript(plan(PARAMETERS), statements.getFirst()).commit(TWO, 10));
        CodeParameters p = PARAMETERS;
        for (CodeParameters other : List.of(
                new CodeParameters(128, p.randomSize(), 2048, p.queries(), 4),
                new CodeParameters(64, p.randomSize() + 1, 2048, p.queries(), 4),
                new CodeParameters(64, p.randomSize(), 4096, p.queries(), 4),
                new CodeParameters(64, p.randomSize(), 2048, p.queries() + 1, 4),
                new CodeParameters(64, p.randomSize(), 2048, p.queries(), 5))) {
            sigmas.add(new ProofTranscript(plan(other), statements.getFirst()).commit(ONE, 10));
        }
        assertThat(sigmas).hasSize(statements.size() + 1 + 5);
    }

    /** One transcript to its end; each number picks another value of one message. */
    private List<Object> run(int branch, int opening, int v, int q, long nonce) {
        ProofPlan plan = plan(PARAMETERS);
        Statement statement = statement(Statement.Kind.EXECUTION, ONE, ONE, ONE, 0, 1, 1);
        ProofTranscript transcript = new ProofTranscript(plan, statement);
        transcript.commit(ONE, 10);
        List<Digest> branches = new ArrayList<>();
        for (int i = 0; i < plan.branches().size(); i++) {
            branches.add(i == branch ? TWO : ONE);
        }
        List<Object> challenges = new ArrayList<>();
        challenges.add(transcript.gamma(branches));
        challenges.add(transcript.alpha(changed(plan.openings(), opening)));
        challenges.add(transcript.rho().get(0));
        challenges.add(transcript.work(changed(PARAMETERS.dimension(), v), changed(PARAMETERS.linearDimension(), q)));
        challenges.add(List.of(Arrays.stream(transcript.columns(nonce)).boxed().toArray()));
        return challenges;
    }

    private static ExtensionVector changed(int size, int at) {
        ExtensionVector vector = new ExtensionVector(size);
        if (at >= 0 && at < size) {
            vector.set(at, new Extension(0, 1));
        }
        return vector;
    }

    @Test
    void everyMessageChangesAllChallengesBehindIt() {
        List<Object> base = run(-1, -1, -1, -1, 0);
        assertDiffersFrom(base, run(0, -1, -1, -1, 0), 0);
        assertDiffersFrom(base, run(-1, -1, 0, -1, 0), 3);
        assertDiffersFrom(base, run(-1, -1, PARAMETERS.dimension() - 1, -1, 0), 3);
        assertDiffersFrom(base, run(-1, -1, -1, PARAMETERS.linearDimension() - 1, 0), 3);
        assertDiffersFrom(base, run(-1, -1, -1, -1, 1), 4);
    }

    private static void assertDiffersFrom(List<Object> base, List<Object> other, int first) {
        for (int i = 0; i < base.size(); i++) {
            if (i < first) {
                assertThat(other.get(i)).isEqualTo(base.get(i));
            } else {
                assertThat(other.get(i)).isNotEqualTo(base.get(i));
            }
        }
    }
}
