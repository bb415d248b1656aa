package dev.candor.actors.cache;

import dev.candor.actors.tensor.Tensor;
import java.util.List;

/**
 * An answer as it was computed once.
 *
 * @param outputs in the order wanted
 * @param device where it was computed
 */
public record CachedAnswer(List<Tensor> outputs, String device) {
    /** Keeps the list from changes. */
    public CachedAnswer {
        outputs = List.copyOf(outputs);
    }

    /** What it takes in memory, about: the tensors' bytes and a fixed sum for the rest. */
    long bytes() {
        long sum = 512;
        for (Tensor output : outputs) {
            sum += 128 + output.data().length();
        }
        return sum;
    }
}
