package dev.candor.torchscript;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What an inspected file holds.
 *
 * @param model the qualified name of the model's class, such as {@code __torch__.Mlp}
 * @param weights elements of all tensors in the file: parameters, buffers and constants
 * @param weightBytes bytes of those elements
 * @param operators the operators that the code names, such as {@code torch.relu} or {@code ops.prim.dtype}
 */
public record Inspection(String model, long weights, long weightBytes, SortedSet<String> operators) {
    /** Copies the operators. */
    public Inspection {
        operators = Collections.unmodifiableSortedSet(new TreeSet<>(operators));
    }
}
