package dev.candor.proving.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.proving.accounting.CodeParameters;
import dev.candor.proving.commitment.LinearConstraints;
import dev.candor.proving.constraint.BranchSession;
import dev.candor.proving.constraint.Check;
import dev.candor.proving.constraint.Product;
import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import dev.candor.proving.hash.Digest;
import dev.candor.proving.layer.NetworkWitness;
import dev.candor.proving.network.Architecture.Input;
import dev.candor.proving.network.IntegerNetwork;
import dev.candor.proving.network.Layer.Dense;
import dev.candor.proving.network.Layer.Requantise;
import dev.candor.proving.network.Networks;
import dev.candor.proving.network.Range;
import dev.candor.proving.network.Shape;
import dev.candor.proving.proof.Equations;
import dev.candor.proving.proof.Statement;
import dev.candor.proving.proof.Tensor;
import dev.candor.proving.registration.Statements;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Why the openings of products are absorbed before alpha: known alpha, one opening makes any lie add up. */
final class OrderTest {

    private static final CodeParameters PARAMETERS = CodeParameters.forOpenings(64, 2048, 3, 4);

    private final IntegerNetwork network = Networks.random(
            new Input(Shape.of(6), new Range(-128, 127), 1),
            Networks.chain(new Dense(6, 4), new Requantise(1, 1, -127, 127), new Dense(4, 3)),
            new Random(1));
    private final Executions execution =
            new Executions(network, 2, Networks.input(network, 2, new Random(2)), PARAMETERS);
    private final Field f = execution.field;
    private final Extension gamma = new Extension(5, 8);
    private final Extension alpha = new Extension(77, 13);
    private final ExtensionVector pads =
            new ExtensionVector(execution.plan.pads().columns());

    /** Runs the branches of a statement; pads are zero, so messages are what they hide. */
    private List<BranchSession.Proving> run(Statement statement) {
        List<BranchSession.Proving> sessions = new ArrayList<>();
        List<long[]> tensors = statement.tensors().stream().map(Tensor::toArray).toList();
        for (int i = 0; i < execution.plan.branches().size(); i++) {
            BranchSession.Start start =
                    BranchSession.Start.of(f, execution.plan.branches().get(i), Digest.sha256(new byte[0]), i, tensors);
            BranchSession.Proving session = new BranchSession.Proving(start, pads);
            NetworkWitness witness = execution.witness;
            execution.circuit.circuit().branches().get(i).run(session, witness);
            sessions.add(session);
        }
        return sessions;
    }

    private ExtensionVector honestOpenings(List<BranchSession.Proving> sessions) {
        List<Extension> opened = new ArrayList<>();
        for (BranchSession session : sessions) {
            for (Product product : session.products()) {
                opened.addAll(product.open(f, gamma));
            }
        }
        return ExtensionVector.of(opened.toArray(Extension[]::new));
    }

    /** What the data positions have to add up to. */
    private Extension demanded(List<BranchSession.Proving> sessions, ExtensionVector openings, Extension at) {
        LinearConstraints equations = Equations.of(f, sessions, gamma, openings);
        return equations
                .combine(f, at, EnumSet.allOf(Check.class), execution.plan.pads(), execution.plan.layouts())
                .sum();
    }

    @Test
    void alphaBeforeTheOpeningsWouldLetALiePass() {
        long[] outputs = execution.execution.outputs().toArray();
        outputs[0]++;
        Statement lie = Statements.execution(
                execution.owner.commitment(),
                0,
                1,
                execution.owner.root(),
                execution.circuit,
                new Statements.Execution(execution.execution.inputs(), null, Tensor.copyOf(outputs), List.of()));
        List<BranchSession.Proving> truth = run(execution.statement);
        List<BranchSession.Proving> lying = run(lie);
        ExtensionVector openings = honestOpenings(lying);
        // What the committed data add up to, which is what the truth demands; only the claimed output differs.
        Extension actual = demanded(truth, honestOpenings(truth), alpha);
        assertThat(demanded(lying, openings, alpha)).isNotEqualTo(actual);

        // The demand is linear in the first opening: two values of it give the one that fits.
        Extension atHonest = demanded(lying, openings, alpha);
        Extension honest = openings.get(0);
        openings.set(0, f.add(honest, Extension.ONE));
        Extension slope = f.sub(demanded(lying, openings, alpha), atHonest);
        openings.set(0, f.add(honest, f.mul(f.sub(actual, atHonest), f.inv(slope))));
        assertThat(demanded(lying, openings, alpha)).isEqualTo(actual);

        // Drawn after the openings, alpha is another one, and nothing adds up.
        Extension later = new Extension(78, 13);
        assertThat(demanded(lying, openings, later)).isNotEqualTo(demanded(truth, honestOpenings(truth), later));
    }
}
