package dev.candor.proving.constraint;

import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import dev.candor.proving.multilinear.Multilinear;
import java.util.List;

/**
 * A point of K^m. Its first coordinate belongs to the highest bit of an index. Two claims share work where they share the <em>same</em>
 * point, so points are compared by identity.
 */
public final class Point {

    /** The point without coordinates. */
    public static final Point NONE = new Point(List.of());

    private final List<Extension> coordinates;

    public Point(List<Extension> coordinates) {
        this.coordinates = List.copyOf(coordinates);
    }

    public int size() {
        return coordinates.size();
    }

    public Extension get(int index) {
        return coordinates.get(index);
    }

    public List<Extension> coordinates() {
        return coordinates;
    }

    /** The point with the coordinates {@code from} (inclusive) to {@code to} (exclusive). */
    public Point slice(int from, int to) {
        return new Point(coordinates.subList(from, to));
    }

    /** {@code eq(point, i)} for all i below {@code count}, which is at most 2^m. */
    public ExtensionVector table(Field field, int count) {
        ExtensionVector full = Multilinear.eqTable(field, coordinates);
        if (count < 1 || count > full.size()) {
            throw new IllegalArgumentException("A point of " + size() + " coordinates has no table of " + count + ".");
        }
        return count == full.size() ? full : full.copyOfRange(0, count);
    }

    /**
     * The sum of {@code eq(point, i)} over i below {@code count}: the extension of the indicator of those indices. At each bit that is 1 in
     * {@code count}, the indices with the bits above it and a 0 there are all below.
     */
    public Extension indicator(Field field, int count) {
        if (count < 0 || count > 1L << size()) {
            throw new IllegalArgumentException("A point of " + size() + " coordinates has no " + count + " indices.");
        }
        if (count == 1L << size()) {
            return Extension.ONE;
        }
        Extension sum = Extension.ZERO;
        Extension above = Extension.ONE;
        for (int i = 0; i < size(); i++) {
            Extension zero = field.mul(above, field.sub(Extension.ONE, get(i)));
            if (((count >>> (size() - 1 - i)) & 1) == 0) {
                above = zero;
            } else {
                sum = field.add(sum, zero);
                above = field.mul(above, get(i));
            }
        }
        return sum;
    }
}
