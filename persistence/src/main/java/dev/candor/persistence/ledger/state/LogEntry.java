package dev.candor.persistence.ledger.state;

import dev.candor.actors.receipt.MerkleTree;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.actors.wire.MalformedBytesException;

/**
 * A leaf of a partition's log, one a receipt: {@code u8 1 | 32 receipt | i64 height | i64 time | i64 paid | i64 held | i64 owed | u8 earned}.
 *
 * @param receipt SHA-256 of the receipt's canonical bytes
 * @param height of its block
 * @param time of its block
 * @param paid charged for the answer
 * @param held charged for its proof or attestation, in escrow
 * @param owed of the price, recorded as debt
 * @param earned false where the executor was not to be paid, so that nothing was charged
 */
public record LogEntry(Digest receipt, long height, long time, Amount paid, Amount held, Amount owed, boolean earned) {
    private static final int VERSION = 1;

    /** The canonical bytes. */
    public Bytes encode() {
        CanonicalWriter out = new CanonicalWriter(74);
        write(out);
        return out.toBytes();
    }

    /** The hash of the leaf, as in RFC 9162. */
    public Digest leafHash() {
        return MerkleTree.leafHash(encode());
    }

    /** Writes the canonical bytes. */
    public void write(CanonicalWriter out) {
        out.u8(VERSION).digest(receipt).i64(height).i64(time);
        paid.write(out);
        held.write(out);
        owed.write(out);
        out.u8(earned ? 1 : 0);
    }

    /** Reads {@link #write}'s form. */
    public static LogEntry read(CanonicalReader in) {
        int version = in.u8("version of the log entry");
        if (version != VERSION) {
            throw new MalformedBytesException("a log entry has version " + VERSION + ", this one has " + version);
        }
        Digest receipt = in.digest("receipt");
        long height = in.i64("height");
        long time = in.i64("time");
        Amount paid = Amount.read("paid", in);
        Amount held = Amount.read("held", in);
        Amount owed = Amount.read("owed", in);
        int earned = in.u8("earned");
        if (earned > 1) {
            throw new MalformedBytesException("earned is 0 or 1, not " + earned);
        }
        return new LogEntry(receipt, height, time, paid, held, owed, earned == 1);
    }
}
