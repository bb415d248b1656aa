package dev.candor.proving.registration;

import dev.candor.proving.accounting.CodeParameters;
import dev.candor.proving.commitment.CommittedRows;
import dev.candor.proving.field.Field;
import dev.candor.proving.hash.Digest;
import dev.candor.proving.layer.ModelCells;
import dev.candor.proving.network.IntegerNetwork;
import dev.candor.proving.proof.Proof;
import dev.candor.proving.proof.ProofPlan;
import dev.candor.proving.prover.Prover;
import dev.candor.proving.randomness.Randomness;
import java.util.List;
import java.util.function.Supplier;

/**
 * The secret side of a committed model: its parameters and, for one epoch, its committed rows. It takes every opening from a budget before
 * it uses it. Immutable; safe to share.
 */
public final class ModelOwner {

    private final ModelCommitment commitment;
    private final IntegerNetwork network;
    private final ModelCells cells;
    private final long epoch;
    private final CommittedRows rows;
    private final Supplier<Randomness> randomness;

    private ModelOwner(
            ModelCommitment commitment,
            IntegerNetwork network,
            ModelCells cells,
            long epoch,
            CommittedRows rows,
            Supplier<Randomness> randomness) {
        this.commitment = commitment;
        this.network = network;
        this.cells = cells;
        this.epoch = epoch;
        this.rows = rows;
        this.randomness = randomness;
    }

    /** A roll-over with the side that it leads to. */
    public record Successor(ModelOwner owner, Lineage.RollOver step) {}

    /**
     * Commits to a model, as epoch 0.
     *
     * @param randomness gives a fresh source for each attempt
     */
    public static ModelOwner commit(
            Field field, IntegerNetwork network, CodeParameters parameters, Supplier<Randomness> randomness) {
        return commit(field, network, parameters, randomness.get(), randomness);
    }

    /**
     * As {@link #commit(Field, IntegerNetwork, CodeParameters, Supplier)}.
     *
     * @param ofRows the source for the committed rows, for whoever has to have them again later
     */
    public static ModelOwner commit(
            Field field,
            IntegerNetwork network,
            CodeParameters parameters,
            Randomness ofRows,
            Supplier<Randomness> randomness) {
        ModelCells cells = new ModelCells(field, network);
        ProofPlan plan = new ProofPlan(field, parameters, RollOverCircuit.of(network.architecture()));
        CommittedRows rows = Prover.commit(plan, 1, cells::cells, ofRows);
        ModelCommitment commitment = new ModelCommitment(field, network.architecture(), parameters, rows.root());
        return new ModelOwner(commitment, network, cells, 0, rows, randomness);
    }

    /**
     * The owner of a commitment that was made before, in one of its epochs.
     *
     * @param ofRows gives the very randomness that the rows had
     * @throws IllegalArgumentException where the root is another one than {@code root}
     */
    public static ModelOwner restore(
            ModelCommitment commitment,
            IntegerNetwork network,
            long epoch,
            Digest root,
            Randomness ofRows,
            Supplier<Randomness> randomness) {
        ModelCells cells = new ModelCells(commitment.field(), network);
        CommittedRows rows = Prover.commit(Plans.rollOver(commitment), 1, cells::cells, ofRows);
        if (!rows.root().equals(root)) {
            throw new IllegalArgumentException("The parameters and the secret of epoch " + epoch
                    + " do not give its root: one of them was changed.");
        }
        return new ModelOwner(commitment, network, cells, epoch, rows, randomness);
    }

    public ModelCommitment commitment() {
        return commitment;
    }

    public IntegerNetwork network() {
        return network;
    }

    public long epoch() {
        return epoch;
    }

    /** The model's root in this epoch. */
    public Digest root() {
        return rows.root();
    }

    /** The committed rows: as secret as the model. */
    public CommittedRows rows() {
        return rows;
    }

    /** Proves the registration; it is opening 0 of epoch 0, which the budget must have given out for it. */
    public Proof register() {
        if (epoch != 0) {
            throw new IllegalStateException("A model is registered in epoch 0, not in epoch " + epoch + ".");
        }
        RegistrationCircuit circuit = new RegistrationCircuit(commitment.field(), commitment.architecture());
        ProofPlan plan = Plans.registration(commitment);
        RegistrationCircuit.Witness witness = circuit.witness(cells);
        return new Prover<>(plan, circuit.circuit())
                .prove(Statements.registration(commitment), List.of(rows), witness, witness::cells, randomness);
    }

    /**
     * Commits to the same parameters with fresh randomness and proves it.
     *
     * @param opening of this epoch, given out by its budget; the proof is opening 0 of the next
     */
    public Successor rollOver(long opening) {
        return rollOver(opening, randomness.get());
    }

    /**
     * As {@link #rollOver(long)}.
     *
     * @param ofRows the source for the rows of the next epoch
     */
    public Successor rollOver(long opening, Randomness ofRows) {
        ProofPlan plan = Plans.rollOver(commitment);
        CommittedRows later = Prover.commit(plan, 1, cells::cells, ofRows);
        Proof proof = new Prover<>(plan, RollOverCircuit.of(commitment.architecture()))
                .prove(
                        Statements.rollOver(commitment, epoch, opening, rows.root(), later.root()),
                        List.of(rows, later),
                        new RollOverCircuit.Nothing(),
                        segment -> {
                            throw new IllegalStateException("A roll-over has no segment " + segment.name() + ".");
                        },
                        randomness);
        ModelOwner owner = new ModelOwner(commitment, network, cells, epoch + 1, later, randomness);
        return new Successor(owner, new Lineage.RollOver(later.root(), opening, proof));
    }

    @Override
    public String toString() {
        return "the owner of model " + commitment.id() + " in epoch " + epoch;
    }
}
