package dev.candor.proving.registration;

import dev.candor.proving.constraint.Check;
import dev.candor.proving.constraint.Circuit;
import dev.candor.proving.constraint.Functional;
import dev.candor.proving.constraint.LinearForm;
import dev.candor.proving.constraint.Point;
import dev.candor.proving.constraint.Segment;
import dev.candor.proving.constraint.Session;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import dev.candor.proving.layer.ModelCells;
import dev.candor.proving.network.Architecture;
import java.util.ArrayList;
import java.util.List;

/**
 * Two commitments hold the same parameters: for each segment one equation, that the extensions of both agree at a random point. No value is
 * sent. Root 0 holds the masks of this proof only, root 1 is the earlier commitment, root 2 the later one.
 */
public final class RollOverCircuit {

    private static final int LATER = 2;

    private RollOverCircuit() {}

    /** What whoever proves knows besides the commitments: nothing. */
    public record Nothing() {}

    public static Circuit<Nothing> of(Architecture architecture) {
        List<Segment> earlier = ModelCells.segments(architecture.nodes());
        List<Segment> later = new ArrayList<>();
        for (Segment segment : earlier) {
            later.add(new Segment(segment.name(), LATER, segment.kind(), segment.rows(), segment.columns()));
        }
        Circuit.Branch<Nothing> branch = new Circuit.Branch<>() {
            @Override
            public String name() {
                return "roll-over";
            }

            @Override
            public void run(Session session, @org.jspecify.annotations.Nullable Nothing witness) {
                for (int i = 0; i < earlier.size(); i++) {
                    demandEqual(session, earlier.get(i), later.get(i));
                }
            }
        };
        return new Circuit<>(List.of(List.of(), earlier, later), List.of(branch), 0);
    }

    private static void demandEqual(Session session, Segment earlier, Segment later) {
        Field f = session.field();
        Point rows = session.point("rows", earlier.rowVariables());
        ExtensionVector columns =
                session.point("columns", Segment.logarithm(earlier.columns())).table(f, earlier.columns());
        LinearForm difference = LinearForm.of(new Functional(earlier, rows, columns, 0))
                .minus(f, LinearForm.of(new Functional(later, rows, columns, 0)));
        session.zero(Check.ROLL_OVER, difference);
    }
}
