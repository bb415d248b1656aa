package dev.candor.gpuconfig.device;

import java.util.ArrayList;
import java.util.List;

/**
 * The batch sizes that a device runs: a batch is padded with rows of zeros up to the next rung. A new size costs a device a slow first
 * call (kernels are chosen, primitives built), so there is a bounded number of sizes, each paid for at load time.
 *
 * @param rungs sizes, ascending, at least one
 */
public record BatchLadder(List<Integer> rungs) {
    private static final int MOST = 4096;

    /** Refuses an empty ladder and rungs outside of 1 to 4096. */
    public BatchLadder {
        rungs = rungs.stream().sorted().distinct().toList();
        if (rungs.isEmpty() || rungs.getFirst() < 1 || rungs.getLast() > MOST) {
            throw new IllegalArgumentException(
                    "a batch ladder has at least one rung, each between 1 and " + MOST + ", not " + rungs);
        }
    }

    /** This ladder for batches of up to {@code max}: the rungs below it, and itself. */
    public BatchLadder upTo(int max) {
        List<Integer> kept =
                new ArrayList<>(rungs.stream().filter(rung -> rung < max).toList());
        kept.add(max);
        return new BatchLadder(kept);
    }

    /** The smallest rung that holds {@code rows}; an {@link IllegalArgumentException} past the last one. */
    public int rungFor(int rows) {
        for (int rung : rungs) {
            if (rung >= rows) {
                return rung;
            }
        }
        throw new IllegalArgumentException(rows + " rows are more than the largest batch, " + rungs.getLast());
    }
}
