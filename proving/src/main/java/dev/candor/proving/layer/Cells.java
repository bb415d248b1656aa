package dev.candor.proving.layer;

import dev.candor.proving.constraint.Functional;
import dev.candor.proving.constraint.LinearForm;
import dev.candor.proving.constraint.Point;
import dev.candor.proving.constraint.Segment;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import dev.candor.proving.lookup.Lookup;

/** Segments with one row for each sample. */
final class Cells {

    private Cells() {}

    static LinearForm evaluate(Field f, Segment segment, Point rows, Weights weights) {
        return LinearForm.of(new Functional(segment, rows, weights.flat(f), 0));
    }

    /** The cells of a segment as an entry of looked-up tuples. */
    static Lookup.Component component(Segment segment) {
        return (_, rows, weights, offset) -> LinearForm.of(new Functional(segment, rows, weights, offset));
    }

    static ExtensionVector slice(ExtensionVector weights, int offset, int count) {
        return offset == 0 && count == weights.size() ? weights : weights.copyOfRange(offset, offset + count);
    }
}
