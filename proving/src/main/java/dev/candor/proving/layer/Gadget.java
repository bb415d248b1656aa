package dev.candor.proving.layer;

import dev.candor.proving.constraint.Circuit;
import dev.candor.proving.constraint.LinearForm;
import dev.candor.proving.constraint.Point;
import dev.candor.proving.constraint.Segment;
import dev.candor.proving.constraint.Session;
import dev.candor.proving.lookup.Lookup;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A node of a network as part of a proof. Immutable. */
interface Gadget {

    /** The segments of the model's commitment that hold its parameters. */
    default List<Segment> parameters() {
        return List.of();
    }

    /** The segments that it commits for each proof. */
    default List<Segment> cells() {
        return List.of();
    }

    default List<Lookup> lookups() {
        return List.of();
    }

    /** The branches that it needs. */
    default List<Circuit.Branch<NetworkWitness>> branches() {
        return List.of();
    }

    /** {@code sum over b, i of eq(rows, b) weights[i] value(b, i)} of its output. */
    LinearForm evaluate(Session session, Point rows, Weights weights, @Nullable NetworkWitness witness);

    /** Computes its cells and the rows of its look-ups. */
    default void fill(NetworkWitness witness) {}
}
