package dev.candor.actors.receipt;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.actors.value.Digest;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The JSON of a {@link TrustFile}, read strictly. */
final class TrustFileJson {
    private static final String FORMAT = "candor-trust-v1";
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");
    private static final int MAX_DEPTH = 8;
    private static final int MAX_STRING = 4_096;

    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxStringLength(MAX_STRING)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(SerializationFeature.INDENT_OUTPUT);

    private TrustFileJson() {}

    static TrustFile parse(byte[] bytes) throws KeyMaterialException {
        if (bytes.length > TrustFile.MAX_SIZE) {
            throw new KeyMaterialException(
                    "a trust file has at most " + TrustFile.MAX_SIZE + " bytes, this one has more");
        }
        JsonNode root;
        try {
            root = JSON.readTree(bytes);
        } catch (JsonProcessingException e) {
            throw new KeyMaterialException("it is not JSON of the kind needed: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new KeyMaterialException("it is not UTF-8: " + e.getMessage());
        }
        checkFields(root, "the trust file", Set.of("format", "network", "keys"));
        if (!text(root, "format").equals(FORMAT)) {
            throw new KeyMaterialException(
                    "\"format\" must be \"" + FORMAT + "\", it is \"" + text(root, "format") + "\"");
        }
        JsonNode list = root.path("keys");
        if (!list.isArray()) {
            throw new KeyMaterialException("\"keys\" must be a list");
        }
        if (list.size() > TrustFile.MAX_KEYS) {
            throw new KeyMaterialException(
                    "a trust file has at most " + TrustFile.MAX_KEYS + " keys, this one has " + list.size());
        }
        Optional<Digest> network = root.has("network") ? Optional.of(digest(root, "network")) : Optional.empty();
        List<TrustedKey> keys = new ArrayList<>();
        for (JsonNode entry : list) {
            try {
                keys.add(key(entry));
            } catch (KeyMaterialException | IllegalArgumentException e) {
                throw new KeyMaterialException("key " + (keys.size() + 1) + ": " + e.getMessage());
            }
        }
        try {
            return new TrustFile(network, keys);
        } catch (IllegalArgumentException e) {
            throw new KeyMaterialException(String.valueOf(e.getMessage()));
        }
    }

    static String render(TrustFile file) {
        ObjectNode root = JSON.createObjectNode().put("format", FORMAT);
        file.network().ifPresent(network -> root.put("network", network.toHex()));
        ArrayNode keys = root.putArray("keys");
        for (TrustedKey key : file.keys()) {
            ObjectNode entry = keys.addObject()
                    .put("key_id", key.id().toHex())
                    .put("public_key", key.key().toBase64())
                    .put("role", key.role().text());
            key.notBefore().ifPresent(at -> entry.put("not_before", at.toString()));
            key.notAfter().ifPresent(at -> entry.put("not_after", at.toString()));
            key.revokedAt().ifPresent(at -> entry.put("revoked_at", at.toString()));
            if (!key.note().isEmpty()) {
                entry.put("note", key.note());
            }
        }
        try {
            return JSON.writeValueAsString(root) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of strings can always be written", e);
        }
    }

    private static TrustedKey key(JsonNode entry) throws KeyMaterialException {
        checkFields(
                entry,
                "an entry",
                Set.of("key_id", "public_key", "role", "not_before", "not_after", "revoked_at", "note"));
        VerifyingKey key = VerifyingKey.parse(text(entry, "public_key"));
        Digest id = digest(entry, "key_id");
        if (!key.id().equals(id)) {
            throw new KeyMaterialException("\"key_id\" is " + id + ", but the public key's id is " + key.id());
        }
        String role = text(entry, "role");
        return new TrustedKey(
                key,
                TrustedKey.Role.ofText(role)
                        .orElseThrow(() -> new KeyMaterialException(
                                "\"role\" is \"" + role + "\"; the roles are executor and validator")),
                time(entry, "not_before"),
                time(entry, "not_after"),
                time(entry, "revoked_at"),
                entry.has("note") ? text(entry, "note") : "");
    }

    private static void checkFields(JsonNode node, String what, Set<String> known) throws KeyMaterialException {
        if (!node.isObject()) {
            throw new KeyMaterialException(what + " must be a JSON object");
        }
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            if (!known.contains(field.getKey())) {
                throw new KeyMaterialException(what + " has the unknown field \"" + field.getKey() + "\"; remove it");
            }
        }
    }

    private static String text(JsonNode node, String field) throws KeyMaterialException {
        JsonNode value = node.path(field);
        if (!value.isTextual()) {
            throw new KeyMaterialException("\"" + field + "\" must be there, as a string");
        }
        return value.textValue();
    }

    private static Digest digest(JsonNode node, String field) throws KeyMaterialException {
        String hex = text(node, field);
        if (!HEX.matcher(hex).matches()) {
            throw new KeyMaterialException("\"" + field + "\" must be 64 lower-case hexadecimal digits");
        }
        return Digest.ofHex(hex);
    }

    private static Optional<Instant> time(JsonNode node, String field) throws KeyMaterialException {
        if (!node.has(field)) {
            return Optional.empty();
        }
        String text = text(node, field);
        try {
            if (text.endsWith("Z")) {
                return Optional.of(Instant.parse(text));
            }
        } catch (DateTimeParseException e) {
            // Refused below, like a time of another zone.
        }
        throw new KeyMaterialException(
                "\"" + field + "\" must be a time such as 2026-01-01T00:00:00Z, it is \"" + text + "\"");
    }
}
