package dev.candor.proving.lookup;

import java.util.List;

/**
 * A public table of tuples of small integers.
 *
 * @param name unique within a proof
 * @param columns one to three columns of one length
 */
public record Table(String name, List<Column> columns) {

    /** The most columns. */
    public static final int MOST_COLUMNS = 3;

    /** The most rows. */
    public static final int MOST_ROWS = 1 << 17;

    /** The values of one column, row by row. */
    @FunctionalInterface
    public interface Values {
        long at(int row);
    }

    /** One column. */
    public record Column(int rows, Values values) {}

    public Table {
        columns = List.copyOf(columns);
        int rows = columns.isEmpty() ? 0 : columns.getFirst().rows();
        if (columns.size() > MOST_COLUMNS
                || rows < 1
                || rows > MOST_ROWS
                || columns.stream().anyMatch(column -> column.rows() != rows)) {
            throw new IllegalArgumentException("The table " + name + " has " + columns.size() + " columns of " + rows
                    + " rows, which is not supported.");
        }
    }

    public int rows() {
        return columns.getFirst().rows();
    }

    /** A table of {@code rows} rows with the given columns. */
    public static Table of(String name, int rows, Values... columns) {
        return new Table(
                name,
                java.util.Arrays.stream(columns)
                        .map(values -> new Column(rows, values))
                        .toList());
    }

    /** The integers from {@code low} on. */
    public static Table range(String name, long low, int rows) {
        return of(name, rows, row -> low + row);
    }
}
