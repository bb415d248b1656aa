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
     * One level of a transform that splits modulo X^2h - c^2 into X^h - c and X^h + c, on {@code blocks} blocks of 2h elements from
     * {@code at}, with c from {@code constants} for each: on the two halves of a block {@code (u, v)} becomes {@code (u + c v, u - c v)}.
     */
    default void split(long[] a, int at, int h, int blocks, long[] constants, int constantsAt) {
        Field f = field();
        for (int block = 0; block < blocks; block++) {
            long c = constants[constantsAt + block];
            int start = at + 2 * h * block;
            for (int i = start; i < start + h; i++) {
                long u = a[i];
                long v = f.mul(c, a[i + h]);
                a[i] = f.add(u, v);
                a[i + h] = f.sub(u, v);
            }
        }
    }

    /** Twice the inverse of {@link #split}, given the inverses of the constants: {@code (u, v)} becomes {@code (u + v, (u - v) / c)}. */
    default void join(long[] a, int at, int h, int blocks, long[] inverses, int inversesAt) {
        Field f = field();
        for (int block = 0; block < blocks; block++) {
            long inverse = inverses[inversesAt + block];
            int start = at + 2 * h * block;
            for (int i = start; i < start + h; i++) {
                long u = a[i];
                long v = a[i + h];
                a[i] = f.add(u, v);
                a[i + h] = f.mul(inverse, f.sub(u, v));
            }
        }
    }

    /** One level of a table of eq: {@code a[i + half] = r a[i]}, then {@code a[i] -= a[i + half]}, for i below {@code half}. */
    default void expand(ExtensionVector a, int half, Extension r) {
        Field f = field();
        for (int i = 0; i < half; i++) {
            Extension whole = a.get(i);
            Extension one = f.mul(r, whole);
            a.set(i + half, one);
            a.set(i, f.sub(whole, one));
        }
    }

    /** {@code out[i] = a[i] + r (a[i + half] - a[i])} with a over F. */
    default void fold(long[] a, int aAt, Extension r, ExtensionVector out, int outAt, int half) {
        Field f = field();
        for (int i = 0; i < half; i++) {
            long low = a[aAt + i];
            long difference = f.sub(a[aAt + i + half], low);
            out.set(outAt + i, f.add(Extension.of(low), f.mul(r, difference)));
        }
    }

    /** {@code a[i] += r (a[i + half] - a[i])} over K for {@code half} elements. */
    default void fold(ExtensionVector a, int aAt, int half, Extension r) {
        fold(a, aAt, half, half, r);
    }

    /** The same for {@code length} elements only: disjoint parts may be folded at the same time. */
    default void fold(ExtensionVector a, int aAt, int half, int length, Extension r) {
        Field f = field();
        for (int i = aAt; i < aAt + length; i++) {
            Extension low = a.get(i);
            a.set(i, f.add(low, f.mul(r, f.sub(a.get(i + half), low))));
        }
    }

    /**
     * The round polynomial of a sum of products {@code a[x] b[x]} over K in its first variable T: coefficients of 1, T and T^2, where a and b
     * have {@code half} elements for T = 0 and then as many for T = 1.
     */
    default ExtensionVector productRound(ExtensionVector a, int aAt, ExtensionVector b, int bAt, int half) {
        Field f = field();
        Extension constant = Extension.ZERO;
        Extension atOne = Extension.ZERO;
        Extension square = Extension.ZERO;
        for (int i = 0; i < half; i++) {
            Extension a0 = a.get(aAt + i);
            Extension a1 = a.get(aAt + i + half);
            Extension b0 = b.get(bAt + i);
            Extension b1 = b.get(bAt + i + half);
            constant = f.add(constant, f.mul(a0, b0));
            atOne = f.add(atOne, f.mul(a1, b1));
            square = f.add(square, f.mul(f.sub(a1, a0), f.sub(b1, b0)));
        }
        return ExtensionVector.of(constant, f.sub(f.sub(atOne, constant), square), square);
    }

    /** As {@link #productRound(ExtensionVector, int, ExtensionVector, int, int)} with b over F. */
    default ExtensionVector productRound(ExtensionVector a, int aAt, long[] b, int bAt, int half) {
        Field f = field();
        Extension constant = Extension.ZERO;
        Extension atOne = Extension.ZERO;
        Extension square = Extension.ZERO;
        for (int i = 0; i < half; i++) {
            Extension a0 = a.get(aAt + i);
            Extension a1 = a.get(aAt + i + half);
            long b0 = b[bAt + i];
            long b1 = b[bAt + i + half];
            constant = f.add(constant, f.mul(a0, b0));
            atOne = f.add(atOne, f.mul(a1, b1));
            square = f.add(square, f.mul(f.sub(a1, a0), f.sub(b1, b0)));
        }
        return ExtensionVector.of(constant, f.sub(f.sub(atOne, constant), square), square);
    }

    /**
     * The inner part of a round of a fraction sum: with numerators p and denominators q, each of four blocks of {@code half} elements (left
     * child at T = 0, left at T = 1, right at T = 0, right at T = 1), the coefficients of 1 and T^2 of the sum over x from {@code from} to
     * {@code to} of {@code eq[x] (p_L q_R + p_R q_L + lambda q_L q_R)(T, x)}. That of T follows from the claim.
     */
    default ExtensionVector fractionRound(
            ExtensionVector p, ExtensionVector q, ExtensionVector eq, Extension lambda, int half, int from, int to) {
        Field f = field();
        Extension constant = Extension.ZERO;
        Extension square = Extension.ZERO;
        for (int i = from; i < to; i++) {
            Extension weight = eq.get(i);
            Extension pl0 = p.get(i);
            Extension pl1 = p.get(i + half);
            Extension pr0 = p.get(i + 2 * half);
            Extension pr1 = p.get(i + 3 * half);
            Extension ql0 = q.get(i);
            Extension ql1 = q.get(i + half);
            Extension qr0 = q.get(i + 2 * half);
            Extension qr1 = q.get(i + 3 * half);
            constant = f.add(constant, f.mul(weight, fractionTerm(f, pl0, pr0, ql0, qr0, lambda)));
            Extension slope =
                    fractionTerm(f, f.sub(pl1, pl0), f.sub(pr1, pr0), f.sub(ql1, ql0), f.sub(qr1, qr0), lambda);
            square = f.add(square, f.mul(weight, slope));
        }
        return ExtensionVector.of(constant, square);
    }

    private static Extension fractionTerm(
            Field f, Extension pl, Extension pr, Extension ql, Extension qr, Extension lambda) {
        Extension left = f.add(pl, f.mul(lambda, ql));
        return f.add(f.mul(left, qr), f.mul(pr, ql));
    }

    /** {@code out[o] = sum over k of r[k] W[k][o]} for an int8 matrix of {@code rows} x {@code columns}. */
    default void foldRows(ExtensionVector r, byte[] matrix, int rows, int columns, ExtensionVector out) {
        Field f = field();
        for (int o = 0; o < columns; o++) {
            Extension sum = Extension.ZERO;
            for (int k = 0; k < rows; k++) {
                sum = f.add(sum, f.mul(r.get(k), f.fromSigned(matrix[k * columns + o])));
            }
            out.set(o, sum);
        }
    }

    /** {@code out[k] = sum over o of W[k][o] r[o]} for an int8 matrix of {@code rows} x {@code columns}. */
    default void foldColumns(ExtensionVector r, byte[] matrix, int rows, int columns, ExtensionVector out) {
        Field f = field();
        for (int k = 0; k < rows; k++) {
            Extension sum = Extension.ZERO;
            for (int o = 0; o < columns; o++) {
                sum = f.add(sum, f.mul(r.get(o), f.fromSigned(matrix[k * columns + o])));
            }
            out.set(k, sum);
        }
    }
}
