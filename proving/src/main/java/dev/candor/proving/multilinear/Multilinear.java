package dev.candor.proving.multilinear;

import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import java.util.List;

/**
 * Multilinear extensions of tables. A table of 2^m values belongs to points of m coordinates; the first coordinate is the highest bit of an
 * index, so fixing it joins the lower half of the table with the upper.
 */
public final class Multilinear {

    private Multilinear() {}

    /** The least m with 2^m at least {@code size}. */
    public static int log(int size) {
        if (size < 1) {
            throw new IllegalArgumentException("A table has at least one value, not " + size + ".");
        }
        return Integer.SIZE - Integer.numberOfLeadingZeros(size - 1);
    }

    /** eq(r, x) for bits or for any two points: the product of r_i x_i + (1 - r_i)(1 - x_i). */
    public static Extension eq(Field f, List<Extension> r, List<Extension> x) {
        if (r.size() != x.size()) {
            throw new IllegalArgumentException(
                    "Points of " + r.size() + " and " + x.size() + " coordinates have no eq.");
        }
        Extension product = Extension.ONE;
        for (int i = 0; i < r.size(); i++) {
            Extension both = f.mul(r.get(i), x.get(i));
            Extension neither = f.mul(f.sub(Extension.ONE, r.get(i)), f.sub(Extension.ONE, x.get(i)));
            product = f.mul(product, f.add(both, neither));
        }
        return product;
    }

    /** The table of eq(r, x) over all bit strings x: 2^m elements for a point of m coordinates. */
    public static ExtensionVector eqTable(Field f, List<Extension> r) {
        return eqTable(f, r, Extension.ONE);
    }

    /** The table of {@code scale} eq(r, x). */
    public static ExtensionVector eqTable(Field f, List<Extension> r, Extension scale) {
        if (r.size() > 26) {
            throw new IllegalArgumentException(
                    "A table of eq for " + r.size() + " coordinates is too large; at most 26.");
        }
        ExtensionVector table = new ExtensionVector(1 << r.size());
        table.set(0, scale);
        for (int i = r.size() - 1, half = 1; i >= 0; i--, half <<= 1) {
            f.kernels().expand(table, half, r.get(i));
        }
        return table;
    }

    /** Fixes the first coordinate of a table over F: {@code out[i] = a[i] + r (a[i + half] - a[i])}, a table over K of half the size. */
    public static ExtensionVector fold(Field f, long[] table, Extension r) {
        ExtensionVector out = new ExtensionVector(half(table.length));
        f.kernels().fold(table, 0, r, out, 0, table.length / 2);
        return out;
    }

    /** Fixes the first coordinate of the table in the first {@code size} elements, in place; the result is in the first half of them. */
    public static void fold(Field f, ExtensionVector table, int size, Extension r) {
        f.kernels().fold(table, 0, half(size), r);
    }

    private static int half(int size) {
        if (size < 2 || Integer.bitCount(size) != 1) {
            throw new IllegalArgumentException(
                    "Only a table of at least two values, a power of two, can be folded, not one of " + size + ".");
        }
        return size / 2;
    }

    /** The extension of a table over F at a point. */
    public static Extension evaluate(Field f, long[] table, List<Extension> point) {
        checkPoint(table.length, point);
        return f.kernels().innerProduct(eqTable(f, point), 0, table, 0, table.length);
    }

    /** The extension of a table over K at a point. */
    public static Extension evaluate(Field f, ExtensionVector table, List<Extension> point) {
        checkPoint(table.size(), point);
        return f.kernels().innerProduct(eqTable(f, point), 0, table, 0, table.size());
    }

    private static void checkPoint(int size, List<Extension> point) {
        if (size != 1 << point.size()) {
            throw new IllegalArgumentException(
                    "A table of " + size + " values has no value at a point of " + point.size() + " coordinates.");
        }
    }
}
