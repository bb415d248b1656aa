package dev.candor.persistence.export;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.MalformedBytesException;
import dev.candor.persistence.export.ChainVerifier.Link;
import dev.candor.persistence.partition.PartitionEvent;
import dev.candor.persistence.partition.PartitionEvent.EntryKey;
import dev.candor.persistence.partition.PartitionEvent.Opened;
import dev.candor.persistence.partition.PartitionEvent.ReceiptsCommitted;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One event of one partition as a line of JSON:
 *
 * <pre>
 * {"partition":0,"sequenceNr":2,"type":"receipts","epoch":1,"prevHash":"hex","head":"hex","void":false,
 *  "receipts":[{"receipt":"base64","identity":"hex","fingerprint":"hex"}]}
 * </pre>
 *
 * <p>{@code type} is {@code opened} or {@code receipts}; {@code identity} and {@code fingerprint} stand only where the caller gave a key.
 *
 * @param partition the partition
 * @param link the event, its place, and whether it counts
 */
public record ExportLine(int partition, Link link) {
    /** No line of ours is longer, in characters. */
    public static final int MAX_LENGTH = 8 << 20;

    private static final JsonFactory JSON = new JsonFactory();

    /** Writes the line, without its end. */
    void writeTo(JsonGenerator out) throws IOException {
        out.writeStartObject();
        out.writeNumberField("partition", partition);
        out.writeNumberField("sequenceNr", link.sequenceNr());
        out.writeStringField(
                "type",
                switch (link.event()) {
                    case Opened _ -> "opened";
                    case ReceiptsCommitted _ -> "receipts";
                });
        out.writeNumberField("epoch", link.event().epoch());
        out.writeStringField("prevHash", link.event().prevHash().toHex());
        out.writeStringField("head", link.hash().toHex());
        out.writeBooleanField("void", !link.counts());
        if (link.event() instanceof ReceiptsCommitted committed) {
            out.writeArrayFieldStart("receipts");
            for (PartitionEvent.Entry entry : committed.entries()) {
                out.writeStartObject();
                out.writeBinaryField("receipt", entry.receipt().toArray());
                if (entry.key().isPresent()) {
                    out.writeStringField(
                            "identity", entry.key().get().identity().toHex());
                    out.writeStringField(
                            "fingerprint", entry.key().get().fingerprint().toHex());
                }
                out.writeEndObject();
            }
            out.writeEndArray();
        }
        out.writeEndObject();
    }

    /** Reads a line; {@link MalformedBytesException} where it is none. */
    public static ExportLine parse(String line) {
        if (line.length() > MAX_LENGTH) {
            throw new MalformedBytesException(
                    "a line of " + line.length() + " characters; the longest has " + MAX_LENGTH);
        }
        try (JsonParser in = JSON.createParser(line)) {
            return new Fields(in).read();
        } catch (IOException | IllegalArgumentException e) {
            throw new MalformedBytesException("not a line of an export: " + e.getMessage());
        }
    }

    private static final class Fields {
        private final JsonParser in;
        private int partition = -1;
        private long sequenceNr = -1;
        private long epoch = -1;
        private String type = "";
        private Optional<Digest> prevHash = Optional.empty();
        private Optional<Digest> head = Optional.empty();
        private boolean isVoid;
        private List<PartitionEvent.Entry> receipts = List.of();

        Fields(JsonParser in) {
            this.in = in;
        }

        ExportLine read() throws IOException {
            need(in.nextToken() == JsonToken.START_OBJECT, "it is no object");
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String field = in.currentName();
                in.nextToken();
                switch (field) {
                    case "partition" -> partition = in.getIntValue();
                    case "sequenceNr" -> sequenceNr = in.getLongValue();
                    case "epoch" -> epoch = in.getLongValue();
                    case "type" -> type = in.getText();
                    case "prevHash" -> prevHash = Optional.of(Digest.ofHex(in.getText()));
                    case "head" -> head = Optional.of(Digest.ofHex(in.getText()));
                    case "void" -> isVoid = in.getBooleanValue();
                    case "receipts" -> receipts = receipts();
                    default -> in.skipChildren();
                }
            }
            need(partition >= 0 && sequenceNr >= 1 && epoch >= 1, "partition, sequenceNr or epoch is missing");
            Digest before = prevHash.orElseThrow(() -> new IllegalArgumentException("prevHash is missing"));
            PartitionEvent event = switch (type) {
                case "opened" -> new Opened(epoch, before);
                case "receipts" -> new ReceiptsCommitted(epoch, before, receipts);
                default -> throw new IllegalArgumentException("the type \"" + type + "\" is unknown");
            };
            return new ExportLine(
                    partition,
                    new Link(
                            sequenceNr,
                            event,
                            head.orElseThrow(() -> new IllegalArgumentException("head is missing")),
                            !isVoid));
        }

        private List<PartitionEvent.Entry> receipts() throws IOException {
            need(in.currentToken() == JsonToken.START_ARRAY, "receipts is no array");
            List<PartitionEvent.Entry> entries = new ArrayList<>();
            while (in.nextToken() == JsonToken.START_OBJECT) {
                Optional<Bytes> receipt = Optional.empty();
                Optional<Digest> identity = Optional.empty();
                Optional<Digest> fingerprint = Optional.empty();
                while (in.nextToken() == JsonToken.FIELD_NAME) {
                    String field = in.currentName();
                    in.nextToken();
                    switch (field) {
                        case "receipt" -> receipt = Optional.of(Bytes.wrap(in.getBinaryValue()));
                        case "identity" -> identity = Optional.of(Digest.ofHex(in.getText()));
                        case "fingerprint" -> fingerprint = Optional.of(Digest.ofHex(in.getText()));
                        default -> in.skipChildren();
                    }
                }
                need(identity.isPresent() == fingerprint.isPresent(), "identity and fingerprint go together");
                Optional<Digest> print = fingerprint;
                entries.add(new PartitionEvent.Entry(
                        receipt.orElseThrow(() -> new IllegalArgumentException("receipt is missing")),
                        identity.map(id -> new EntryKey(id, print.orElseThrow()))));
            }
            return entries;
        }

        private static void need(boolean holds, String otherwise) {
            if (!holds) {
                throw new IllegalArgumentException(otherwise);
            }
        }
    }
}
