package dev.candor.attestation.policy;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.candor.attestation.evidence.Kind;
import dev.candor.attestation.wire.Octets;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads policies from JSON; the format is in {@code docs/attestation.md}. Unknown and repeated fields are refused. */
public final class PolicyFile {
    /** The largest file, in bytes. */
    public static final int MOST_BYTES = 1 << 20;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(8)
                            .maxDocumentLength(MOST_BYTES)
                            .maxStringLength(4096)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private PolicyFile() {}

    /** Reads a policy; throws {@link InvalidPolicyException}. */
    public static Policy parse(Octets json) {
        try {
            return policy(MAPPER.readTree(json.toArray()));
        } catch (JacksonException e) {
            throw new InvalidPolicyException("the policy is not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException | IllegalArgumentException e) {
            throw new InvalidPolicyException("the policy cannot be used: " + e.getMessage(), e);
        }
    }

    private static Policy policy(JsonNode root) {
        fields(
                root,
                "the policy",
                Set.of("version", "allowed"),
                Set.of("revoked", "revoked_certificates", "intel", "snp", "nitro", "allow_simulated"));
        if (number(root, "version", 0, Integer.MAX_VALUE) != 1) {
            throw new InvalidPolicyException("the policy's version is not 1");
        }
        Set<Octets> certificates = new HashSet<>();
        for (JsonNode each : list(root, "revoked_certificates")) {
            Octets digest = hex(each, "a digest of a revoked certificate");
            if (digest.length() != 32) {
                throw new InvalidPolicyException("a revoked certificate is named by its SHA-256, 64 digits");
            }
            certificates.add(digest);
        }
        return new Policy(
                sets(root, "allowed"),
                sets(root, "revoked"),
                certificates,
                intel(root.path("intel")),
                snp(root.path("snp")),
                nitro(root.path("nitro")),
                flag(root, "allow_simulated", false));
    }

    private static Policy.Intel intel(JsonNode node) {
        if (node.isMissingNode()) {
            return new Policy.Intel(Set.of(TcbStatus.UP_TO_DATE), 0);
        }
        fields(node, "intel", Set.of("accept"), Set.of("least_evaluation"));
        Set<TcbStatus> accepted = new TreeSet<>();
        for (JsonNode each : list(node, "accept")) {
            accepted.add(TcbStatus.ofIntelName(each.asText())
                    .orElseThrow(() -> new InvalidPolicyException("Intel has no TCB status " + each)));
        }
        return new Policy.Intel(
                accepted, node.has("least_evaluation") ? number(node, "least_evaluation", 0, Integer.MAX_VALUE) : 0);
    }

    private static Policy.Snp snp(JsonNode node) {
        if (node.isMissingNode()) {
            return new Policy.Snp(SnpTcb.ANY, true);
        }
        Set<String> versions = Set.of("bootloader", "tee", "snp", "microcode");
        fields(node, "snp", versions, Set.of("crl_required"));
        return new Policy.Snp(
                new SnpTcb(
                        number(node, "bootloader", 0, 255),
                        number(node, "tee", 0, 255),
                        number(node, "snp", 0, 255),
                        number(node, "microcode", 0, 255)),
                flag(node, "crl_required", true));
    }

    private static Duration nitro(JsonNode node) {
        if (node.isMissingNode()) {
            return Duration.ofMinutes(5);
        }
        fields(node, "nitro", Set.of("most_age_s"), Set.of());
        return Duration.ofSeconds(number(node, "most_age_s", 1, 86_400));
    }

    private static List<MeasurementSet> sets(JsonNode root, String field) {
        List<MeasurementSet> sets = new ArrayList<>();
        for (JsonNode each : list(root, field)) {
            fields(each, "an element of " + field, Set.of("kind", "name", "measurements"), Set.of());
            String kind = each.path("kind").asText();
            SortedMap<String, Octets> values = new TreeMap<>();
            each.path("measurements")
                    .properties()
                    .forEach(value -> values.put(value.getKey(), hex(value.getValue(), value.getKey())));
            sets.add(new MeasurementSet(
                    Arrays.stream(Kind.values())
                            .filter(candidate -> candidate.policyName().equals(kind))
                            .findFirst()
                            .orElseThrow(
                                    () -> new InvalidPolicyException("there is no kind of evidence '" + kind + "'")),
                    each.path("name").asText(),
                    values));
        }
        return sets;
    }

    private static List<JsonNode> list(JsonNode root, String field) {
        JsonNode node = root.path(field);
        if (!node.isMissingNode() && !node.isArray()) {
            throw new InvalidPolicyException(field + " is not a list");
        }
        List<JsonNode> elements = new ArrayList<>();
        node.forEach(elements::add);
        return elements;
    }

    private static Octets hex(JsonNode node, String what) {
        if (!node.isTextual()) {
            throw new InvalidPolicyException(what + " is not a string of hexadecimal digits");
        }
        return Octets.ofHex(node.asText());
    }

    private static int number(JsonNode node, String field, int least, int most) {
        JsonNode value = node.path(field);
        if (!value.isInt() || value.intValue() < least || value.intValue() > most) {
            throw new InvalidPolicyException(field + " is not a number from " + least + " to " + most);
        }
        return value.intValue();
    }

    private static boolean flag(JsonNode node, String field, boolean otherwise) {
        JsonNode value = node.path(field);
        if (value.isMissingNode()) {
            return otherwise;
        }
        if (!value.isBoolean()) {
            throw new InvalidPolicyException(field + " is neither true nor false");
        }
        return value.booleanValue();
    }

    private static void fields(JsonNode node, String what, Set<String> needed, Set<String> optional) {
        if (!node.isObject()) {
            throw new InvalidPolicyException(what + " is not an object");
        }
        Set<String> there = new TreeSet<>();
        node.fieldNames().forEachRemaining(there::add);
        for (String each : needed) {
            if (!there.contains(each)) {
                throw new InvalidPolicyException(what + " lacks the field '" + each + "'");
            }
        }
        for (String each : there) {
            if (!needed.contains(each) && !optional.contains(each)) {
                throw new InvalidPolicyException(what + " has the unknown field '" + each + "'");
            }
        }
    }
}
