package dev.candor.persistence.ledger.stats;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.wire.MalformedBytesException;
import java.io.IOException;

/** The figures of a ledger in JSON: the same from a node, from a validator, and from an export. */
public final class StatsJson {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .defaultSetterInfo(JsonSetter.Value.construct(Nulls.FAIL, Nulls.FAIL))
            .build();

    private StatsJson() {}

    /** An object with the names of {@link LedgerStats}, words parted by underscores. */
    public static ObjectNode of(LedgerStats stats) {
        return JSON.valueToTree(stats);
    }

    /** The same as UTF-8. */
    public static Bytes write(LedgerStats stats) {
        try {
            return Bytes.wrap(JSON.writeValueAsBytes(stats));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("figures have a form in JSON", e);
        }
    }

    /** Reads {@link #write}'s form, in which every member is there and nothing else; {@link MalformedBytesException} for any other. */
    public static LedgerStats read(Bytes bytes) {
        try {
            LedgerStats read = JSON.readValue(bytes.toArray(), LedgerStats.class);
            if (read == null) {
                throw new MalformedBytesException("these are no public figures: null");
            }
            return read;
        } catch (JacksonException e) {
            throw new MalformedBytesException("these are no public figures: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new MalformedBytesException("these are no public figures: " + e.getMessage());
        }
    }
}
