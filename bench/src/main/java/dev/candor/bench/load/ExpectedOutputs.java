package dev.candor.bench.load;

import dev.candor.actors.tensor.Tensor;
import dev.candor.bench.model.Example;
import dev.candor.bench.model.Numbers;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Compares outputs with what they must be. */
final class ExpectedOutputs {
    static final String NO_RECEIPT = "an answer without a receipt";
    static final String SHORT = "an output shorter than the answer says";

    private final Map<String, double[]> expected = new LinkedHashMap<>();
    private final double tolerance;

    ExpectedOutputs(Example example) {
        for (Tensor output : example.outputs()) {
            expected.put(output.name(), Numbers.of(output));
        }
        this.tolerance = example.tolerance();
    }

    /** What is wrong with {@code actual}, which may hold more than what is expected. */
    Optional<String> problem(Map<String, double[]> actual) {
        for (Map.Entry<String, double[]> output : expected.entrySet()) {
            double @Nullable [] values = actual.get(output.getKey());
            if (values == null) {
                return Optional.of("an answer without the output " + output.getKey());
            }
            Optional<String> problem = compare(output.getValue(), values);
            if (problem.isPresent()) {
                return problem;
            }
        }
        return Optional.empty();
    }

    private Optional<String> compare(double[] wanted, double[] actual) {
        if (actual.length != wanted.length) {
            return Optional.of("an output of " + actual.length + " elements instead of " + wanted.length);
        }
        for (int i = 0; i < wanted.length; i++) {
            // Written so that a NaN fails.
            if (!(Math.abs(actual[i] - wanted[i]) <= tolerance)) {
                return Optional.of("an output with other values");
            }
        }
        return Optional.empty();
    }
}
