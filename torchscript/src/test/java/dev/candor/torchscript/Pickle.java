package dev.candor.torchscript;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Pieces of pickles of protocol 2, as PyTorch's pickler writes them. */
public final class Pickle {
    private Pickle() {}

    /** A whole pickle of these pieces. */
    public static byte[] of(byte[]... pieces) {
        return join(new byte[] {(byte) 0x80, 2}, join(pieces), new byte[] {'.'});
    }

    public static byte[] none() {
        return op('N');
    }

    public static byte[] truth(boolean value) {
        return op(value ? 0x88 : 0x89);
    }

    public static byte[] mark() {
        return op('(');
    }

    /** One piece after the other. */
    public static byte[] join(byte[]... pieces) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] piece : pieces) {
            out.writeBytes(piece);
        }
        return out.toByteArray();
    }

    /** A single instruction. */
    public static byte[] op(int code) {
        return new byte[] {(byte) code};
    }

    public static byte[] global(String module, String name) {
        return ("c" + module + "\n" + name + "\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    public static byte[] text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return join(
                op('X'),
                ByteBuffer.allocate(4)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(utf8.length)
                        .array(),
                utf8);
    }

    public static byte[] number(long value) {
        return join(
                new byte[] {(byte) 0x8a, 8},
                ByteBuffer.allocate(8)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(value)
                        .array());
    }

    public static byte[] real(double value) {
        return join(op('G'), ByteBuffer.allocate(8).putDouble(value).array());
    }

    public static byte[] tuple(byte[]... items) {
        return items.length == 0 ? op(')') : join(mark(), join(items), op('t'));
    }

    public static byte[] numbers(long... values) {
        byte[][] items = new byte[values.length][];
        for (int i = 0; i < values.length; i++) {
            items[i] = number(values[i]);
        }
        return tuple(items);
    }

    public static byte[] list(byte[]... items) {
        return join(op(']'), mark(), join(items), op('e'));
    }

    public static byte[] call(byte[] function, byte[]... arguments) {
        return join(function, tuple(arguments), op('R'));
    }

    /** A list of a type for which PyTorch has a function of its own, such as {@code build_intlist}. */
    public static byte[] typedList(String builder, byte[]... items) {
        return call(global("torch.jit._pickle", builder), list(items));
    }

    /** A list or dictionary of another type. */
    public static byte[] tagged(byte[] value, String type) {
        return call(global("torch.jit._pickle", "restore_type_tag"), value, text(type));
    }

    /** An object with one field. */
    public static byte[] object(String module, String name, String field, byte[] value) {
        return object(module, name, join(text(field), value));
    }

    /** An object whose fields are keys and values in turn. */
    public static byte[] object(String module, String name, byte[] fields) {
        return join(global(module, name), op(')'), op(0x81), op('}'), mark(), fields, op('u'), op('b'));
    }

    public static byte[] storage(String type, String key, long elements) {
        return join(tuple(text("storage"), global("torch", type), text(key), text("cpu"), number(elements)), op('Q'));
    }

    public static byte[] tensor(byte[] storage, long offset, long[] shape, long[] strides) {
        return call(
                global("torch._utils", "_rebuild_tensor_v2"),
                storage,
                number(offset),
                numbers(shape),
                numbers(strides),
                truth(false),
                call(global("collections", "OrderedDict")));
    }
}
