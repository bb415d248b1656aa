package dev.candor.proving.field;

/** Kernels by the Vector API: the generated loops of a field, and {@link Kernels} for what they leave over. */
final class VectorKernels implements Kernels {

    private final Field field;
    private final VectorLoops loops;
    private final int lanes;

    VectorKernels(Field field, VectorLoops loops) {
        this.field = field;
        this.loops = loops;
        this.lanes = loops.lanes();
    }

    @Override
    public Field field() {
        return field;
    }

    @Override
    public void add(long[] a, int aAt, long[] b, int bAt, long[] out, int outAt, int length) {
        int done = loops.add(a, aAt, b, bAt, out, outAt, length);
        Kernels.super.add(a, aAt + done, b, bAt + done, out, outAt + done, length - done);
    }

    @Override
    public void sub(long[] a, int aAt, long[] b, int bAt, long[] out, int outAt, int length) {
        int done = loops.sub(a, aAt, b, bAt, out, outAt, length);
        Kernels.super.sub(a, aAt + done, b, bAt + done, out, outAt + done, length - done);
    }

    @Override
    public void mul(long[] a, int aAt, long[] b, int bAt, long[] out, int outAt, int length) {
        int done = loops.mul(a, aAt, b, bAt, out, outAt, length);
        Kernels.super.mul(a, aAt + done, b, bAt + done, out, outAt + done, length - done);
    }

    @Override
    public void scale(long c, long[] a, int aAt, long[] out, int outAt, int length) {
        int done = loops.scale(c, a, aAt, out, outAt, length);
        Kernels.super.scale(c, a, aAt + done, out, outAt + done, length - done);
    }

    @Override
    public void addScaled(Extension c, long[] a, int aAt, ExtensionVector acc, int accAt, int length) {
        loops.addScaled(c.c0(), a, aAt, acc.plane(0), accAt, length);
        int done = loops.addScaled(c.c1(), a, aAt, acc.plane(1), accAt, length);
        Kernels.super.addScaled(c, a, aAt + done, acc, accAt + done, length - done);
    }

    @Override
    public void addScaled(Extension c, ExtensionVector a, int aAt, ExtensionVector acc, int accAt, int length) {
        int done =
                loops.addScaled(c.c0(), c.c1(), a.plane(0), a.plane(1), aAt, acc.plane(0), acc.plane(1), accAt, length);
        Kernels.super.addScaled(c, a, aAt + done, acc, accAt + done, length - done);
    }

    @Override
    public void addProduct(ExtensionVector a, int aAt, long[] b, int bAt, ExtensionVector acc, int accAt, int length) {
        loops.addProduct(a.plane(0), aAt, b, bAt, acc.plane(0), accAt, length);
        int done = loops.addProduct(a.plane(1), aAt, b, bAt, acc.plane(1), accAt, length);
        Kernels.super.addProduct(a, aAt + done, b, bAt + done, acc, accAt + done, length - done);
    }

    @Override
    public void addProduct(
            ExtensionVector a, int aAt, ExtensionVector b, int bAt, ExtensionVector acc, int accAt, int length) {
        int done = loops.addProduct(
                a.plane(0), a.plane(1), aAt, b.plane(0), b.plane(1), bAt, acc.plane(0), acc.plane(1), accAt, length);
        Kernels.super.addProduct(a, aAt + done, b, bAt + done, acc, accAt + done, length - done);
    }

    @Override
    public Extension innerProduct(ExtensionVector a, int aAt, long[] b, int bAt, int length) {
        long[][] sums = new long[2][lanes];
        loops.innerProduct(a.plane(0), aAt, b, bAt, length, sums);
        long c0 = total(sums[0]);
        int done = loops.innerProduct(a.plane(1), aAt, b, bAt, length, sums);
        Extension rest = Kernels.super.innerProduct(a, aAt + done, b, bAt + done, length - done);
        return field.add(new Extension(c0, total(sums[0])), rest);
    }

    @Override
    public Extension innerProduct(ExtensionVector a, int aAt, ExtensionVector b, int bAt, int length) {
        long[][] sums = new long[2][lanes];
        int done = loops.innerProduct(a.plane(0), a.plane(1), aAt, b.plane(0), b.plane(1), bAt, length, sums);
        Extension rest = Kernels.super.innerProduct(a, aAt + done, b, bAt + done, length - done);
        return field.add(element(sums, 0), rest);
    }

    @Override
    public void split(long[] a, int at, int h, int blocks, long[] constants, int constantsAt) {
        if (h % lanes == 0) {
            loops.split(a, at, h, blocks, constants, constantsAt);
        } else {
            Kernels.super.split(a, at, h, blocks, constants, constantsAt);
        }
    }

