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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
        Map<Weighed, Extension> functionals = new LinkedHashMap<>();
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
                functionals.merge(new Weighed(term.functional()), field.mul(power, term.coefficient()), field::add);
            }
        }
        functionals.put(new Weighed(new Functional(pads, Point.NONE, padWeights, 0)), Extension.ONE);
        List<RowTerm> terms = new ArrayList<>();
        functionals.forEach((weighed, coefficient) -> {
            Functional functional = weighed.functional;
            Layout layout = layouts.get(functional.segment().root());
            terms.addAll(layout.terms(field, functional, coefficient));
        });
        return new Combined(terms, field.neg(constant));
    }

    /** A functional, the same as another where segment, point and weights are the same. */
    private static final class Weighed {

        private final Functional functional;

        Weighed(Functional functional) {
            this.functional = functional;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Weighed that
                    && that.functional.segment().equals(functional.segment())
                    && (that.functional.rows() == functional.rows()
                            || functional.rows().size() == 0)
                    && that.functional.weights() == functional.weights()
                    && that.functional.offset() == functional.offset();
        }

        @Override
        public int hashCode() {
            return Objects.hash(
                    functional.segment(), System.identityHashCode(functional.weights()), functional.offset());
        }
    }
}
