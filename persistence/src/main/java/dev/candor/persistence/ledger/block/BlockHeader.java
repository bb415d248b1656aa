package dev.candor.persistence.ledger.block;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.actors.wire.MalformedBytesException;
import java.nio.charset.StandardCharsets;

/**
 * What validators sign the hash of: {@code u8 1 | 32 chain | i64 height | 32 parent | i64 time | 32 validators | 32 body | 32 stateRoot}.
 *
 * @param chain digest of the ledger's genesis record
 * @param height 1 for the first block
 * @param parent hash of the block before; the chain's digest for the first
 * @param time milliseconds since 1970-01-01 UTC, later than the parent's
 * @param validators digest of the set that certifies this block
 * @param body digest of the block's body
 * @param stateRoot root of the state after this block
 */
public record BlockHeader(
        Digest chain, long height, Digest parent, long time, Digest validators, Digest body, Digest stateRoot) {
    private static final int VERSION = 1;
    private static final Bytes DOMAIN = Bytes.wrap("candor-block-v1\0".getBytes(StandardCharsets.US_ASCII));

    /** The size in bytes. */
    static final int SIZE = 1 + 2 * Long.BYTES + 5 * Digest.SIZE;

    /** The block's hash: SHA-256("candor-block-v1" NUL, canonical bytes). */
    public Digest hash() {
        CanonicalWriter out = new CanonicalWriter(SIZE);
        write(out);
        return Digest.sha256(DOMAIN, out.toBytes());
    }

    /** Writes the canonical bytes. */
    public void write(CanonicalWriter out) {
        out.u8(VERSION)
                .digest(chain)
                .i64(height)
                .digest(parent)
                .i64(time)
                .digest(validators)
                .digest(body)
                .digest(stateRoot);
    }

    /** Reads {@link #write}'s form. */
    public static BlockHeader read(CanonicalReader in) {
        int version = in.u8("version of the block");
        if (version != VERSION) {
            throw new MalformedBytesException("a block has version " + VERSION + ", this one has " + version);
        }
        return new BlockHeader(
                in.digest("chain"),
                in.i64("height"),
                in.digest("parent"),
                in.i64("time"),
                in.digest("validators"),
                in.digest("body"),
                in.digest("state root"));
    }
}
