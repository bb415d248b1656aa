package dev.candor.proving.constraint;

import dev.candor.proving.field.ExtensionVector;

/**
 * The linear functional {@code sum over b, i of eq(rows, b) * weights[offset + i] * cell(b, i)} of a segment. True cells only: no other
 * cell of the commitment has a coefficient.
 *
 * @param rows a point with as many coordinates as a row index of the segment has
 * @param weights public; shared, not copied, and not changed afterwards
 */
public record Functional(Segment segment, Point rows, ExtensionVector weights, int offset) {
    public Functional {
        if (rows.size() != segment.rowVariables() || offset < 0 || offset + segment.columns() > weights.size()) {
            throw new IllegalArgumentException("A functional of " + segment.name() + " does not have its shape.");
        }
    }
}
