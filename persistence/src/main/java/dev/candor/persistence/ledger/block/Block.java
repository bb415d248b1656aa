package dev.candor.persistence.ledger.block;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.actors.wire.MalformedBytesException;

/**
 * A block: header, then body. A value of this type is well formed; whether it is valid only the state before it tells.
 *
 * @param header what is certified
 * @param body what it does
 */
public record Block(BlockHeader header, Body body) {
    /** The block's hash. */
    public Digest hash() {
        return header.hash();
    }

    /** The canonical bytes. */
    public Bytes encode() {
        CanonicalWriter out = new CanonicalWriter(1_024);
        write(out);
        return out.toBytes();
    }

    /** Writes the canonical bytes. */
    public void write(CanonicalWriter out) {
        header.write(out);
        body.write(out);
    }

    /** Reads {@link #encode}'s form; {@link MalformedBytesException} where the bytes are no block. */
    public static Block decode(Bytes bytes) {
        if (bytes.length() > BlockHeader.SIZE + Body.MOST_BYTES) {
            throw new MalformedBytesException(
                    "a block of " + bytes.length() + " bytes; the largest body has " + Body.MOST_BYTES);
        }
        CanonicalReader in = new CanonicalReader(bytes);
        Block block = new Block(BlockHeader.read(in), Body.read(in));
        in.end("the block");
        return block;
    }
}
