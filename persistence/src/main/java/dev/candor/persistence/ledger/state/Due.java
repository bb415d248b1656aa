package dev.candor.persistence.ledger.state;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;

/**
 * Something that happens in the first block whose time has come.
 *
 * @param kind what
 * @param id to what
 */
public record Due(Kind kind, Digest id) {
    /** What happens; {@code code} orders what is due at one time no further than its hash does. */
    public enum Kind {
        /** A pending settlement expires. */
        EXPIRY(0),
        /** A lease's amount is free again. */
        RELEASE(1),
        /** Withdrawn stake returns to the node's operator. */
        UNBONDING(2);

        private final int code;

        Kind(int code) {
            this.code = code;
        }
    }

    /** The key in the order of time: the time first, then bytes that follow from what it is. */
    public Digest key(long time) {
        Digest hash = Digest.sha256(encode());
        return new Digest(time, hash.b(), hash.c(), hash.d());
    }

    /** The time of a key. */
    public static long time(Digest key) {
        return key.a();
    }

    /** Kind and id. */
    public Bytes encode() {
        byte[] bytes = new byte[1 + Digest.SIZE];
        bytes[0] = (byte) kind.code;
        id.toBytes().copyTo(bytes, 1);
        return Bytes.wrap(bytes);
    }
}
