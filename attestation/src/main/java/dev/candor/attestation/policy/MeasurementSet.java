package dev.candor.attestation.policy;

import dev.candor.attestation.evidence.Kind;
import dev.candor.attestation.wire.Octets;
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

    /** Whether evidence of {@code kind} with {@code measured} has each of these values. */
    public boolean matches(Kind evidence, Map<String, Octets> measured) {
        return kind == evidence
                && values.entrySet().stream().allMatch(each -> each.getValue().equals(measured.get(each.getKey())));
    }
}
