package dev.candor.cluster.validator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.wire.MalformedBytesException;
import dev.candor.persistence.ledger.LedgerGenesis;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Base64;

/**
 * A ledger's genesis record as a file of JSON: {@code record} holds its canonical bytes in base64, {@code chain} their digest, and the rest says the same for people.
 */
public final class GenesisFile {
    private static final long MOST_BYTES = 1 << 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    private GenesisFile() {}

    /** Writes a new file. */
    public static void write(Path file, LedgerGenesis genesis) throws IOException {
        ObjectNode json = JSON.createObjectNode()
                .put("chain", genesis.digest().toHex())
                .put("network", genesis.genesis().network())
                .put("partitions", genesis.genesis().partitions());
        ArrayNode validators = json.putArray("validators");
        genesis.validators().keys().forEach(key -> validators.add(base64(key)));
        ArrayNode operators = json.putArray("operators");
        genesis.operators().forEach(key -> operators.add(base64(key)));
        json.put("record", base64(genesis.encode()));
        Files.writeString(file, json.toPrettyString() + "\n", StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW);
    }

    /** Reads a file; an {@link IOException} says what is wrong with it. */
    public static LedgerGenesis read(Path file) throws IOException {
        if (Files.size(file) > MOST_BYTES) {
            throw new IOException(file + " is larger than any genesis record of a ledger");
        }
        try {
            JsonNode json = JSON.readTree(Files.readAllBytes(file));
            LedgerGenesis genesis = LedgerGenesis.decode(
                    Bytes.wrap(Base64.getDecoder().decode(json.path("record").asText())));
            if (!genesis.digest().toHex().equals(json.path("chain").asText())) {
                throw new IOException(file + " says that its chain is "
                        + json.path("chain").asText() + ", its record is of the chain " + genesis.digest()
                        + ": the file was changed; get it again");
            }
            return genesis;
        } catch (JsonProcessingException | MalformedBytesException | IllegalArgumentException e) {
            throw new IOException(
                    file + " is no genesis record of a ledger (`candor validator genesis` writes one): "
                            + e.getMessage(),
                    e);
        }
    }

    private static String base64(Bytes bytes) {
        return Base64.getEncoder().encodeToString(bytes.toArray());
    }
}
