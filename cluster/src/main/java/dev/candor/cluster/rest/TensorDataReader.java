package dev.candor.cluster.rest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads the {@code data} of one tensor, flat or nested as its shape says, from a stream of JSON tokens straight into little-endian bytes. Every
 * number is read exactly: one that its datatype cannot hold is refused, and floating-point numbers are rounded once. Not thread-safe; for one tensor.
 */
final class TensorDataReader {
    private static final VarHandle SHORTS =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle FLOATS =
            MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle DOUBLES =
            MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.LITTLE_ENDIAN);

    /** Integers of up to so many characters fit a long, and are rounded from it exactly once. */
    private static final int SURE_LONG = 18;

    private static final int TEXT_GUESS = 16;

    private final JsonParser in;
    private final String name;
    private final DataType type;
    private final Shape shape;
    private final int elements;
    private final int limit;
    private byte[] out;
    private int size;
    private int count;

    /**
     * A reader of a tensor.
     *
     * @param in stands on the first token of the data
     * @param elements what the shape says, which the caller has held against the size of the body
     * @param limit most bytes of the result
     */
    TensorDataReader(JsonParser in, String name, DataType type, Shape shape, int elements, int limit) {
        this.in = in;
        this.name = name;
        this.type = type;
        this.shape = shape;
        this.elements = elements;
        this.limit = limit;
        long wanted = type == DataType.BYTES ? (long) elements * TEXT_GUESS : (long) elements * type.size();
        if (type != DataType.BYTES && wanted > limit) {
            throw tooLarge();
        }
        this.out = new byte[(int) Math.min(wanted, limit)];
    }

    /** The bytes, once the data's last token is read; {@link #size()} of them count. */
    byte[] read() throws IOException {
        if (in.currentToken() != JsonToken.START_ARRAY) {
            throw invalid("its data must be an array");
        }
        JsonToken first = in.nextToken();
        if (first == JsonToken.START_ARRAY) {
            nested();
        } else {
            flat(first);
        }
        return out;
    }

    int size() {
        return size;
    }

    private void flat(JsonToken first) throws IOException {
        JsonToken token = first;
        while (token != JsonToken.END_ARRAY) {
            if (count == elements) {
                throw invalid("its data has more than the " + elements + " elements of its shape " + shape);
            }
            element(token);
            token = in.nextToken();
        }
        if (count != elements) {
            throw invalid("its data has " + count + " elements, its shape " + shape + " needs " + elements);
        }
    }

    /** Stands on the second opening bracket. */
    private void nested() throws IOException {
        int rank = shape.rank();
        int[] counts = new int[rank + 1];
        int depth = 1;
        JsonToken token = in.currentToken();
        while (depth > 0) {
            if (token == JsonToken.END_ARRAY) {
                if (counts[depth] != shape.at(depth - 1)) {
                    throw nesting(depth, counts[depth]);
                }
                depth--;
            } else {
                if (counts[depth] == shape.at(depth - 1)) {
                    throw nesting(depth, counts[depth] + 1);
                }
                counts[depth]++;
                if (token == JsonToken.START_ARRAY) {
                    if (depth >= rank) {
                        throw invalid("its data is nested deeper than its shape " + shape
                                + "; nest it alike or send it flat");
                    }
                    depth++;
                    counts[depth] = 0;
                } else if (depth < rank) {
                    throw invalid("its data has a value where its shape " + shape
                            + " has an array; nest it alike or send it flat");
                } else {
                    element(token);
                }
            }
            if (depth > 0) {
                token = in.nextToken();
            }
        }
    }

    private RefusedException nesting(int depth, int found) {
        return invalid("its data has " + (found > shape.at(depth - 1) ? "at least " : "") + found
                + " entries in dimension " + (depth - 1) + ", its shape " + shape + " says " + shape.at(depth - 1));
    }

    private void element(JsonToken token) throws IOException {
        switch (type) {
            case BOOL -> out[size++] = bool(token);
            case UINT8 -> out[size++] = (byte) integer(token, 0, 0xff);
            case INT8 -> out[size++] = (byte) integer(token, Byte.MIN_VALUE, Byte.MAX_VALUE);
            case UINT16 -> putShort((short) integer(token, 0, 0xffff));
            case INT16 -> putShort((short) integer(token, Short.MIN_VALUE, Short.MAX_VALUE));
            case UINT32 -> putInt((int) integer(token, 0, 0xffff_ffffL));
            case INT32 -> putInt((int) integer(token, Integer.MIN_VALUE, Integer.MAX_VALUE));
            case UINT64 -> putLong(unsigned(token));
            case INT64 -> putLong(integer(token, Long.MIN_VALUE, Long.MAX_VALUE));
            case FP32 -> {
                FLOATS.set(out, size, single(token));
                size += Float.BYTES;
            }
            case FP64 -> {
                DOUBLES.set(out, size, twofold(token));
                size += Double.BYTES;
            }
            case BYTES -> text(token);
            case FP16, BF16 -> throw invalid(type + " has no form in JSON; send it with the binary tensor extension");
        }
        count++;
    }

    private void putShort(short value) {
        SHORTS.set(out, size, value);
        size += Short.BYTES;
    }

    private void putInt(int value) {
        INTS.set(out, size, value);
        size += Integer.BYTES;
    }

    private void putLong(long value) {
        LONGS.set(out, size, value);
        size += Long.BYTES;
    }

    private byte bool(JsonToken token) throws IOException {
        if (token == JsonToken.VALUE_TRUE) {
            return 1;
        }
        return token == JsonToken.VALUE_FALSE ? 0 : (byte) integer(token, 0, 1);
    }

    private long integer(JsonToken token, long least, long most) throws IOException {
        if (token != JsonToken.VALUE_NUMBER_INT) {
            throw notA("an integer", token);
        }
        long value;
        try {
            value = in.getLongValue();
        } catch (InputCoercionException e) {
            throw outside(least, Long.toString(most));
        }
        if (value < least || value > most) {
            throw outside(least, Long.toString(most));
        }
        return value;
    }

    private long unsigned(JsonToken token) throws IOException {
        if (token != JsonToken.VALUE_NUMBER_INT) {
            throw notA("an integer", token);
        }
        if (in.getTextLength() <= SURE_LONG) {
            return integer(token, 0, Long.MAX_VALUE);
        }
        BigInteger value = in.getBigIntegerValue();
        if (value.signum() < 0 || value.bitLength() > Long.SIZE) {
            throw outside(0, "18446744073709551615");
        }
        return value.longValue();
    }

    private float single(JsonToken token) throws IOException {
        float value = switch (numberForm(token)) {
            case FRACTION -> in.getFloatValue();
            case SMALL_INTEGER -> in.getLongValue();
            case OTHER -> Float.parseFloat(in.getText());
        };
        if (Float.isInfinite(value)) {
            throw invalid("element " + count + " is beyond the range of FP32");
        }
        return value;
    }

    private double twofold(JsonToken token) throws IOException {
        double value = switch (numberForm(token)) {
            case FRACTION -> in.getDoubleValue();
            case SMALL_INTEGER -> in.getLongValue();
            case OTHER -> Double.parseDouble(in.getText());
        };
        if (Double.isInfinite(value)) {
            throw invalid("element " + count + " is beyond the range of FP64");
        }
        return value;
    }

    private enum NumberForm {
        FRACTION,
        SMALL_INTEGER,
        /** A minus zero, or more digits than a long holds for sure. */
        OTHER
    }

    private NumberForm numberForm(JsonToken token) throws IOException {
        if (token == JsonToken.VALUE_NUMBER_FLOAT) {
            return NumberForm.FRACTION;
        }
        if (token != JsonToken.VALUE_NUMBER_INT) {
            throw notA("a number", token);
        }
        int length = in.getTextLength();
        boolean minusZero = length == 2 && in.getLongValue() == 0;
        return length > SURE_LONG || minusZero ? NumberForm.OTHER : NumberForm.SMALL_INTEGER;
    }

    private void text(JsonToken token) throws IOException {
        if (token != JsonToken.VALUE_STRING) {
            throw notA("a string", token);
        }
        String text = in.getText();
        requirePairs(text);
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        if ((long) size + Integer.BYTES + utf8.length > limit) {
            throw tooLarge();
        }
        int end = size + Integer.BYTES + utf8.length;
        if (end > out.length) {
            out = Arrays.copyOf(out, (int) Math.min(limit, Math.max(end, 2L * out.length)));
        }
        INTS.set(out, size, utf8.length);
        System.arraycopy(utf8, 0, out, size + Integer.BYTES, utf8.length);
        size = end;
    }

    /** Half a surrogate pair can be escaped in JSON, but has no form in UTF-8. */
    private void requirePairs(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                if (!Character.isHighSurrogate(c)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    throw invalid("element " + count
                            + " has half a surrogate pair; send it with the binary tensor extension");
                }
                i++;
            }
        }
    }

    private RefusedException notA(String wanted, JsonToken token) throws IOException {
        if (token.isStructStart() || token.isStructEnd()) {
            return invalid("element " + count + " must be " + wanted + ", not an array or object");
        }
        String shown = in.getText();
        return invalid("element " + count + " must be " + wanted + " for " + type + ", not "
                + shown.substring(0, Math.min(40, shown.length())));
    }

    private RefusedException outside(long least, String most) {
        return invalid(
                "element " + count + " does not lie between " + least + " and " + most + ", the range of " + type);
    }

    private RefusedException invalid(String what) {
        return new RefusedException(ErrorCode.INVALID_TENSOR, "input \"" + name + "\": " + what);
    }

    private RefusedException tooLarge() {
        return new RefusedException(
                ErrorCode.TOO_LARGE,
                "input \"" + name + "\" is over the limit of " + limit + " bytes; send less at once");
    }
}
