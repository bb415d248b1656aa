package dev.candor.attestation.verify;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.candor.attestation.policy.TcbStatus;
import dev.candor.attestation.wire.MalformedEvidenceException;
import dev.candor.attestation.wire.Octets;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Reads the fields of Intel's JSON, after its signature was verified, within fixed bounds. */
final class IntelJson {
    private static final int MOST_BYTES = 256 << 10;
    private static final int MOST_ELEMENTS = 256;
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(12)
                            .maxDocumentLength(MOST_BYTES)
                            .maxStringLength(4096)
                            .maxNumberLength(20)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final JsonNode node;
    private final String what;

    private IntelJson(JsonNode node, String what) {
        this.node = node;
        this.what = what;
    }

    static IntelJson parse(Octets json, String what) {
        if (json.length() > MOST_BYTES) {
            throw new MalformedEvidenceException(
                    what + " has at most " + MOST_BYTES + " bytes, this has " + json.length());
        }
        try {
            return new IntelJson(MAPPER.readTree(json.toArray()), what);
        } catch (IOException e) {
            throw new MalformedEvidenceException(what + " is not JSON", e);
        }
    }

    boolean has(String field) {
        return node.has(field);
    }

    IntelJson object(String field) {
        JsonNode value = node.path(field);
        if (!value.isObject()) {
            throw malformed(field, "an object");
        }
        return new IntelJson(value, what);
    }

    List<IntelJson> list(String field) {
        JsonNode value = node.path(field);
        if (!value.isArray() || value.size() > MOST_ELEMENTS) {
            throw malformed(field, "a list of at most " + MOST_ELEMENTS + " elements");
        }
        List<IntelJson> elements = new ArrayList<>(value.size());
        value.forEach(each -> elements.add(new IntelJson(each, what)));
        return elements;
    }

    List<String> texts(String field) {
        return node.has(field)
                ? list(field).stream().map(each -> each.node.asText()).toList()
                : List.of();
    }

    String text(String field) {
        JsonNode value = node.path(field);
        if (!value.isTextual()) {
            throw malformed(field, "text");
        }
        return value.asText();
    }

    int number(String field, int most) {
        JsonNode value = node.path(field);
        if (!value.isInt() || value.intValue() < 0 || value.intValue() > most) {
            throw malformed(field, "a number up to " + most);
        }
        return value.intValue();
    }

    Octets hex(String field, int bytes) {
        String digits = text(field);
        try {
            Octets value = Octets.ofHex(digits);
            if (value.length() == bytes) {
                return value;
            }
        } catch (IllegalArgumentException e) {
            throw new MalformedEvidenceException("the field '" + field + "' of " + what + " is not hexadecimal", e);
        }
        throw malformed(field, bytes + " bytes");
    }

    Instant instant(String field) {
        try {
            return Instant.parse(text(field));
        } catch (DateTimeException e) {
            throw new MalformedEvidenceException("the field '" + field + "' of " + what + " is not a time", e);
        }
    }

    TcbStatus status() {
        return TcbStatus.ofIntelName(text("tcbStatus")).orElseThrow(() -> malformed("tcbStatus", "a TCB status"));
    }

    private MalformedEvidenceException malformed(String field, String wanted) {
        return new MalformedEvidenceException("the field '" + field + "' of " + what + " is not " + wanted);
    }
}
