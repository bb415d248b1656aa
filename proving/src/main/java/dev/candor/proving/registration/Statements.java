package dev.candor.proving.registration;

import dev.candor.proving.hash.Digest;
import dev.candor.proving.layer.NetworkCircuit;
import dev.candor.proving.proof.Statement;
import dev.candor.proving.proof.Tensor;
import java.util.List;

/** The statements about a committed model. Everything that is not an argument follows from the commitment. */
public final class Statements {

    private Statements() {}

    /** That the parameters under the root of epoch 0 are in range. It is opening 0 of epoch 0. */
    public static Statement registration(ModelCommitment model) {
        return new Statement(
                Statement.Kind.REGISTRATION,
                model.descriptor(),
                model.id(),
                List.of(model.first()),
                0,
                0,
                0,
                List.of(),
                List.of(),
                0);
    }

    /**
     * That two roots hold the same parameters. It is opening 0 of the later epoch.
     *
     * @param epoch the earlier one
     * @param opening the use of the earlier one
     */
    public static Statement rollOver(ModelCommitment model, long epoch, long opening, Digest earlier, Digest later) {
        return new Statement(
                Statement.Kind.ROLL_OVER,
                model.descriptor(),
                model.id(),
                List.of(earlier, later),
                epoch,
                opening,
                0,
                List.of(),
                List.of(),
                0);
    }

    /**
     * One use of the model.
     *
     * @param epoch the epoch of the root
     * @param opening the use of it
     * @param root the model's root in that epoch
     * @param execution the public values of the batch
     */
    public static Statement execution(
            ModelCommitment model, long epoch, long opening, Digest root, NetworkCircuit circuit, Execution execution) {
        List<Digest> roots = execution.inputRoot() == null ? List.of(root) : List.of(root, execution.inputRoot());
        return new Statement(
                Statement.Kind.EXECUTION,
                model.descriptor(),
                model.id(),
                roots,
                epoch,
                opening,
                circuit.samples(),
                List.of(execution.inputs(), execution.outputs()),
                execution.requests(),
                circuit.work());
    }

    /**
     * The public values of a batch.
     *
     * @param inputs sample after sample; empty where they are hidden
     * @param inputRoot the root of hidden inputs, or null
     * @param outputs sample after sample
     * @param requests an id for each sample, or none
     */
    public record Execution(
            Tensor inputs,
            @org.jspecify.annotations.Nullable Digest inputRoot,
            Tensor outputs,
            List<Digest> requests) {
        public Execution {
            requests = List.copyOf(requests);
        }
    }
}
