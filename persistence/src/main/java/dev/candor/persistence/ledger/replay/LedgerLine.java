package dev.candor.persistence.ledger.replay;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.actors.wire.MalformedBytesException;
import dev.candor.persistence.ledger.LedgerGenesis;
import dev.candor.persistence.ledger.block.Block;
import dev.candor.persistence.ledger.vote.Certificate;
import dev.candor.persistence.partition.PartitionCodec;
import dev.candor.persistence.partition.PartitionEvent;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

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
        StringWriter text = new StringWriter();
        try (JsonGenerator out = Json.FACTORY.createGenerator(text)) {
            out.writeStartObject();
            switch (this) {
                case Genesis(LedgerGenesis genesis) -> {
                    out.writeNumberField("ledger", VERSION);
                    out.writeBinaryField("genesis", genesis.encode().toArray());
                }
                case Event(int partition, long sequenceNr, PartitionEvent event) -> {
                    out.writeNumberField("partition", partition);
                    out.writeNumberField("sequenceNr", sequenceNr);
                    out.writeBinaryField("event", PartitionCodec.encode(event).toArray());
                }
                case Final(Block block, Certificate certificate) -> {
                    CanonicalWriter bytes = new CanonicalWriter(512);
                    certificate.write(bytes);
                    out.writeNumberField("height", block.header().height());
                    out.writeBinaryField("block", block.encode().toArray());
                    out.writeBinaryField("certificate", bytes.toBytes().toArray());
                }
            }
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /** Reads {@link #write}'s form and nothing else; {@link MalformedBytesException} where the line is none. */
    static LedgerLine parse(String line) {
        if (line.length() > MAX_LENGTH) {
            throw new MalformedBytesException(
                    "a line of " + line.length() + " characters; the longest has " + MAX_LENGTH);
        }
        LedgerLine parsed;
        try (JsonParser in = Json.FACTORY.createParser(line)) {
            parsed = Json.read(in);
        } catch (IOException | IllegalArgumentException | ArithmeticException e) {
            throw new MalformedBytesException("not a line of a ledger's export: " + e.getMessage());
        }
        if (!parsed.write().equals(line)) {
            throw new MalformedBytesException(
                    "not a line of a ledger's export: it is not in the one form of what it says");
        }
        return parsed;
    }

    /** The reading of lines. */
    final class Json {
        private static final JsonFactory FACTORY = new JsonFactory();

        private Json() {}

        private static LedgerLine read(JsonParser in) throws IOException {
            expect(in.nextToken() == JsonToken.START_OBJECT && in.nextToken() == JsonToken.FIELD_NAME);
            return switch (in.currentName()) {
                case "ledger" -> {
                    in.nextToken();
                    int version = in.getIntValue();
                    if (version != VERSION) {
                        throw new MalformedBytesException(
                                "the export has version " + version + ", this program knows " + VERSION);
                    }
                    yield new Genesis(LedgerGenesis.decode(bytes("genesis", in)));
                }
                case "partition" -> {
                    in.nextToken();
                    int partition = in.getIntValue();
                    expect("sequenceNr".equals(in.nextFieldName()));
                    in.nextToken();
                    long sequenceNr = in.getLongValue();
                    yield new Event(partition, sequenceNr, PartitionCodec.decode(bytes("event", in)));
                }
                case "height" -> {
                    in.nextToken();
                    Block block = Block.decode(bytes("block", in));
                    CanonicalReader certificate = new CanonicalReader(bytes("certificate", in));
                    Final line = new Final(block, Certificate.read(certificate));
                    certificate.end("the certificate");
                    yield line;
                }
                default -> throw new MalformedBytesException("a line does not begin with \"" + in.currentName() + "\"");
            };
        }

        private static Bytes bytes(String field, JsonParser in) throws IOException {
            expect(field.equals(in.nextFieldName()) && in.nextToken() == JsonToken.VALUE_STRING);
            return Bytes.wrap(in.getBinaryValue());
        }

        private static void expect(boolean holds) {
            if (!holds) {
                throw new MalformedBytesException("it is neither a genesis, nor an event, nor a block");
            }
        }
    }
}
