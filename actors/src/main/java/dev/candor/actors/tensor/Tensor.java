package dev.candor.actors.tensor;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.actors.wire.MalformedBytesException;

/**
 * A named tensor: row-major elements, each little-endian as the protocol's binary extension has them.
 *
 * @param name 1 to 128 characters
 * @param datatype of every element
 * @param shape without -1
 * @param data {@code shape.elements() * datatype.size()} bytes; for {@link DataType#BYTES} each element after its 4-byte little-endian length
 */
public record Tensor(String name, DataType datatype, Shape shape, Bytes data) {
    /** Refuses data whose size contradicts the shape. */
    public Tensor {
        if (datatype != DataType.BYTES && Math.multiplyExact(shape.elements(), datatype.size()) != data.length()) {
            throw new IllegalArgumentException("tensor \"" + name + "\" of " + datatype + shape + " needs "
                    + shape.elements() * datatype.size() + " bytes, it has " + data.length());
        }
    }

    /** Appends the canonical form: name, datatype code, rank, dimensions, length of the data, data. */
    public void writeTo(CanonicalWriter out) {
        writeHeaderTo(out);
        out.raw(data);
    }

    /** Appends what stands before the data in {@link #writeTo}'s form, the length of the data last. */
    public void writeHeaderTo(CanonicalWriter out) {
        out.text(name).u8(datatype.code()).u8(shape.rank());
        for (int axis = 0; axis < shape.rank(); axis++) {
            out.i64(shape.at(axis));
        }
        out.u32(data.length());
    }

    /** Reads {@link #writeTo}'s form. */
    public static Tensor readFrom(CanonicalReader in) {
        String name = in.text("tensor name");
        int code = in.u8("datatype");
        DataType datatype = DataType.ofCode(code)
                .orElseThrow(() -> new MalformedBytesException("datatype " + code + " is unknown"));
        int rank = in.u8("rank");
        if (rank > Shape.MAX_RANK) {
            throw new MalformedBytesException("rank " + rank + " is above " + Shape.MAX_RANK);
        }
        long[] dimensions = new long[rank];
        for (int axis = 0; axis < rank; axis++) {
            dimensions[axis] = in.i64("dimension");
            if (dimensions[axis] < 0) {
                throw new MalformedBytesException("dimension " + dimensions[axis] + " is negative");
            }
        }
        Bytes data = in.bytes("tensor data");
        try {
            return new Tensor(name, datatype, Shape.of(dimensions), data);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new MalformedBytesException("tensor \"" + name + "\": " + e.getMessage());
        }
    }
}
