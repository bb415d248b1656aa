package dev.candor.persistence.ledger.wire;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.value.RequestId;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.actors.wire.MalformedBytesException;
import dev.candor.persistence.ledger.block.Block;
import dev.candor.persistence.ledger.block.Segment;
import dev.candor.persistence.ledger.consensus.Message;
import dev.candor.persistence.ledger.tx.Transaction;
import dev.candor.persistence.ledger.tx.TransactionCodec;
import dev.candor.persistence.ledger.vote.Certificate;
import dev.candor.persistence.partition.PartitionCodec;
import dev.candor.persistence.partition.PartitionEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The canonical bytes of what validators and serving nodes are asked, and answer:
 *
 * <pre>
 * standing:     32 chain | i64 height | 32 block | 32 root | i64 time | u8 0 or 1 | 1: text halted
 * height:       i64, as the nonce of an account
 * account:      32
 * place:        u8 partition | i64 sequenceNr
 * blocks:       u16 count | count * (bytes block | certificate)
 * transaction:  as TransactionCodec has it
 * submitted:    u8 0 | i64 height, or u8 1 | text why
 * positions:    u16 count | count * (u8 partition | i64 sequenceNr | 32 head)
 * events:       u16 count | count * (u8 partition | i64 first | u16 count | count * bytes event)
 * </pre>
 *
 * Reading allocates no more than a small multiple of the bytes that are there.
 */
public final class QueryCodec {
    /** No answer of ours is longer, in bytes: one block of the largest size, or events until there are this many. */
    public static final int MOST_BYTES = PeerCodec.MOST_BYTES;

    /** The most blocks of an answer. */
    public static final int MOST_BLOCKS = 64;

    private static final int LONGEST_TEXT = 4_096;

    private QueryCodec() {}

    /** The bytes of a standing. */
    public static Bytes encode(Standing standing) {
        CanonicalWriter out = new CanonicalWriter(160)
                .digest(standing.chain())
                .i64(standing.height())
                .digest(standing.block())
                .digest(standing.root())
                .i64(standing.time())
                .u8(standing.halted().isPresent() ? 1 : 0);
        standing.halted().ifPresent(why -> out.text(cut(why)));
        return out.toBytes();
    }

    /** Reads a standing. */
    public static Standing standing(Bytes bytes) {
        CanonicalReader in = new CanonicalReader(bytes);
        Standing standing = new Standing(
                in.digest("chain"),
                in.i64("height"),
                in.digest("block"),
                in.digest("state root"),
                in.i64("time"),
                PeerCodec.present(in, "reason to halt") ? Optional.of(text(in, "reason to halt")) : Optional.empty());
        in.end("the standing");
        return standing;
    }

    /** The bytes of a height. */
    public static Bytes encode(long height) {
        return new CanonicalWriter(Long.BYTES).i64(height).toBytes();
    }

    /** Reads a height. */
    public static long height(Bytes bytes) {
        CanonicalReader in = new CanonicalReader(bytes);
        long height = in.i64("height");
        in.end("the height");
        return height;
    }

    /** The bytes of an account's id. */
    public static Bytes encode(Digest account) {
        return account.toBytes();
    }

    /** Reads an account's id. */
    public static Digest account(Bytes bytes) {
        CanonicalReader in = new CanonicalReader(bytes);
        Digest account = in.digest("account");
        in.end("the account");
        return account;
    }

    /**
     * An event's place.
     *
     * @param partition its number
     * @param sequenceNr of the event
     */
    public record Place(int partition, long sequenceNr) {}

    /** The bytes of a place. */
    public static Bytes encode(Place place) {
        return new CanonicalWriter(9)
                .u8(place.partition())
                .i64(place.sequenceNr())
                .toBytes();
    }

    /** Reads a place. */
    public static Place place(Bytes bytes) {
        CanonicalReader in = new CanonicalReader(bytes);
        Place place = new Place(in.u8("partition"), in.i64("sequence number"));
        in.end("the place");
        return place;
    }

    /** The bytes of final blocks, at most {@value #MOST_BLOCKS}. */
    public static Bytes encode(List<Message.Decided> blocks) {
        CanonicalWriter out = new CanonicalWriter(1_024).u16(blocks.size());
        blocks.forEach(each -> each.certificate().write(out.bytes(each.block().encode())));
        return out.toBytes();
    }

