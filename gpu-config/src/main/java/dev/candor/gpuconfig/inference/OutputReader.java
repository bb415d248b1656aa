package dev.candor.gpuconfig.inference;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDManager;
import dev.candor.actors.backend.LoadedModel.BatchOutput;
import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.TensorSpec;
import dev.candor.actors.value.Bytes;
import dev.candor.gpuconfig.inference.TorchTypes.TorchType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Holds a model's outputs against its specification and copies them out of native memory, once each. */
final class OutputReader {
    private final List<TensorSpec> specs;
    private final List<TorchType> types;
    private final NarrowTypes narrowTypes;

    OutputReader(ModelSpec spec, NarrowTypes narrowTypes) {
        this.specs = spec.outputs();
        this.types = specs.stream().map(TorchTypes::require).toList();
        this.narrowTypes = narrowTypes;
    }

    /**
     * The first {@code rows} rows of each output.
     *
     * @param batch owns what is made on the way
     * @param rung the rows that were run, padding included
     * @throws OutputMismatchException where number, datatype or shape are not the specification's
     */
    List<BatchOutput> read(List<NDArray> outputs, int rows, int rung, PtNDManager batch) {
        if (outputs.size() != specs.size()) {
            throw new OutputMismatchException(
                    "the specification says " + specs.size() + " output(s), the model returns " + outputs.size());
        }
        List<BatchOutput> read = new ArrayList<>(specs.size());
        for (int i = 0; i < specs.size(); i++) {
            read.add(read(specs.get(i), types.get(i), outputs.get(i), rows, rung, batch));
        }
        return read;
    }

    private BatchOutput read(TensorSpec spec, TorchType type, NDArray output, int rows, int rung, PtNDManager batch) {
        long[] dimensions = output.getShape().getShape();
        boolean shaped = dimensions.length == spec.shape().rank()
                && dimensions.length > 0
                && dimensions[0] == rung
                && spec.shape().admits(Shape.of(dimensions));
        boolean typed = type.narrow().isPresent()
                ? narrowTypes.is(type.narrow().get(), output)
                : output.getDataType() == type.engine();
        if (!shaped || !typed) {
            throw new OutputMismatchException(
                    "the specification says that output \"" + spec.name() + "\" of a batch of " + rung
                            + " is " + spec.datatype() + spec.shape().withBatch(rung) + ", the model returns "
                            + (typed ? spec.datatype().name() : TorchTypes.name(output.getDataType()))
                            + Arrays.toString(dimensions).replace(" ", ""));
        }
        Shape itemShape = Shape.of(Arrays.copyOfRange(dimensions, 1, dimensions.length));
        long itemBytes =
                Math.multiplyExact(itemShape.elements(), spec.datatype().size());
        if (itemBytes > Integer.MAX_VALUE / rung) {
            throw new OutputMismatchException("output \"" + spec.name() + "\" of a batch of " + rung
                    + " is larger than 2 GiB; lower max_batch_size");
        }
        byte[] bytes = new byte[(int) (rows * itemBytes)];
        if (bytes.length > 0) {
            NDArray readable = type.narrow().isPresent() ? narrowTypes.asFp16(output, batch) : output;
            readable.toByteBuffer(true).get(0, bytes);
        }
        return new BatchOutput(spec.name(), spec.datatype(), itemBytes, itemShape, Bytes.wrap(bytes));
    }
}
