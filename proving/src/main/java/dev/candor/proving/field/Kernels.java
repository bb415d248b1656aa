package dev.candor.proving.field;

/**
 * Flat loops over arrays of field elements. Arrays are given with an offset and share a length; ranges that overlap must be the same
 * range. The methods here are the definition; a field overrides those for which it has something faster, and its tests compare the two.
 */
public interface Kernels {

    Field field();

    /** {@code out[i] = a[i] + b[i]}. */
    default void add(long[] a, int aAt, long[] b, int bAt, long[] out, int outAt, int length) {
        Field f = field();
        for (int i = 0; i < length; i++) {
            out[outAt + i] = f.add(a[aAt + i], b[bAt + i]);
        }
    }

    /** {@code out[i] = a[i] - b[i]}. */
    default void sub(long[] a, int aAt, long[] b, int bAt, long[] out, int outAt, int length) {
        Field f = field();
        for (int i = 0; i < length; i++) {
            out[outAt + i] = f.sub(a[aAt + i], b[bAt + i]);
        }
    }

    /** {@code out[i] = a[i] * b[i]}. */
    default void mul(long[] a, int aAt, long[] b, int bAt, long[] out, int outAt, int length) {
        Field f = field();
        for (int i = 0; i < length; i++) {
            out[outAt + i] = f.mul(a[aAt + i], b[bAt + i]);
        }
    }

    /** {@code out[i] = c * a[i]}. */
    default void scale(long c, long[] a, int aAt, long[] out, int outAt, int length) {
        Field f = field();
        for (int i = 0; i < length; i++) {
            out[outAt + i] = f.mul(c, a[aAt + i]);
        }
    }

    /** {@code acc[i] += c * a[i]} with c in K and a over F: how rows are combined. */
    default void addScaled(Extension c, long[] a, int aAt, ExtensionVector acc, int accAt, int length) {
        Field f = field();
        long[] acc0 = acc.plane(0);
        long[] acc1 = acc.plane(1);
        for (int i = 0; i < length; i++) {
            long x = a[aAt + i];
            acc0[accAt + i] = f.add(acc0[accAt + i], f.mul(c.c0(), x));
            acc1[accAt + i] = f.add(acc1[accAt + i], f.mul(c.c1(), x));
        }
    }

    /** {@code acc[i] += c * a[i]} over K. */
    default void addScaled(Extension c, ExtensionVector a, int aAt, ExtensionVector acc, int accAt, int length) {
        Field f = field();
        for (int i = 0; i < length; i++) {
            acc.set(accAt + i, f.add(acc.get(accAt + i), f.mul(c, a.get(aAt + i))));
        }
    }

    /** {@code acc[i] += a[i] * b[i]} with a over K and b over F. */
    default void addProduct(ExtensionVector a, int aAt, long[] b, int bAt, ExtensionVector acc, int accAt, int length) {
        Field f = field();
        for (int i = 0; i < length; i++) {
            acc.set(accAt + i, f.add(acc.get(accAt + i), f.mul(a.get(aAt + i), b[bAt + i])));
        }
    }

    /** {@code acc[i] += a[i] * b[i]} over K. */
    default void addProduct(
            ExtensionVector a, int aAt, ExtensionVector b, int bAt, ExtensionVector acc, int accAt, int length) {
        Field f = field();
        for (int i = 0; i < length; i++) {
            acc.set(accAt + i, f.add(acc.get(accAt + i), f.mul(a.get(aAt + i), b.get(bAt + i))));
        }
    }

    /** The sum of {@code a[i] * b[i]} with a over K and b over F. */
    default Extension innerProduct(ExtensionVector a, int aAt, long[] b, int bAt, int length) {
        Field f = field();
        Extension sum = Extension.ZERO;
        for (int i = 0; i < length; i++) {
            sum = f.add(sum, f.mul(a.get(aAt + i), b[bAt + i]));
        }
        return sum;
    }

    /** The sum of {@code a[i] * b[i]} over K. */
    default Extension innerProduct(ExtensionVector a, int aAt, ExtensionVector b, int bAt, int length) {
        Field f = field();
        Extension sum = Extension.ZERO;
        for (int i = 0; i < length; i++) {
            sum = f.add(sum, f.mul(a.get(aAt + i), b.get(bAt + i)));
        }
        return sum;
    }

    /**
     * Replaces every element by its inverse, with one inversion for all of them.
     *
     * @throws ArithmeticException if one of them is zero; the vector is then unchanged
     */
    default void invert(ExtensionVector a, int aAt, int length) {
        Field f = field();
        ExtensionVector prefix = new ExtensionVector(length);
        Extension product = Extension.ONE;
        for (int i = 0; i < length; i++) {
            prefix.set(i, product);
            product = f.mul(product, a.get(aAt + i));
        }
        Extension inverse = f.inv(product);
        for (int i = length - 1; i >= 0; i--) {
            Extension element = a.get(aAt + i);
            a.set(aAt + i, f.mul(inverse, prefix.get(i)));
            inverse = f.mul(inverse, element);
        }
    }

    /**
     * One level of a decimation-in-frequency transform that splits modulo X^2h - c^2 into X^h - c and X^h + c: on both halves of
     * {@code a[at .. at + 2h)} {@code (u, v)} becomes {@code (u + c v, u - c v)}.
     */
    default void split(long[] a, int at, int h, long c) {
        Field f = field();
        for (int i = at; i < at + h; i++) {
            long u = a[i];
            long v = f.mul(c, a[i + h]);
            a[i] = f.add(u, v);
            a[i + h] = f.sub(u, v);
        }
    }

    /** Twice the inverse of {@link #split}, given the inverse of c: {@code (u, v)} becomes {@code (u + v, (u - v) / c)}. */
    default void join(long[] a, int at, int h, long inverseOfC) {
        Field f = field();
        for (int i = at; i < at + h; i++) {
            long u = a[i];
            long v = a[i + h];
            a[i] = f.add(u, v);
            a[i + h] = f.mul(inverseOfC, f.sub(u, v));
        }
    }
}
