package dev.candor.proving.hash;

import java.util.Arrays;
import java.util.HexFormat;

/** 32 bytes of SHA-256: a value. */
public final class Digest {

    public static final int BYTES = 32;

    private final byte[] bytes;

    private Digest(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * The digest with these 32 bytes, which are copied.
     *
     * @throws IllegalArgumentException for another length
     */
    public static Digest of(byte[] bytes) {
        return at(bytes, 0, bytes.length);
    }

    /** The digest with the {@code length} bytes from {@code at}, which must be 32. */
    static Digest at(byte[] bytes, int at, int length) {
        if (length != BYTES) {
            throw new IllegalArgumentException("A digest has 32 bytes, not " + length + ".");
        }
        return new Digest(Arrays.copyOfRange(bytes, at, at + length));
    }

    /** The digest that starts at {@code at} in a longer array. */
    public static Digest read(byte[] bytes, int at) {
        return at(bytes, at, BYTES);
    }

    /**
     * The digest with these 64 hexadecimal characters.
     *
     * @throws IllegalArgumentException where they are none
     */
    public static Digest parse(String hex) {
        return of(HexFormat.of().parseHex(hex));
    }

    /** The SHA-256 of {@code bytes}. */
    public static Digest sha256(byte[] bytes) {
        return new Digest(Sha256.create().digest(bytes));
    }

    /** A copy of the bytes. */
    public byte[] toBytes() {
        return bytes.clone();
    }

    /** Writes the 32 bytes to {@code out} from {@code at}. */
    public void write(byte[] out, int at) {
        System.arraycopy(bytes, 0, out, at, BYTES);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Digest that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
