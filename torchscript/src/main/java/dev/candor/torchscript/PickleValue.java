package dev.candor.torchscript;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a TorchScript pickle may hold. Lists and dictionaries grow until they become part of another value; from then on they are closed,
 * so that no value can contain itself.
 */
public sealed interface PickleValue {
    /** Levels of values inside this one, itself included. */
    default int depth() {
        return 1;
    }

    /** {@code None}. */
    enum None implements PickleValue {
        NONE
    }

    /** A truth value. */
    record Bool(boolean value) implements PickleValue {}

    /** A whole number. */
    record Int(long value) implements PickleValue {}

    /** A floating-point number. */
    record Real(double value) implements PickleValue {}

    /** A complex number; its parts do not matter here. */
    enum Complex implements PickleValue {
        COMPLEX
    }

    /** A string. */
    record Text(String value) implements PickleValue {}

    /** A device such as {@code cpu}. */
    record Device(String name) implements PickleValue {}

    /** A tuple. */
    record Tuple(List<PickleValue> items, int depth) implements PickleValue {
        /** The empty tuple. */
        public static final Tuple EMPTY = new Tuple(List.of(), 1);
    }

    /** A class of the archive's own code, still without state. */
    record ClassRef(String name) implements PickleValue {}

    /** An instance of a class of the archive's own code. */
    record Instance(String className, Map<String, PickleValue> fields, int depth) implements PickleValue {}

    /**
     * The bytes of tensors.
     *
     * @param key the entry, in the folder that goes with the pickle
     */
    record Storage(String key, StorageType type, long elements) implements PickleValue {}

    /**
     * A tensor inside its storage; all of its elements lie there.
     *
     * @param offset elements before the first
     * @param strides elements from one index to the next in each dimension, none negative
     */
    record TensorRef(Storage storage, long offset, List<Long> shape, List<Long> strides) implements PickleValue {}

    /** The element types of storages. */
    enum StorageType implements PickleValue {
        DOUBLE("DoubleStorage", 8),
        FLOAT("FloatStorage", 4),
        HALF("HalfStorage", 2),
        BFLOAT16("BFloat16Storage", 2),
        LONG("LongStorage", 8),
        INT("IntStorage", 4),
        SHORT("ShortStorage", 2),
        CHAR("CharStorage", 1),
        BYTE("ByteStorage", 1),
        BOOL("BoolStorage", 1),
        COMPLEX_FLOAT("ComplexFloatStorage", 8),
        COMPLEX_DOUBLE("ComplexDoubleStorage", 16);

        private final String global;
        private final int size;

        StorageType(String global, int size) {
            this.global = global;
            this.size = size;
        }

        /** Bytes an element. */
        public int size() {
            return size;
        }

        /** The type that {@code torch.<global>} names, or null. */
        static @Nullable StorageType of(String global) {
            for (StorageType type : values()) {
                if (type.global.equals(global)) {
                    return type;
                }
            }
            return null;
        }
    }

    /** The functions that PyTorch's pickles call. */
    enum Function implements PickleValue {
        REBUILD_TENSOR,
        ORDERED_DICT,
        INT_LIST,
        REAL_LIST,
        BOOL_LIST,
        TENSOR_LIST,
        TYPE_TAG,
        DEVICE,
        COMPLEX
    }

    /** Base of the values that grow. */
    abstract sealed class Growing implements PickleValue permits ListValue, DictValue {
        private int depth = 1;
        private boolean closed;
        private @Nullable String tag;

        @Override
        public int depth() {
            return depth;
        }

        /** Called when this becomes part of another value. */
        void close() {
            closed = true;
        }

        boolean closed() {
            return closed;
        }

        /** Counts {@code part} in. */
        void contains(PickleValue part) {
            depth = Math.max(depth, part.depth() + 1);
        }

        /** The type as TorchScript writes it, without spaces, such as {@code List[int]}; null before it was given. */
        @Nullable
        String tag() {
            return tag;
        }

        void tag(String type) {
            tag = type;
        }
    }

    /** A list. */
    final class ListValue extends Growing {
        private final List<PickleValue> items = new ArrayList<>();

        /** The items; to be read only. */
        public List<PickleValue> items() {
            return items;
        }
    }

    /** A dictionary. */
    final class DictValue extends Growing {
        private final Map<PickleValue, PickleValue> entries = new LinkedHashMap<>();

        /** The entries, in order; to be read only. */
        public Map<PickleValue, PickleValue> entries() {
            return entries;
        }
    }
}
