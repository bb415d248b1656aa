package dev.candor.proving.commitment;

import dev.candor.proving.constraint.Check;
import dev.candor.proving.constraint.Functional;
import dev.candor.proving.constraint.LinearForm;
import dev.candor.proving.constraint.Point;
import dev.candor.proving.constraint.Segment;
import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The forms that have to be zero, in the order in which they were demanded. Not thread-safe. */
public final class LinearConstraints {

    private record Demand(Set<Check> checks, LinearForm form) {}

    /**
     * All constraints as one: the terms add up to {@code sum}.
     *
     * @param terms over all roots
     */
    public record Combined(List<RowTerm> terms, Extension sum) {}

    private final List<Demand> demands = new ArrayList<>();

    /** Demands that {@code form} is zero, for the sake of the given checks. */
    public void add(Set<Check> checks, LinearForm form) {
        demands.add(new Demand(checks, form));
    }

    public int size() {
        return demands.size();
    }

    /**
     * The combination of constraint j, counted from 0, with alpha^(j + 1).
     *
     * @param checks only constraints all of whose checks are among these have a part in it
     * @param pads the segment of the pad cells
     * @param layouts one for each root
     */
    public Combined combine(Field field, Extension alpha, Set<Check> checks, Segment pads, List<Layout> layouts) {
        Extension constant = Extension.ZERO;
        Extension power = Extension.ONE;
        ExtensionVector padWeights = new ExtensionVector(pads.columns());
        Map<Segment, Map<Point, ExtensionVector>> bySegment = new LinkedHashMap<>();
        for (Demand demand : demands) {
            power = field.mul(power, alpha);
            if (!checks.containsAll(demand.checks)) {
                continue;
            }
            constant = field.add(constant, field.mul(power, demand.form.constant()));
            for (LinearForm.PadTerm term : demand.form.pads()) {
                Extension weight = field.mul(power, term.coefficient());
                padWeights.set(term.cell(), field.add(padWeights.get(term.cell()), weight));
            }
            for (LinearForm.SegmentTerm term : demand.form.segments()) {
                addTo(field, bySegment, term.functional(), field.mul(power, term.coefficient()));
            }
        }
        List<RowTerm> terms = new ArrayList<>(layouts.get(pads.root()).terms(field, pads, Point.NONE, padWeights));
        bySegment.forEach((segment, byPoint) -> byPoint.forEach(
                (point, weights) -> terms.addAll(layouts.get(segment.root()).terms(field, segment, point, weights))));
        return new Combined(terms, field.neg(constant));
    }

    private static void addTo(
            Field field,
            Map<Segment, Map<Point, ExtensionVector>> bySegment,
            Functional functional,
            Extension coefficient) {
        int columns = functional.segment().columns();
        ExtensionVector weights = bySegment
                .computeIfAbsent(functional.segment(), _ -> new IdentityHashMap<>())
                .computeIfAbsent(functional.rows(), _ -> new ExtensionVector(columns));
        field.kernels().addScaled(coefficient, functional.weights(), functional.offset(), weights, 0, columns);
    }
}
