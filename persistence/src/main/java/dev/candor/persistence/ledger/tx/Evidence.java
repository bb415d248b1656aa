package dev.candor.persistence.ledger.tx;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.actors.wire.MalformedBytesException;
import java.util.Arrays;

/**
 * Bytes that are to convince a validator of a {@link Claim}: {@code u8 kind | bytes}.
 *
 * @param kind who can check them
 * @param bytes at most {@value #MOST_BYTES}
 */
public record Evidence(Kind kind, Bytes bytes) {
    /** The largest evidence in bytes: what the largest proofs take, twice. */
    public static final int MOST_BYTES = 2 << 20;

    /** The kinds of evidence; {@code code} is the byte. */
    public enum Kind {
        /** A proof of a registration or roll-over of committed weights. */
        COMMITMENT(0),
        /** A zero-knowledge proof of one answer, the given one or another. */
        PROOF(1),
        /** A device's attestation of one answer. */
        ATTESTATION(2),
        /** Another output of an exact model for the same input. */
        REEXECUTION(3);

        private final int code;

        Kind(int code) {
            this.code = code;
        }
    }

    /** Refuses evidence that is too large. */
    public Evidence {
        if (bytes.length() > MOST_BYTES) {
            throw new IllegalArgumentException(
                    "evidence has at most " + MOST_BYTES + " bytes, this has " + bytes.length());
        }
    }

    /** Writes the canonical bytes. */
    public void write(CanonicalWriter out) {
        out.u8(kind.code).bytes(bytes);
    }

    /** Reads {@link #write}'s form. */
    public static Evidence read(CanonicalReader in) {
        int code = in.u8("kind of the evidence");
        Kind kind = Arrays.stream(Kind.values())
                .filter(each -> each.code == code)
                .findFirst()
                .orElseThrow(() -> new MalformedBytesException("there is no evidence of kind " + code));
        return new Evidence(kind, in.bytes("evidence"));
    }
}