    /** Reads final blocks; whether they are final their certificates tell. */
    public static List<Message.Decided> blocks(Bytes bytes) {
        CanonicalReader in = new CanonicalReader(bytes);
        int count = in.u16("number of blocks");
        if (count > MOST_BLOCKS) {
            throw new MalformedBytesException(count + " blocks; an answer has at most " + MOST_BLOCKS);
        }
        List<Message.Decided> blocks = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            blocks.add(new Message.Decided(Block.decode(in.bytes("block")), Certificate.read(in)));
        }
        in.end("the blocks");
        return blocks;
    }

    /** The bytes of a transaction that is handed in. */
    public static Bytes encode(Transaction.Signed transaction) {
        return TransactionCodec.encode(transaction);
    }

    /** Reads a transaction that is handed in. */
    public static Transaction.Signed transaction(Bytes bytes) {
        return PeerCodec.signed(bytes);
    }

    /** The bytes of what became of a transaction. */
    public static Bytes encode(Submitted submitted) {
        CanonicalWriter out = new CanonicalWriter(64);
        switch (submitted) {
            case Submitted.Included(long height) -> out.u8(0).i64(height);
            case Submitted.Refused(String why) -> out.u8(1).text(cut(why));
        }
        return out.toBytes();
    }

    /** Reads what became of a transaction. */
    public static Submitted submitted(Bytes bytes) {
        CanonicalReader in = new CanonicalReader(bytes);
        Submitted submitted = PeerCodec.present(in, "refusal")
                ? new Submitted.Refused(text(in, "refusal"))
                : new Submitted.Included(in.i64("height"));
        in.end("the answer");
        return submitted;
    }

    /** The bytes of positions: who asks wants the events behind them. */
    public static Bytes encodePositions(List<Position> positions) {
        CanonicalWriter out = new CanonicalWriter(2 + 41 * positions.size()).u16(positions.size());
        positions.forEach(
                each -> out.u8(each.partition()).i64(each.sequenceNr()).digest(each.head()));
        return out.toBytes();
    }

    /** Reads positions. */
    public static List<Position> positions(Bytes bytes) {
        CanonicalReader in = new CanonicalReader(bytes);
        int count = partitions(in);
        List<Position> positions = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            positions.add(new Position(in.u8("partition"), in.i64("sequence number"), in.digest("head")));
        }
        in.end("the positions");
        return positions;
    }

    /** The bytes of events. */
    public static Bytes encodeEvents(List<Segment> segments) {
        CanonicalWriter out = new CanonicalWriter(4_096).u16(segments.size());
        for (Segment segment : segments) {
            out.u8(segment.partition())
                    .i64(segment.firstSequenceNr())
                    .u16(segment.events().size());
            segment.events().forEach(event -> out.bytes(PartitionCodec.encode(event)));
        }
        return out.toBytes();
    }

    /** Reads events; nothing about them is checked. */
    public static List<Segment> events(Bytes bytes) {
        CanonicalReader in = new CanonicalReader(bytes);
        int count = partitions(in);
        List<Segment> segments = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int partition = in.u8("partition");
            long first = in.i64("sequence number");
            int size = in.u16("number of events");
            if (size > Segment.MOST_EVENTS) {
                throw new MalformedBytesException(
                        size + " events of one partition; an answer has at most " + Segment.MOST_EVENTS);
            }
            List<PartitionEvent> events = new ArrayList<>();
            for (int j = 0; j < size; j++) {
                events.add(PartitionCodec.decode(in.bytes("event")));
            }
            segments.add(new Segment(partition, first, events));
        }
        in.end("the events");
        return segments;
    }

    private static int partitions(CanonicalReader in) {
        int count = in.u16("number of partitions");
        if (count > RequestId.MAX_PARTITIONS) {
            throw new MalformedBytesException(count + " partitions; a network has at most " + RequestId.MAX_PARTITIONS);
        }
        return count;
    }

    private static String text(CanonicalReader in, String what) {
        String text = in.text(what);
        if (text.length() > LONGEST_TEXT) {
            throw new MalformedBytesException(what + " has at most " + LONGEST_TEXT + " characters");
        }
        return text;
    }

    private static String cut(String text) {
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT);
    }
}
