package dev.candor.cluster.rest;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.tensor.Tensor;
import dev.candor.cluster.http.Utf8Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Renders the elements of a tensor as a flat JSON array. The same tensor always becomes the same bytes: floating-point numbers in the shortest form
 * that reads back as the same number, those that are not finite as the strings {@code "NaN"}, {@code "Infinity"}, {@code "-Infinity"}.
 */
final class TensorRenderer {
    private static final byte[] TRUE = Utf8Buffer.ascii("true");
    private static final byte[] FALSE = Utf8Buffer.ascii("false");

    private TensorRenderer() {}

    static void render(Tensor tensor, Utf8Buffer out) {
        ByteBuffer in = tensor.data().asBuffer().order(ByteOrder.LITTLE_ENDIAN);
        out.character('[');
        boolean first = true;
        while (in.hasRemaining()) {
            if (!first) {
                out.character(',');
            }
            first = false;
            element(tensor, in, out);
        }
        out.character(']');
    }

    private static void element(Tensor tensor, ByteBuffer in, Utf8Buffer out) {
        switch (tensor.datatype()) {
            case BOOL -> out.raw(in.get() == 0 ? FALSE : TRUE);
            case UINT8 -> out.decimal(in.get() & 0xff);
            case INT8 -> out.decimal(in.get());
            case UINT16 -> out.decimal(in.getShort() & 0xffff);
            case INT16 -> out.decimal(in.getShort());
            case UINT32 -> out.decimal(in.getInt() & 0xffff_ffffL);
            case INT32 -> out.decimal(in.getInt());
            case UINT64 -> unsigned(in.getLong(), out);
            case INT64 -> out.decimal(in.getLong());
            case FP32 -> {
                float value = in.getFloat();
                number(Float.toString(value), Float.isFinite(value), out);
            }
            case FP64 -> {
                double value = in.getDouble();
                number(Double.toString(value), Double.isFinite(value), out);
            }
            case BYTES -> text(tensor, in, out);
            case FP16, BF16 ->
                throw new RefusedException(
                        ErrorCode.INVALID_REQUEST,
                        "output \"" + tensor.name() + "\" is " + tensor.datatype()
                                + ", which has no form in JSON; ask for it with binary_data");
        }
    }

    private static void unsigned(long value, Utf8Buffer out) {
        if (value >= 0) {
            out.decimal(value);
        } else {
            out.printable(Long.toUnsignedString(value));
        }
    }

    private static void number(String text, boolean finite, Utf8Buffer out) {
        if (finite) {
            out.printable(text);
        } else {
            out.character('"').printable(text).character('"');
        }
    }

    private static void text(Tensor tensor, ByteBuffer in, Utf8Buffer out) {
        int length = in.getInt();
        ByteBuffer utf8 = in.slice(in.position(), length);
        in.position(in.position() + length);
        try {
            out.jsonString(StandardCharsets.UTF_8.newDecoder().decode(utf8).toString());
        } catch (CharacterCodingException e) {
            throw new RefusedException(
                    ErrorCode.INVALID_REQUEST,
                    "output \"" + tensor.name() + "\" holds bytes that are no text; ask for it with binary_data");
        }
    }
}
