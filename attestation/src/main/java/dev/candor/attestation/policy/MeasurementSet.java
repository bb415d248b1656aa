package dev.candor.attestation.policy;

import dev.candor.attestation.evidence.Kind;
import dev.candor.attestation.wire.Octets;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Some measurements of evidence of one kind, under a name that people know them by.
 *
 * @param kind of the evidence
 * @param name for sentences: a release, or why it is revoked
 * @param values by the measurements' names; at least one
 */
public record MeasurementSet(Kind kind, String name, SortedMap<String, Octets> values) {
    /** Copies the map. */
    public MeasurementSet {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("the measurements '" + name + "' name no value");
        }
        values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    }

    /**
     * The 32 bytes under which a node is registered as running this: {@code SHA-256("candor-measurements-v1" NUL | u8 kind | for each value, by name: u16
     * length and name, u16 length and bytes)}. The set's own name is not part of it.
     */
    public Octets digest() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes("candor-measurements-v1\0".getBytes(StandardCharsets.US_ASCII));
        out.write(kind.code());
        values.forEach((name, value) -> {
            sized(out, name.getBytes(StandardCharsets.UTF_8));
            sized(out, value.toArray());
        });
        return Octets.copyOf(out.toByteArray()).sha256();
    }

    /** Whether evidence of {@code kind} with {@code measured} has each of these values. */
    public boolean matches(Kind evidence, Map<String, Octets> measured) {
        return kind == evidence
                && values.entrySet().stream().allMatch(each -> each.getValue().equals(measured.get(each.getKey())));
    }

    private static void sized(ByteArrayOutputStream out, byte[] bytes) {
        out.write(bytes.length >>> 8);
        out.write(bytes.length);
        out.writeBytes(bytes);
    }
}
