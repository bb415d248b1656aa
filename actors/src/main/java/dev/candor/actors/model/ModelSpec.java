package dev.candor.actors.model;

import dev.candor.actors.tensor.TensorSpec;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a caller may send to a model version and what comes back.
 *
 * @param inputs at least one; the first dimension of each is the batch
 * @param outputs at least one, in the order in which the model returns them
 * @param labels names of the classes of the first output, or empty
 * @param finiteInputs whether a NaN or an infinity in a floating-point input is refused
 * @param batching how requests become batches
 * @param responseCache whether an answer may be given again for the same request
 * @param exact present for an integer network, which gives the same bits on every machine and can be proven
 */
public record ModelSpec(
        List<TensorSpec> inputs,
        List<TensorSpec> outputs,
        List<String> labels,
        boolean finiteInputs,
        BatchingPolicy batching,
        boolean responseCache,
        Optional<ExactArithmetic> exact) {
    /** A floating-point model. */
    public ModelSpec(
            List<TensorSpec> inputs,
            List<TensorSpec> outputs,
            List<String> labels,
            boolean finiteInputs,
            BatchingPolicy batching,
            boolean responseCache) {
        this(inputs, outputs, labels, finiteInputs, batching, responseCache, Optional.empty());
    }

    /** A model whose every request runs. */
    public ModelSpec(
            List<TensorSpec> inputs,
            List<TensorSpec> outputs,
            List<String> labels,
            boolean finiteInputs,
            BatchingPolicy batching) {
        this(inputs, outputs, labels, finiteInputs, batching, false);
    }

    /** Refuses a specification without inputs or outputs, with two tensors of one name, or a tensor without a batch dimension. */
    public ModelSpec {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        labels = List.copyOf(labels);
        distinct("input", inputs);
        distinct("output", outputs);
        if (exact.isPresent() && (inputs.size() != 1 || outputs.size() != 1)) {
            throw new IllegalArgumentException("an exact model has one input and one output");
        }
    }

    /** The same for an integer network. */
    public ModelSpec exactly(ExactArithmetic arithmetic) {
        return new ModelSpec(inputs, outputs, labels, finiteInputs, batching, responseCache, Optional.of(arithmetic));
    }

    private static void distinct(String kind, List<TensorSpec> specs) {
        if (specs.isEmpty()) {
            throw new IllegalArgumentException("a model needs at least one " + kind);
        }
        Set<String> names = new HashSet<>();
        for (TensorSpec spec : specs) {
            if (spec.name().isEmpty() || spec.name().length() > 128) {
                throw new IllegalArgumentException("the name of an " + kind + " has 1 to 128 characters");
            }
            if (!names.add(spec.name())) {
                throw new IllegalArgumentException(
                        "two tensors are called \"" + spec.name() + "\" among the " + kind + "s");
            }
            if (spec.shape().rank() == 0) {
                throw new IllegalArgumentException(
                        kind + " \"" + spec.name() + "\" needs a first dimension for the batch");
            }
        }
    }
}
