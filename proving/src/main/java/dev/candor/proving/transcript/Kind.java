package dev.candor.proving.transcript;

/** What a transcript message holds; its code is the first byte of the message. */
public enum Kind {
    /** Bytes as they are. */
    BYTES(1),
    /** One number of 64 bits, big-endian. */
    NUMBER(2),
    /** Digests of 32 bytes each. */
    DIGESTS(3),
    /** Elements of F, 8 bytes each, little-endian. */
    ELEMENTS(4),
    /** Elements of K, 16 bytes each: the coordinate of 1, then that of X. */
    EXTENSIONS(5),
    /** Zero bytes, which are hashed but never sent. */
    ZEROS(6),
    /** Challenges in K; the payload is their count. */
    CHALLENGE_EXTENSIONS(16),
    /** Distinct challenge positions below a power of two; the payload is that power and their count. */
    CHALLENGE_POSITIONS(17),
    /** A challenge of 32 bytes. */
    CHALLENGE_DIGEST(18);

    private final byte code;

    Kind(int code) {
        this.code = (byte) code;
    }

    /** The first byte of a message of this kind. */
    public byte code() {
        return code;
    }

    boolean isChallenge() {
        return code >= CHALLENGE_EXTENSIONS.code;
    }
}
