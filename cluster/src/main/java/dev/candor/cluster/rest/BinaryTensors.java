package dev.candor.cluster.rest;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.tensor.TensorSpec;
import dev.candor.actors.value.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Holds tensors that came as raw bytes against their datatype and shape. */
final class BinaryTensors {
    private BinaryTensors() {}

    /** Refuses bytes whose number, or (BOOL, BYTES) content, does not fit. */
    static void check(String name, DataType type, Shape shape, long elements, Bytes data) {
        switch (type) {
            case BYTES -> checkTexts(name, shape, elements, data);
            case BOOL -> {
                checkSize(name, type, shape, elements, data);
                for (int i = 0; i < data.length(); i++) {
                    if ((data.at(i) & 0xfe) != 0) {
                        throw invalid(name, "byte " + i + " is " + (data.at(i) & 0xff) + "; a BOOL is 0 or 1");
                    }
                }
            }
            case UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, FP16, BF16, FP32, FP64 ->
                checkSize(name, type, shape, elements, data);
        }
    }

    private static void checkSize(String name, DataType type, Shape shape, long elements, Bytes data) {
        if (elements > Integer.MAX_VALUE || elements * type.size() != data.length()) {
            throw invalid(
                    name,
                    type + " of shape " + shape + " takes "
                            + (elements > Integer.MAX_VALUE ? "far more" : elements * type.size())
                            + " bytes, there are " + data.length());
        }
    }

    private static void checkTexts(String name, Shape shape, long elements, Bytes data) {
        ByteBuffer in = data.asBuffer().order(ByteOrder.LITTLE_ENDIAN);
        long count = 0;
        while (in.hasRemaining()) {
            int length = in.remaining() < Integer.BYTES ? -1 : in.getInt();
            if (length < 0 || length > in.remaining()) {
                throw invalid(
                        name,
                        "element " + count
                                + " is cut off: each element of BYTES is a 4-byte little-endian length and as many bytes");
            }
            in.position(in.position() + length);
            count++;
        }
        if (count != elements) {
            throw invalid(name, "it has " + count + " elements, its shape " + shape + " needs " + elements);
        }
    }

    /**
     * The one input of a raw binary request: the body is its data, and its shape follows from the specification. Of the dimensions without a size,
     * the last takes what the body has and any before it is 1. A BYTES tensor has one element, which is the body without a length before it.
     */
    static Tensor ofRawBody(ModelSpec spec, byte[] body, int length) {
        if (spec.inputs().size() != 1) {
            throw new RefusedException(
                    ErrorCode.INVALID_REQUEST,
                    "a raw binary request needs a model with one input, this one has "
                            + spec.inputs().size() + "; send a JSON header with the tensors' names and sizes");
        }
        TensorSpec input = spec.inputs().getFirst();
        long[] dimensions = input.shape().toArray();
        int open = -1;
        long known = 1;
        for (int axis = 0; axis < dimensions.length; axis++) {
            if (dimensions[axis] == -1) {
                if (axis > 0 && open > 0) {
                    throw new RefusedException(
                            ErrorCode.INVALID_REQUEST,
                            "a raw binary request leaves the shape " + input.shape()
                                    + " open; send a JSON header with the shape");
                }
                open = axis;
                dimensions[axis] = 1;
            } else {
                known = Math.multiplyExact(known, dimensions[axis]);
            }
        }
        if (input.datatype() == DataType.BYTES) {
            if (known != 1) {
                throw invalid(input.name(), "a raw binary request carries one element of BYTES, its shape has more");
            }
            byte[] framed = new byte[Math.addExact(length, Integer.BYTES)];
            ByteBuffer.wrap(framed)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(length)
                    .put(body, 0, length);
            return new Tensor(input.name(), DataType.BYTES, Shape.of(dimensions), Bytes.wrap(framed));
        }
        long unit = Math.multiplyExact(known, input.datatype().size());
        if (open >= 0 && unit > 0 && length % unit == 0) {
            dimensions[open] = length / unit;
        }
        Shape shape = Shape.of(dimensions);
        Bytes data = Bytes.wrap(body).slice(0, length);
        check(input.name(), input.datatype(), shape, shape.elements(), data);
        return new Tensor(input.name(), input.datatype(), shape, data);
    }

    private static RefusedException invalid(String name, String what) {
        return new RefusedException(ErrorCode.INVALID_TENSOR, "input \"" + name + "\": " + what);
    }
}
