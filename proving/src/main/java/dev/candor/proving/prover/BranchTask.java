package dev.candor.proving.prover;

import dev.candor.proving.constraint.BranchPlan;
import dev.candor.proving.constraint.BranchSession;
import dev.candor.proving.constraint.Circuit;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import dev.candor.proving.hash.Digest;
import dev.candor.proving.parallel.Workers;
import dev.candor.proving.proof.ProofPlan;
import dev.candor.proving.randomness.Purpose;
import dev.candor.proving.randomness.Randomness;
import java.util.List;

/**
 * The part of one branch in one attempt at a proof. Whoever runs it draws the branch's pads itself, before the first barrier (the commitment),
 * and nobody else's work depends on them but the commitment; between sigma and gamma it needs no other branch. It runs once: a second attempt
 * is another task, with other pads. Not thread-safe.
 */
final class BranchTask<W> {

    private final Field field;
    private final BranchPlan plan;
    private final Circuit.Branch<W> branch;
    private final int index;
    private final ExtensionVector pads;

    /**
     * Draws the pads of a branch.
     *
     * @param index of the branch in the proof
     * @param randomness of this task alone
     */
    BranchTask(ProofPlan plan, Circuit<W> circuit, int index, Randomness randomness) {
        this.field = plan.field();
        this.plan = plan.branches().get(index);
        this.branch = circuit.branches().get(index);
        this.index = index;
        this.pads = randomness.extensions(Purpose.PAD, field, this.plan.padCells());
        List<Integer> maskCells = this.plan.maskCells();
        ExtensionVector masks = randomness.extensions(Purpose.PRODUCT_MASK, field, maskCells.size());
        for (int i = 0; i < masks.size(); i++) {
            pads.set(maskCells.get(i), masks.get(i));
        }
    }

    /** Writes the branch's pads where they belong among those of the proof. */
    void place(ExtensionVector all) {
        for (int i = 0; i < pads.size(); i++) {
            all.set(plan.firstPad() + i, pads.get(i));
        }
    }

    /** Runs the branch to its end: its messages, its demands, its digest. */
    BranchSession.Proving run(Digest sigma, List<long[]> tensors, W witness, Workers workers) {
        BranchSession.Start start = BranchSession.Start.of(field, plan, sigma, index, tensors);
        BranchSession.Proving session = BranchSession.Proving.ofOwnPads(start, pads, workers);
        branch.run(session, witness);
        return session;
    }
}
