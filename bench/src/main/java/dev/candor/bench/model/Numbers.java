package dev.candor.bench.model;

import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** Elements of tensors, as numbers. */
public final class Numbers {
    private Numbers() {}

    /** Whether the benchmark can read and write a type's elements. */
    public static boolean knows(DataType type) {
        return switch (type) {
            case BOOL, INT8, UINT8, INT16, INT32, INT64, FP32, FP64 -> true;
            case UINT16, UINT32, UINT64, FP16, BF16, BYTES -> false;
        };
    }

    /** The elements of little-endian bytes; empty where the type is one that {@link #knows} does not know, or a part of an element is left over. */
    public static Optional<double[]> read(DataType type, ByteBuffer bytes) {
        if (!knows(type) || bytes.remaining() % type.size() != 0) {
            return Optional.empty();
        }
        ByteBuffer in = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        double[] values = new double[in.remaining() / type.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (type) {
                case BOOL, INT8 -> in.get();
                case UINT8 -> in.get() & 0xff;
                case INT16 -> in.getShort();
                case INT32 -> in.getInt();
                case INT64 -> in.getLong();
                case FP32 -> in.getFloat();
                case FP64 -> in.getDouble();
                case UINT16, UINT32, UINT64, FP16, BF16, BYTES ->
                    throw new IllegalStateException(type + " is not known");
            };
        }
        return Optional.of(values);
    }

    /** The elements of a tensor of a known type. */
    public static double[] of(Tensor tensor) {
        return read(tensor.datatype(), tensor.data().asBuffer())
                .orElseThrow(() ->
                        new IllegalArgumentException("the benchmark cannot compare tensors of " + tensor.datatype()));
    }

    /** An element as JSON has it. */
    public static String text(DataType type, double value) {
        return switch (type) {
            case FP32 -> Float.toString((float) value);
            case FP64 -> Double.toString(value);
            default -> Long.toString((long) value);
        };
    }

    /** Puts an element. */
    public static void put(DataType type, double value, ByteBuffer out) {
        switch (type) {
            case BOOL, INT8, UINT8 -> out.put((byte) (long) value);
            case INT16 -> out.putShort((short) value);
            case INT32 -> out.putInt((int) value);
            case INT64 -> out.putLong((long) value);
            case FP32 -> out.putFloat((float) value);
            case FP64 -> out.putDouble(value);
            case UINT16, UINT32, UINT64, FP16, BF16, BYTES ->
                throw new IllegalArgumentException(type + " is not known");
        }
    }
}
