package dev.candor.attestation.verify;

import dev.candor.attestation.wire.Octets;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Puts evidence together. */
final class Bytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    static Octets of(String text) {
        return Octets.copyOf(text.getBytes(StandardCharsets.UTF_8));
    }

    static Octets filled(int length, int value) {
        byte[] bytes = new byte[length];
        java.util.Arrays.fill(bytes, (byte) value);
        return Octets.copyOf(bytes);
    }

    /** {@code bytes} with one byte changed. */
    static Octets flip(Octets bytes, int index, int mask) {
        byte[] changed = bytes.toArray();
        changed[index] = (byte) (changed[index] ^ mask);
        return Octets.copyOf(changed);
    }

    /** {@code bytes} with zeros behind them. */
    static Octets padded(Octets bytes, int length) {
        return Octets.copyOf(java.util.Arrays.copyOf(bytes.toArray(), length));
    }

    static Octets reversed(Octets bytes) {
        byte[] reversed = new byte[bytes.length()];
        for (int i = 0; i < reversed.length; i++) {
            reversed[i] = (byte) bytes.at(reversed.length - 1 - i);
        }
        return Octets.copyOf(reversed);
    }

    /** An integer, least significant byte first. */
    Bytes little(long value, int bytes) {
        for (int i = 0; i < bytes; i++) {
            out.write((int) (value >>> (8 * i)));
        }
        return this;
    }

    Bytes add(Octets bytes) {
        out.writeBytes(bytes.toArray());
        return this;
    }

    Bytes zeros(int count) {
        return add(filled(count, 0));
    }

    /** The head of a CBOR item in its shortest form. */
    Bytes cbor(int type, long value) {
        int size = value < 24 ? 0 : value < 256 ? 1 : value < 65_536 ? 2 : value < 1L << 32 ? 4 : 8;
        out.write(type << 5 | (size == 0 ? (int) value : 24 + Integer.numberOfTrailingZeros(size)));
        for (int i = size - 1; i >= 0; i--) {
            out.write((int) (value >>> (8 * i)));
        }
        return this;
    }

    Bytes cborBytes(Octets bytes) {
        return cbor(2, bytes.length()).add(bytes);
    }

    Bytes cborText(String text) {
        return cbor(3, of(text).length()).add(of(text));
    }

    Octets done() {
        return Octets.copyOf(out.toByteArray());
    }
}