    @Override
    public void join(long[] a, int at, int h, int blocks, long[] inverses, int inversesAt) {
        if (h % lanes == 0) {
            loops.join(a, at, h, blocks, inverses, inversesAt);
        } else {
            Kernels.super.join(a, at, h, blocks, inverses, inversesAt);
        }
    }

    @Override
    public void expand(ExtensionVector a, int half, Extension r) {
        if (half % lanes == 0) {
            loops.expand(a.plane(0), a.plane(1), half, r.c0(), r.c1(), half);
        } else {
            Kernels.super.expand(a, half, r);
        }
    }

    @Override
    public void fold(long[] a, int aAt, Extension r, ExtensionVector out, int outAt, int half) {
        if (half % lanes == 0) {
            loops.fold(a, aAt, r.c0(), r.c1(), out.plane(0), out.plane(1), outAt, half, half);
        } else {
            Kernels.super.fold(a, aAt, r, out, outAt, half);
        }
    }

    @Override
    public void fold(ExtensionVector a, int aAt, int half, int length, Extension r) {
        if (length % lanes == 0) {
            loops.fold(a.plane(0), a.plane(1), aAt, half, r.c0(), r.c1(), length);
        } else {
            Kernels.super.fold(a, aAt, half, length, r);
        }
    }

    @Override
    public ExtensionVector productRound(ExtensionVector a, int aAt, ExtensionVector b, int bAt, int half) {
        if (half % lanes != 0) {
            return Kernels.super.productRound(a, aAt, b, bAt, half);
        }
        long[][] sums = new long[6][lanes];
        loops.productRound(a.plane(0), a.plane(1), aAt, b.plane(0), b.plane(1), bAt, half, half, sums);
        return polynomial(element(sums, 0), element(sums, 1), element(sums, 2));
    }

    @Override
    public ExtensionVector productRound(ExtensionVector a, int aAt, long[] b, int bAt, int half) {
        if (half % lanes != 0) {
            return Kernels.super.productRound(a, aAt, b, bAt, half);
        }
        long[][] low = new long[3][lanes];
        long[][] high = new long[3][lanes];
        loops.productRound(a.plane(0), aAt, b, bAt, half, half, low);
        loops.productRound(a.plane(1), aAt, b, bAt, half, half, high);
        return polynomial(
                new Extension(total(low[0]), total(high[0])),
                new Extension(total(low[1]), total(high[1])),
                new Extension(total(low[2]), total(high[2])));
    }

    @Override
    public ExtensionVector fractionRound(
            ExtensionVector p, ExtensionVector q, ExtensionVector eq, Extension lambda, int half, int from, int to) {
        int length = to - from;
        if (length % lanes != 0) {
            return Kernels.super.fractionRound(p, q, eq, lambda, half, from, to);
        }
        long[][] sums = new long[2][lanes];
        loops.fractionValue(
                p.plane(0),
                p.plane(1),
                q.plane(0),
                q.plane(1),
                eq.plane(0),
                eq.plane(1),
                lambda.c0(),
                lambda.c1(),
                from,
                half,
                length,
                sums);
        Extension atZero = element(sums, 0);
        loops.fractionSlope(
                p.plane(0),
                p.plane(1),
                q.plane(0),
                q.plane(1),
                eq.plane(0),
                eq.plane(1),
                lambda.c0(),
                lambda.c1(),
                from,
                half,
                length,
                sums);
        return ExtensionVector.of(atZero, element(sums, 0));
    }

    @Override
    public void foldRows(ExtensionVector r, byte[] matrix, int rows, int columns, ExtensionVector out) {
        Int8Loops.foldRows(field, r, matrix, rows, columns, out);
    }

    @Override
    public void foldColumns(ExtensionVector r, byte[] matrix, int rows, int columns, ExtensionVector out) {
        Int8Loops.foldColumns(field, r, matrix, rows, columns, out);
    }

    private ExtensionVector polynomial(Extension atZero, Extension atOne, Extension square) {
        return ExtensionVector.of(atZero, field.sub(field.sub(atOne, atZero), square), square);
    }

    private Extension element(long[][] sums, int index) {
        return new Extension(total(sums[2 * index]), total(sums[2 * index + 1]));
    }

    private long total(long[] laneSums) {
        long sum = 0;
        for (long lane : laneSums) {
            sum = field.add(sum, field.fromUnsigned(lane));
        }
        return sum;
    }
}
