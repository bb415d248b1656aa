package dev.candor.persistence.seal;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.actors.wire.MalformedBytesException;
import dev.candor.persistence.partition.PartitionCodec;
import dev.candor.persistence.partition.PartitionState;
import java.util.ArrayList;
import java.util.List;

/**
 * What of a partition is in sealed segments, as the control store keeps it, version 1:
 * {@code u8 1 | u32 count | count * (i64 from, i64 to, 32 blob, i64 size) | bytes state}, the state as {@link PartitionCodec} writes a snapshot.
 *
 * @param parts the segments in their order, without a gap from event 1 on
 * @param state the partition's state after the last of them; nothing that comes later can make another event of theirs count
 */
public record Seal(List<Part> parts, PartitionState state) {
    /** Nothing is sealed. */
    public static final Seal NONE = new Seal(List.of(), PartitionState.EMPTY);

    /** So many segments fit in a control record. */
    public static final int MOST_PARTS = 4_096;

    private static final int VERSION = 1;
    private static final int PART_BYTES = 3 * Long.BYTES + Digest.SIZE;

    /**
     * One segment.
     *
     * @param from number of its first event
     * @param to number of its last event
     * @param blob its name in the blob store
     * @param size its bytes
     */
    public record Part(long from, long to, Digest blob, long size) {}

    /** Checks that nothing is missing and that the state is the one behind the last segment. */
    public Seal {
        parts = List.copyOf(parts);
        long next = 1;
        for (Part part : parts) {
            if (part.from() != next || part.to() < part.from() || part.size() < 1) {
                throw new MalformedBytesException("a sealed segment has the events " + part.from() + " to " + part.to()
                        + " in " + part.size() + " bytes, the next one begins at event " + next);
            }
            next = part.to() + 1;
        }
        if (state.sequenceNr() != next - 1 || state.hasRivals()) {
            throw new MalformedBytesException(
                    "the segments end at event " + (next - 1) + ", the state stands at event " + state.sequenceNr());
        }
        if (parts.size() > MOST_PARTS) {
            throw new MalformedBytesException("a seal has at most " + MOST_PARTS + " segments, this one " + parts.size()
                    + "; make them larger by candor.journal.seal.events");
        }
    }

    static String key(int partition) {
        return "seal/partition-" + partition;
    }

    /** Number of the last sealed event, 0 where nothing is sealed. */
    public long to() {
        return state.sequenceNr();
    }

    Seal with(Part part, PartitionState after) {
        List<Part> more = new ArrayList<>(parts);
        more.add(part);
        return new Seal(more, PartitionCodec.decodeState(PartitionCodec.encode(after)));
    }

    Bytes encode() {
        Bytes after = PartitionCodec.encode(state);
        CanonicalWriter out = new CanonicalWriter(16 + parts.size() * PART_BYTES + after.length());
        out.u8(VERSION).u32(parts.size());
        for (Part part : parts) {
            out.i64(part.from()).i64(part.to()).digest(part.blob()).i64(part.size());
        }
        return out.bytes(after).toBytes();
    }

    static Seal decode(Bytes bytes) {
        CanonicalReader in = new CanonicalReader(bytes);
        int version = in.u8("version of the seal");
        if (version != VERSION) {
            throw new MalformedBytesException("a seal has version 1, this one has " + version);
        }
        int count = in.count("number of segments", PART_BYTES);
        List<Part> parts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            parts.add(new Part(
                    in.i64("first event"), in.i64("last event"), in.digest("segment"), in.i64("size of the segment")));
        }
        Seal seal = new Seal(parts, PartitionCodec.decodeState(in.bytes("state behind the segments")));
        in.end("the seal");
        return seal;
    }
}
