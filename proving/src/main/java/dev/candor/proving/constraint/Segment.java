package dev.candor.proving.constraint;

import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * A committed matrix of {@code rows} times {@code columns} cells, the unit that claims are about. How its cells lie in the rows of the
 * commitment is the layout's business; cells of the commitment that belong to no cell of a segment occur in no claim.
 *
 * @param name unique within a proof; part of no message
 * @param root the commitment that holds it, counted from 0
 * @param kind whether a cell is an element of F, or one of K, held as its two coordinates
 * @param rows at least 1; a segment over K has one row
 * @param columns at least 1
 */
public record Segment(String name, int root, Kind kind, int rows, int columns) {

    /** What a cell is. */
    public enum Kind {
        BASE,
        EXTENSION
    }

    public Segment {
        if (root < 0 || rows < 1 || columns < 1 || (kind == Kind.EXTENSION && rows != 1)) {
            throw new IllegalArgumentException(
                    "Segment " + name + " has no such shape: root " + root + ", " + rows + " x " + columns + ".");
        }
    }

    /** The number of variables that an index of a row has: the logarithm of {@code rows}, rounded up. */
    public int rowVariables() {
        return logarithm(rows);
    }

    /** The least e with 2^e at least {@code count}. */
    public static int logarithm(int count) {
        return Integer.SIZE - Integer.numberOfLeadingZeros(count - 1);
    }

    /**
     * Things that will lie one behind the other, those first whose sizes are divisible by a larger power of two, others in the order given: each
     * then begins at a multiple of the largest power of two that divides its size.
     */
    public static <T> List<T> aligned(List<T> things, ToLongFunction<T> size) {
        return things.stream()
                .sorted(Comparator.comparingInt(thing -> -Long.numberOfTrailingZeros(size.applyAsLong(thing))))
                .toList();
    }
}
