package dev.candor.cluster.proof;

import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.tensor.TensorSpec;
import dev.candor.actors.value.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** Whole numbers in floating-point tensors, as exact models take and give them. */
final class WholeTensors {
    private WholeTensors() {}

    /** The integers of an FP32 or FP64 tensor; empty where an element is none, or the tensor is of another type. */
    static Optional<long[]> integers(Tensor tensor) {
        boolean wide = tensor.datatype() == DataType.FP64;
        if (!wide && tensor.datatype() != DataType.FP32) {
            return Optional.empty();
        }
        ByteBuffer data = tensor.data().asBuffer().order(ByteOrder.LITTLE_ENDIAN);
        long[] integers = new long[data.remaining() / (wide ? Double.BYTES : Float.BYTES)];
        for (int i = 0; i < integers.length; i++) {
            double number = wide ? data.getDouble() : data.getFloat();
            integers[i] = (long) number;
            if (integers[i] != number) {
                return Optional.empty();
            }
        }
        return Optional.of(integers);
    }

    /** The tensor of these integers, which is the one that an executor gives for them. */
    static Tensor tensor(TensorSpec spec, int rows, long[] integers) {
        boolean wide = spec.datatype() == DataType.FP64;
        ByteBuffer data = ByteBuffer.allocate(integers.length * (wide ? Double.BYTES : Float.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (long integer : integers) {
            if (wide) {
                data.putDouble((double) integer);
            } else {
                data.putFloat((float) integer);
            }
        }
        Shape shape = spec.shape().withBatch(rows);
        return new Tensor(spec.name(), spec.datatype(), shape, Bytes.wrap(data.array()));
    }
}
