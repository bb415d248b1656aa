package dev.candor.cluster.evidence;

import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.wire.MalformedBytesException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The integers of an exact model's tensors: it takes and gives whole numbers, in whatever datatype they travel. */
final class WholeNumbers {
    /** Beyond it a double is not every whole number. */
    private static final double MOST = 1L << 53;

    private WholeNumbers() {}

    /** The elements in order; {@link MalformedBytesException} where one is no whole number or the datatype holds none. */
    static long[] of(Tensor tensor) {
        ByteBuffer data = tensor.data().asBuffer().order(ByteOrder.LITTLE_ENDIAN);
        int size = tensor.datatype().size();
        long[] numbers = new long[size == 0 ? 0 : tensor.data().length() / size];
        for (int i = 0; i < numbers.length; i++) {
            int at = i * size;
            numbers[i] = switch (tensor.datatype()) {
                case UINT8 -> Byte.toUnsignedLong(data.get(at));
                case UINT16 -> Short.toUnsignedLong(data.getShort(at));
                case UINT32 -> Integer.toUnsignedLong(data.getInt(at));
                case INT8 -> data.get(at);
                case INT16 -> data.getShort(at);
                case INT32 -> data.getInt(at);
                case INT64 -> data.getLong(at);
                case FP32 -> whole(tensor, i, data.getFloat(at));
                case FP64 -> whole(tensor, i, data.getDouble(at));
                case BOOL, UINT64, FP16, BF16, BYTES -> throw none(tensor);
            };
        }
        if (size == 0) {
            throw none(tensor);
        }
        return numbers;
    }

    private static long whole(Tensor tensor, int index, double number) {
        if (Math.rint(number) != number || Math.abs(number) > MOST) {
            throw new MalformedBytesException("element " + index + " of tensor \"" + tensor.name() + "\" is " + number
                    + ", no whole number that an exact model takes or gives");
        }
        return (long) number;
    }

    private static MalformedBytesException none(Tensor tensor) {
        return new MalformedBytesException(
                "tensor \"" + tensor.name() + "\" is of " + tensor.datatype() + ", which no exact model has");
    }
}
