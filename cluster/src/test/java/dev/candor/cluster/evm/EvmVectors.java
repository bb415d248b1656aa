package dev.candor.cluster.evm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.candor.actors.value.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Transactions and events that eth_account and web3 made. */
public final class EvmVectors {
    private static final JsonNode ALL = read();

    private EvmVectors() {}

    private static JsonNode read() {
        try (InputStream in = EvmVectors.class.getResourceAsStream("transactions.json")) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static String text(String pointer) {
        return ALL.at(pointer).asText();
    }

    public static long chain() {
        return ALL.path("chain").asLong();
    }

    /** A transaction's bytes as they are sent. */
    public static String raw(String name) {
        return text("/" + name + "/raw");
    }

    static Bytes bytes(String pointer) {
        return Bytes.ofHex(text(pointer).substring(2));
    }
}
