package dev.candor.proving.constraint;

import dev.candor.proving.transcript.Schedule;
import java.util.List;

/**
 * What a branch will send, from public shapes alone.
 *
 * @param schedule its transcript
 * @param firstPad the first of its pad cells
 * @param padCells the number of its pad cells
 * @param maskCells which of them, counted from 0, are masks of products
 * @param messages the number of padded values that it sends
 * @param openings the number of product openings A that it makes after gamma
 * @param equations the number of equations that it demands, those of its products included
 */
public record BranchPlan(
        Schedule schedule,
        int firstPad,
        int padCells,
        List<Integer> maskCells,
        int messages,
        int openings,
        int equations) {
    public BranchPlan {
        maskCells = List.copyOf(maskCells);
    }
}
