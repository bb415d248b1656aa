package dev.candor.gpuconfig.inference;

import ai.djl.ndarray.NDArray;
import dev.candor.actors.backend.LoadedModel.BatchOutput;
import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.TensorSpec;
import dev.candor.actors.value.Bytes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Holds a model's outputs against its specification and copies them out of native memory, once each. */
final class OutputReader {
    private final List<TensorSpec> specs;
    private final List<ai.djl.ndarray.types.DataType> types;

    OutputReader(ModelSpec spec) {
        this.specs = spec.outputs();
        this.types = specs.stream()
                .map(output -> TorchTypes.require(output.datatype(), output.name()))
                .toList();
    }

    /**
     * The first {@code rows} rows of each output.
     *
     * @param rung the rows that were run, padding included
     * @throws OutputMismatchException where number, datatype or shape are not the specification's
     */
    List<BatchOutput> read(List<NDArray> outputs, int rows, int rung) {
        if (outputs.size() != specs.size()) {
            throw new OutputMismatchException(
                    "the specification says " + specs.size() + " output(s), the model returns " + outputs.size());
        }
        List<BatchOutput> read = new ArrayList<>(specs.size());
        for (int i = 0; i < specs.size(); i++) {
            read.add(read(specs.get(i), types.get(i), outputs.get(i), rows, rung));
        }
        return read;
    }

    private static BatchOutput read(
            TensorSpec spec, ai.djl.ndarray.types.DataType type, NDArray output, int rows, int rung) {
        long[] dimensions = output.getShape().getShape();
        boolean fits = output.getDataType() == type
                && dimensions.length == spec.shape().rank()
                && dimensions.length > 0
                && dimensions[0] == rung
                && spec.shape().admits(Shape.of(dimensions));
        if (!fits) {
            throw new OutputMismatchException(
                    "the specification says that output \"" + spec.name() + "\" of a batch of " + rung
                            + " is " + spec.datatype() + spec.shape().withBatch(rung) + ", the model returns "
                            + TorchTypes.name(output.getDataType())
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
            ByteBuffer direct = output.toByteBuffer(true);
            direct.get(0, bytes);
        }
        return new BatchOutput(spec.name(), spec.datatype(), itemBytes, itemShape, Bytes.wrap(bytes));
    }
}
