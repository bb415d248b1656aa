package dev.candor.proving.lookup;

import dev.candor.proving.constraint.LinearForm;
import dev.candor.proving.constraint.Point;
import dev.candor.proving.constraint.Session;
import dev.candor.proving.field.ExtensionVector;
import java.util.List;

/**
 * Tuples that have to be rows of a table: for each of {@code slots} places in a sample, one in each sample of the batch.
 *
 * @param name unique within a proof
 * @param components as many as the table has columns
 */
public record Lookup(String name, Table table, int slots, List<Component> components) {

    /** One entry of the tuples: a linear function of hidden or public cells. */
    @FunctionalInterface
    public interface Component {

        /** {@code sum over b, i of eq(rows, b) * weights[offset + i] * entry(b, i)} over all samples b and slots i. */
        LinearForm evaluate(Session session, Point rows, ExtensionVector weights, int offset);
    }

    public Lookup {
        components = List.copyOf(components);
        if (components.size() != table.columns().size() || slots < 1) {
            throw new IllegalArgumentException("The look-up " + name + " does not fit the table " + table.name() + ".");
        }
    }
}
