package dev.candor.persistence.partition;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.actors.wire.MalformedBytesException;
import dev.candor.persistence.partition.PartitionEvent.Entry;
import dev.candor.persistence.partition.PartitionEvent.EntryKey;
import dev.candor.persistence.partition.PartitionEvent.Opened;
import dev.candor.persistence.partition.PartitionEvent.ReceiptsCommitted;
import dev.candor.persistence.partition.PartitionState.Epoch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The canonical bytes of a partition's events and snapshots, version 1. The chain hashes these very bytes, so a form that was once written never changes;
 * a new one gets a new kind byte and a new manifest.
 *
 * <pre>
 * opened:   u8 1 | i64 epoch | 32 prevHash
 * receipts: u8 2 | i64 epoch | 32 prevHash | u32 count | count * (bytes receipt | u8 keyed | keyed: 32 identity, 32 fingerprint)
 * state:    u8 3 | u32 count | count * (i64 epoch, i64 openedAt) | 32 head | 32 previousHead | i64 sequenceNr | i64 receipts | u32 lastReceipts | i64 voided
 * </pre>
 */
public final class PartitionCodec {
    private static final int OPENED = 1;
    private static final int RECEIPTS = 2;
    private static final int STATE = 3;
    private static final Bytes EVENT_DOMAIN = Bytes.wrap("candor-event-v1\0".getBytes(StandardCharsets.US_ASCII));

    private PartitionCodec() {}

    /** The hash that the next event names: SHA-256("candor-event-v1" NUL, canonical bytes). */
    public static Digest hash(PartitionEvent event) {
        return Digest.sha256(EVENT_DOMAIN, encode(event));
    }

    /** The canonical bytes of an event. */
    public static Bytes encode(PartitionEvent event) {
        return switch (event) {
            case Opened opened -> header(OPENED, opened, 0).toBytes();
            case ReceiptsCommitted committed -> {
                int size = 0;
                for (Entry entry : committed.entries()) {
                    size += entry.size();
                }
                CanonicalWriter out = header(RECEIPTS, committed, Integer.BYTES + size);
                out.u32(committed.entries().size());
                for (Entry entry : committed.entries()) {
                    out.bytes(entry.receipt()).u8(entry.key().isPresent() ? 1 : 0);
                    entry.key().ifPresent(key -> out.digest(key.identity()).digest(key.fingerprint()));
                }
                yield out.toBytes();
            }
        };
    }

    /** Reads an event; {@link MalformedBytesException} where the bytes are none. */
    public static PartitionEvent decode(Bytes bytes) {
        CanonicalReader in = new CanonicalReader(bytes);
        int kind = in.u8("kind of the event");
        long epoch = in.i64("epoch");
        Digest prevHash = in.digest("previous hash");
        PartitionEvent event = switch (kind) {
            case OPENED -> new Opened(epoch, prevHash);
            case RECEIPTS -> new ReceiptsCommitted(epoch, prevHash, entries(in));
            default -> throw new MalformedBytesException("a partition has no event of kind " + kind);
        };
        in.end("the partition's event");
        return event;
    }

    /** The canonical bytes of a snapshot. */
    public static Bytes encode(PartitionState state) {
        CanonicalWriter out = new CanonicalWriter(128 + 16 * state.epochs().size());
        out.u8(STATE).u32(state.epochs().size());
        for (Epoch epoch : state.epochs()) {
            out.i64(epoch.number()).i64(epoch.openedAt());
        }
        return out.digest(state.head())
                .digest(state.previousHead())
                .i64(state.sequenceNr())
                .i64(state.receipts())
                .u32(state.lastReceipts())
                .i64(state.voided())
                .toBytes();
    }

    /** Reads a snapshot; {@link MalformedBytesException} where the bytes are none. */
    public static PartitionState decodeState(Bytes bytes) {
        CanonicalReader in = new CanonicalReader(bytes);
        int kind = in.u8("kind of the snapshot");
        if (kind != STATE) {
            throw new MalformedBytesException("a partition has no snapshot of kind " + kind);
        }
        int count = in.count("number of epochs", 2 * Long.BYTES);
        List<Epoch> epochs = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            epochs.add(new Epoch(in.i64("epoch"), in.i64("place of its first event")));
        }
        PartitionState state = new PartitionState(
                epochs,
                in.digest("head"),
                in.digest("previous head"),
                in.i64("sequence number"),
                in.i64("number of receipts"),
                in.u32("receipts of the last event"),
                in.i64("number of void events"));
        in.end("the partition's snapshot");
        return state;
    }

    private static CanonicalWriter header(int kind, PartitionEvent event, int more) {
        return new CanonicalWriter(1 + Long.BYTES + Digest.SIZE + more)
                .u8(kind)
                .i64(event.epoch())
                .digest(event.prevHash());
    }

    private static List<Entry> entries(CanonicalReader in) {
        int count = in.count("number of receipts", Integer.BYTES + 1);
        List<Entry> entries = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            Bytes receipt = in.bytes("receipt");
            int keyed = in.u8("whether the receipt has a key");
            entries.add(
                    switch (keyed) {
                        case 0 -> new Entry(receipt, Optional.empty());
                        case 1 ->
                            new Entry(
                                    receipt,
                                    Optional.of(new EntryKey(in.digest("identity"), in.digest("fingerprint"))));
                        default ->
                            throw new MalformedBytesException("whether the receipt has a key is 0 or 1, not " + keyed);
                    });
        }
        return entries;
    }
}
