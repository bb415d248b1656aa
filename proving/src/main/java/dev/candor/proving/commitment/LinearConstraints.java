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

/** The forms that have to be zero, in the order in which the branches demanded them. Not thread-safe. */
public final class LinearConstraints {

    private record Demand(Check check, LinearForm form) {}

    /**
     * All constraints as one: the terms add up to {@code sum}.
     *
     * @param terms over all roots
     */
    public record Combined(List<RowTerm> terms, Extension sum) {}

    private final List<Demand> demands = new ArrayList<>();

    public void add(Check check, LinearForm form) {
        demands.add(new Demand(check, form));
    }

    public void addAll(LinearConstraints other) {
        demands.addAll(other.demands);
    }

    public int size() {
        return demands.size();
    }

    /**
     * The combination of constraint j with alpha^(j + 1).
     *
     * @param pads the segment of the pad cells
     * @param layouts one for each root
     */
    public Combined combine(Field field, Extension alpha, Segment pads, List<Layout> layouts) {
        Extension constant = Extension.ZERO;
        Extension power = Extension.ONE;
        ExtensionVector padWeights = new ExtensionVector(pads.columns());
        Map<Segment, Map<Point, ExtensionVector>> bySegment = new LinkedHashMap<>();
        for (Demand demand : demands) {
            power = field.mul(power, alpha);
            constant = field.add(constant, field.mul(power, demand.form.constant()));
            for (LinearForm.PadTerm term : demand.form.pads()) {
                Extension weight = field.mul(power, term.coefficient());
                padWeights.set(term.cell(), field.add(padWeights.get(term.cell()), weight));
            }
            for (LinearForm.SegmentTerm term : demand.form.segments()) {
                Functional functional = term.functional();
                Segment segment = functional.segment();
                ExtensionVector weights = bySegment
                        .computeIfAbsent(segment, _ -> new IdentityHashMap<>())
                        .computeIfAbsent(functional.rows(), _ -> new ExtensionVector(segment.columns()));
                field.kernels().addScaled(
                        field.mul(power, term.coefficient()),
                        functional.weights(),
                        functional.offset(),
                        weights,
                        0,
                        segment.columns());
            }
        }
        List<RowTerm> terms = new ArrayList<>(layouts.get(pads.root()).terms(field, pads, Point.NONE, padWeights));
        bySegment.forEach((segment, byPoint) -> byPoint.forEach((point, weights) ->
                terms.addAll(layouts.get(segment.root()).terms(field, segment, point, weights))));
        return new Combined(terms, field.neg(constant));
    }
}
