package dev.candor.actors.tensor;

import java.util.Arrays;
import java.util.Optional;

/**
 * The datatypes of the Open Inference Protocol. {@code code} is the byte that stands for the type in canonical bytes and never changes.
 */
public enum DataType {
    BOOL(1, 1),
    UINT8(2, 1),
    UINT16(3, 2),
    UINT32(4, 4),
    UINT64(5, 8),
    INT8(6, 1),
    INT16(7, 2),
    INT32(8, 4),
    INT64(9, 8),
    FP16(10, 2),
    FP32(11, 4),
    FP64(12, 8),
    BF16(13, 2),
    BYTES(14, 0);

    private final int code;
    private final int size;

    DataType(int code, int size) {
        this.code = code;
        this.size = size;
    }

    /** The byte that names the type in canonical bytes. */
    public int code() {
        return code;
    }

    /** Bytes an element; 0 for {@link #BYTES}, whose elements carry a 4-byte little-endian length each. */
    public int size() {
        return size;
    }

    /** The type with this protocol name, in capitals as the protocol writes it. */
    public static Optional<DataType> ofName(String name) {
        return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
    }

    /** The type with this canonical code. */
    public static Optional<DataType> ofCode(int code) {
        return Arrays.stream(values()).filter(type -> type.code == code).findFirst();
    }
}
