package dev.candor.persistence.ledger.state;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.persistence.ledger.tree.LogFrontier;

/**
 * How far a partition is in certified blocks: {@code i64 sequenceNr | 32 head | i64 epoch | log}.
 *
 * @param sequenceNr of its last certified event
 * @param head hash of that event; zero before the first
 * @param epoch that event is of
 * @param log of its receipts
 */
public record PartitionHead(long sequenceNr, Digest head, long epoch, LogFrontier log) {
    /** A partition of which nothing is certified. */
    public static final PartitionHead EMPTY = new PartitionHead(0, Digest.ZERO, 0, LogFrontier.EMPTY);

    /** The canonical bytes. */
    public Bytes encode() {
        CanonicalWriter out =
                new CanonicalWriter(128).i64(sequenceNr).digest(head).i64(epoch);
        log.write(out);
        return out.toBytes();
    }

    /** Reads {@link #encode}'s form. */
    public static PartitionHead read(CanonicalReader in) {
        return new PartitionHead(
                in.i64("sequence number"), in.digest("head"), in.i64("epoch of the partition"), LogFrontier.read(in));
    }
}
