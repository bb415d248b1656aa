package dev.candor.persistence.ledger.replay;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.actors.wire.MalformedBytesException;
import dev.candor.persistence.ledger.LedgerGenesis;
import dev.candor.persistence.ledger.block.Block;
import dev.candor.persistence.ledger.vote.Certificate;
import dev.candor.persistence.partition.PartitionCodec;
import dev.candor.persistence.partition.PartitionEvent;
import java.util.Base64;

/**
 * One line of a ledger's export. The genesis comes first; then, for each block, the events that it takes in, by partition and number, and the block itself.
 * Canonical bytes stand in base64, and a line has exactly one form:
 *
 * <pre>
 * {"ledger":1,"genesis":"base64"}
 * {"partition":0,"sequenceNr":2,"event":"base64"}
 * {"height":1,"block":"base64","certificate":"base64"}
 * </pre>
 */
public sealed interface LedgerLine {
    /** No line of ours is longer, in characters: the largest block in base64. */
    int MAX_LENGTH = 24 << 20;

    /** The version of the export. */
    int VERSION = 1;

    /**
     * The first line.
     *
     * @param genesis of the ledger
     */
    record Genesis(LedgerGenesis genesis) implements LedgerLine {}

    /**
     * An event of a partition, for the next block.
     *
     * @param partition its number
     * @param sequenceNr of the event
     * @param event the event
     */
    record Event(int partition, long sequenceNr, PartitionEvent event) implements LedgerLine {}

    /**
     * A final block.
     *
     * @param block the block
     * @param certificate of its commits
     */
    record Final(Block block, Certificate certificate) implements LedgerLine {}

    /** The line, without its end. */
    default String write() {
        return switch (this) {
            case Genesis(LedgerGenesis genesis) ->
                "{\"ledger\":" + VERSION + ",\"genesis\":\"" + Parser.base64(genesis.encode()) + "\"}";
            case Event(int partition, long sequenceNr, PartitionEvent event) ->
                "{\"partition\":" + partition + ",\"sequenceNr\":" + sequenceNr + ",\"event\":\""
                        + Parser.base64(PartitionCodec.encode(event)) + "\"}";
            case Final(Block block, Certificate certificate) -> {
                CanonicalWriter bytes = new CanonicalWriter(512);
                certificate.write(bytes);
                yield "{\"height\":" + block.header().height() + ",\"block\":\"" + Parser.base64(block.encode())
                        + "\",\"certificate\":\"" + Parser.base64(bytes.toBytes()) + "\"}";
            }
        };
    }

    /** Reads {@link #write}'s form and nothing else; {@link MalformedBytesException} where the line is none. */
    static LedgerLine parse(String line) {
        if (line.length() > MAX_LENGTH) {
            throw new MalformedBytesException(
                    "a line of " + line.length() + " characters; the longest has " + MAX_LENGTH);
        }
        LedgerLine parsed;
        try {
            parsed = Parser.read(line);
        } catch (IllegalArgumentException e) {
            throw new MalformedBytesException("not a line of a ledger's export: " + e.getMessage());
        }
        if (!parsed.write().equals(line)) {
            throw new MalformedBytesException(
                    "not a line of a ledger's export: it is not in the one form of what it says");
        }
        return parsed;
    }

    /** The reading of lines: what is between the names of the fields, whose order is fixed. That the line is in its one form is for the caller to see. */
    final class Parser {
        private static final String LEDGER = "{\"ledger\":";
        private static final String PARTITION = "{\"partition\":";
        private static final String HEIGHT = "{\"height\":";

        private Parser() {}

        private static String base64(Bytes bytes) {
            return Base64.getEncoder().encodeToString(bytes.toArray());
        }

        private static LedgerLine read(String line) {
            if (line.startsWith(PARTITION)) {
                int sequenceNr = field(line, ",\"sequenceNr\":", PARTITION.length());
                int event = field(line, ",\"event\":\"", sequenceNr);
                return new Event(
                        partition(number(line, PARTITION.length(), ",\"sequenceNr\":", sequenceNr)),
                        number(line, sequenceNr, ",\"event\":\"", event),
                        PartitionCodec.decode(bytes(line, event, "\"}", field(line, "\"}", event))));
            }
            if (line.startsWith(HEIGHT)) {
                int block = field(line, ",\"block\":\"", HEIGHT.length());
                int certificate = field(line, "\",\"certificate\":\"", block);
                CanonicalReader in =
                        new CanonicalReader(bytes(line, certificate, "\"}", field(line, "\"}", certificate)));
                Final read = new Final(
                        Block.decode(bytes(line, block, "\",\"certificate\":\"", certificate)), Certificate.read(in));
                in.end("the certificate");
                return read;
            }
            if (line.startsWith(LEDGER)) {
                int genesis = field(line, ",\"genesis\":\"", LEDGER.length());
                long version = number(line, LEDGER.length(), ",\"genesis\":\"", genesis);
                if (version != VERSION) {
                    throw new MalformedBytesException(
                            "the export has version " + version + ", this program knows " + VERSION);
                }
                return new Genesis(LedgerGenesis.decode(bytes(line, genesis, "\"}", field(line, "\"}", genesis))));
            }
            throw new MalformedBytesException(
                    "not a line of a ledger's export: it is neither a genesis, nor an event, nor a block");
        }

        private static int partition(long number) {
            if (number != (int) number) {
                throw new IllegalArgumentException("there is no partition " + number);
            }
            return (int) number;
        }

        /** Where the value behind a name begins. */
        private static int field(String line, String name, int from) {
            int at = line.indexOf(name, from);
            if (at < 0) {
                throw new IllegalArgumentException("there is no " + name + " behind character " + from);
            }
            return at + name.length();
        }

        private static long number(String line, int from, String end, int next) {
            return Long.parseLong(line, from, next - end.length(), 10);
        }

        private static Bytes bytes(String line, int from, String end, int next) {
            return Bytes.wrap(Base64.getDecoder().decode(line.substring(from, next - end.length())));
        }
    }
}
