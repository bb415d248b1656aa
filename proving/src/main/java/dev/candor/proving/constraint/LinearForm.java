package dev.candor.proving.constraint;

import dev.candor.proving.field.Extension;
import dev.candor.proving.field.Field;
import java.util.ArrayList;
import java.util.List;

/**
 * An affine form with public coefficients in hidden quantities: a constant, cells of the pad segment, and functionals of segments.
 * Immutable. Whoever proves also knows its value; whoever verifies does not.
 */
public final class LinearForm {

    /** {@code coefficient * pad cell}. */
    public record PadTerm(int cell, Extension coefficient) {}

    /** {@code coefficient * functional}. */
    public record SegmentTerm(Functional functional, Extension coefficient) {}

    public static final LinearForm ZERO = new LinearForm(Extension.ZERO, List.of(), List.of());

    private final Extension constant;
    private final List<PadTerm> pads;
    private final List<SegmentTerm> segments;

    private LinearForm(Extension constant, List<PadTerm> pads, List<SegmentTerm> segments) {
        this.constant = constant;
        this.pads = pads;
        this.segments = segments;
    }

    public static LinearForm constant(Extension value) {
        return new LinearForm(value, List.of(), List.of());
    }

    public static LinearForm pad(int cell) {
        return new LinearForm(Extension.ZERO, List.of(new PadTerm(cell, Extension.ONE)), List.of());
    }

    public static LinearForm of(Functional functional) {
        return new LinearForm(Extension.ZERO, List.of(), List.of(new SegmentTerm(functional, Extension.ONE)));
    }

    public Extension constant() {
        return constant;
    }

    public List<PadTerm> pads() {
        return pads;
    }

    public List<SegmentTerm> segments() {
        return segments;
    }

    public LinearForm plus(Field field, LinearForm other) {
        return new LinearForm(
                field.add(constant, other.constant), joined(pads, other.pads), joined(segments, other.segments));
    }

    public LinearForm plus(Field field, Extension value) {
        return new LinearForm(field.add(constant, value), pads, segments);
    }

    public LinearForm minus(Field field, LinearForm other) {
        return plus(field, other.times(field, field.neg(Extension.ONE)));
    }

    public LinearForm times(Field field, Extension factor) {
        List<PadTerm> scaledPads = new ArrayList<>(pads.size());
        for (PadTerm term : pads) {
            scaledPads.add(new PadTerm(term.cell(), field.mul(factor, term.coefficient())));
        }
        List<SegmentTerm> scaledSegments = new ArrayList<>(segments.size());
        for (SegmentTerm term : segments) {
            scaledSegments.add(new SegmentTerm(term.functional(), field.mul(factor, term.coefficient())));
        }
        return new LinearForm(field.mul(factor, constant), scaledPads, scaledSegments);
    }

    public LinearForm times(Field field, long factor) {
        return times(field, Extension.of(factor));
    }

    private static <T> List<T> joined(List<T> a, List<T> b) {
        if (a.isEmpty()) {
            return b;
        }
        if (b.isEmpty()) {
            return a;
        }
        List<T> all = new ArrayList<>(a.size() + b.size());
        all.addAll(a);
        all.addAll(b);
        return all;
    }

    /** Counts only: coefficients are public, but a form is never of use in a log. */
    @Override
    public String toString() {
        return "LinearForm[" + pads.size() + " pads, " + segments.size() + " functionals]";
    }
}
