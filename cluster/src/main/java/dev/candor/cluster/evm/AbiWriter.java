package dev.candor.cluster.evm;

import dev.candor.actors.value.Bytes;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Encodes values as Solidity's ABI does. Stateless. */
final class AbiWriter {
    private AbiWriter() {}

    /**
     * A value.
     *
     * @param dynamic whether its place holds an offset instead
     * @param encoded whole words
     */
    record Value(boolean dynamic, Bytes encoded) {}

    static Value number(BigInteger value) {
        return new Value(false, Bytes.wrap(word(value)));
    }

    static Value number(long value) {
        return number(BigInteger.valueOf(value));
    }

    static Value text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(word(BigInteger.valueOf(utf8.length)));
        out.writeBytes(utf8);
        pad(out);
        return new Value(true, Bytes.wrap(out.toByteArray()));
    }

    /** Bytes that are encoded already, as a value elsewhere. */
    static Value encoded(Bytes bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(bytes.toArray());
        pad(out);
        return new Value(true, Bytes.wrap(out.toByteArray()));
    }

    static Value array(List<Value> items) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(word(BigInteger.valueOf(items.size())));
        out.writeBytes(sequence(items));
        return new Value(true, Bytes.wrap(out.toByteArray()));
    }

    static Value tuple(List<Value> members) {
        boolean dynamic = members.stream().anyMatch(Value::dynamic);
        return new Value(dynamic, Bytes.wrap(sequence(members)));
    }

    /** Arguments, or the data of an event. */
    static Bytes arguments(List<Value> values) {
        return Bytes.wrap(sequence(values));
    }

    private static byte[] sequence(List<Value> values) {
        long head = 0;
        for (Value value : values) {
            head += value.dynamic() ? AbiReader.WORD : value.encoded().length();
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream tail = new ByteArrayOutputStream();
        for (Value value : values) {
            if (value.dynamic()) {
                out.writeBytes(word(BigInteger.valueOf(head + tail.size())));
                tail.writeBytes(value.encoded().toArray());
            } else {
                out.writeBytes(value.encoded().toArray());
            }
        }
        out.writeBytes(tail.toByteArray());
        return out.toByteArray();
    }

    private static void pad(ByteArrayOutputStream out) {
        while (out.size() % AbiReader.WORD != 0) {
            out.write(0);
        }
    }

    private static byte[] word(BigInteger value) {
        byte[] bytes = value.toByteArray();
        byte[] word = new byte[AbiReader.WORD];
        if (value.signum() < 0) {
            Arrays.fill(word, (byte) 0xff);
        }
        int from = Math.max(0, bytes.length - AbiReader.WORD);
        System.arraycopy(bytes, from, word, AbiReader.WORD - (bytes.length - from), bytes.length - from);
        return word;
    }
}
