package dev.candor.proving.field;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Exact products of vectors over K with int8 matrices, for any field. The coordinates of K are cut into halves of 32 bits and the weights
 * moved to 0..255, so a product has 40 bits and a word holds the sum of 2^24 of them; 128 times the sum of the vector is taken off at the
 * end. Eight weights are read as one word and spread over the lanes by shifts.
 */
final class Int8Loops {

    private static final VectorSpecies<Long> S = LongVector.SPECIES_PREFERRED;
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long OFFSET = 0x8080_8080_8080_8080L;
    private static final int HALVES = 4;
    private static final int GROUP = 8;
    /** A block of rows whose cache lines stay in the first cache while the columns are gone through. */
    private static final int BLOCK = 256;

    private static final int MAX_TERMS = 1 << 24;

    private Int8Loops() {}

    /** The low and high halves of c0, then of c1. */
    private static long[][] halves(ExtensionVector r, int size) {
        long[][] halves = new long[HALVES][size];
        for (int i = 0; i < size; i++) {
            long c0 = r.plane(0)[i];
            long c1 = r.plane(1)[i];
            halves[0][i] = c0 & 0xFFFF_FFFFL;
            halves[1][i] = c0 >>> 32;
            halves[2][i] = c1 & 0xFFFF_FFFFL;
            halves[3][i] = c1 >>> 32;
        }
        return halves;
    }

    private static Extension sum(Field f, ExtensionVector r, int size) {
        Extension sum = Extension.ZERO;
        for (int i = 0; i < size; i++) {
            sum = f.add(sum, r.get(i));
        }
        return sum;
    }

    /** The element whose halves are given, less the offset. */
    private static Extension whole(Field f, long a, long b, long c, long d, Extension offset) {
        long shift = 1L << 32;
        long c0 = f.add(f.fromUnsigned(a), f.mul(f.fromUnsigned(b), shift));
        long c1 = f.add(f.fromUnsigned(c), f.mul(f.fromUnsigned(d), shift));
        return f.sub(new Extension(c0, c1), offset);
    }

    private static void check(int terms) {
        if (terms > MAX_TERMS) {
            throw new IllegalArgumentException("A fold of " + terms + " weights at a time overflows; at most 2^24.");
        }
    }

    static void foldRows(Field f, ExtensionVector r, byte[] matrix, int rows, int columns, ExtensionVector out) {
        check(rows);
        long[][] halves = halves(r, rows);
        long[][] sums = new long[HALVES][columns];
        int grouped = columns - columns % GROUP;
        for (int from = 0; from < rows; from += BLOCK) {
            int to = Math.min(from + BLOCK, rows);
            for (int o = 0; o < grouped; o += GROUP) {
                for (int part = 0; part < GROUP; part += S.length()) {
                    rowsPanel(halves, matrix, from, to, columns, o, part, sums);
                }
            }
            for (int o = grouped; o < columns; o++) {
                for (int half = 0; half < HALVES; half++) {
                    long[] factors = halves[half];
                    long sum = sums[half][o];
                    for (int k = from; k < to; k++) {
                        sum += factors[k] * (matrix[k * columns + o] + 128);
                    }
                    sums[half][o] = sum;
                }
            }
        }
        Extension offset = f.mul(sum(f, r, rows), 128);
        for (int o = 0; o < columns; o++) {
            out.set(o, whole(f, sums[0][o], sums[1][o], sums[2][o], sums[3][o], offset));
        }
    }

    private static void rowsPanel(
            long[][] halves, byte[] matrix, int from, int to, int columns, int o, int part, long[][] sums) {
        LongVector m = LongVector.broadcast(S, 0xFFFF_FFFFL);
        LongVector shifts = LongVector.zero(S).addIndex(1).add(part).lanewise(VectorOperators.LSHL, 3);
        int at = o + part;
        LongVector s0 = LongVector.fromArray(S, sums[0], at);
        LongVector s1 = LongVector.fromArray(S, sums[1], at);
        LongVector s2 = LongVector.fromArray(S, sums[2], at);
        LongVector s3 = LongVector.fromArray(S, sums[3], at);
        long[] h0 = halves[0];
        long[] h1 = halves[1];
        long[] h2 = halves[2];
        long[] h3 = halves[3];
        for (int k = from; k < to; k++) {
            long word = (long) WORD.get(matrix, k * columns + o) ^ OFFSET;
            LongVector w = LongVector.broadcast(S, word)
                    .lanewise(VectorOperators.LSHR, shifts)
                    .and(0xFF);
            s0 = s0.add(w.mul(LongVector.broadcast(S, h0[k]).and(m)));
            s1 = s1.add(w.mul(LongVector.broadcast(S, h1[k]).and(m)));
            s2 = s2.add(w.mul(LongVector.broadcast(S, h2[k]).and(m)));
            s3 = s3.add(w.mul(LongVector.broadcast(S, h3[k]).and(m)));
        }
        s0.intoArray(sums[0], at);
        s1.intoArray(sums[1], at);
        s2.intoArray(sums[2], at);
        s3.intoArray(sums[3], at);
    }

    static void foldColumns(Field f, ExtensionVector r, byte[] matrix, int rows, int columns, ExtensionVector out) {
        check(columns);
        long[][] halves = halves(r, columns);
        long[] sums = new long[HALVES];
        int grouped = columns - columns % GROUP;
        Extension offset = f.mul(sum(f, r, columns), 128);
        for (int k = 0; k < rows; k++) {
            columnsRow(halves, matrix, k * columns, grouped, sums);
            for (int half = 0; half < HALVES; half++) {
                for (int o = grouped; o < columns; o++) {
                    sums[half] += halves[half][o] * (matrix[k * columns + o] + 128);
                }
            }
            out.set(k, whole(f, sums[0], sums[1], sums[2], sums[3], offset));
        }
    }

    private static void columnsRow(long[][] halves, byte[] matrix, int at, int grouped, long[] sums) {
        LongVector m = LongVector.broadcast(S, 0xFFFF_FFFFL);
        LongVector s0 = LongVector.zero(S);
        LongVector s1 = LongVector.zero(S);
        LongVector s2 = LongVector.zero(S);
        LongVector s3 = LongVector.zero(S);
        long[] h0 = halves[0];
        long[] h1 = halves[1];
        long[] h2 = halves[2];
        long[] h3 = halves[3];
        for (int part = 0; part < GROUP; part += S.length()) {
            LongVector shifts = LongVector.zero(S).addIndex(1).add(part).lanewise(VectorOperators.LSHL, 3);
            for (int o = 0; o < grouped; o += GROUP) {
                long word = (long) WORD.get(matrix, at + o) ^ OFFSET;
                LongVector w = LongVector.broadcast(S, word)
                        .lanewise(VectorOperators.LSHR, shifts)
                        .and(0xFF);
                s0 = s0.add(w.mul(LongVector.fromArray(S, h0, o + part).and(m)));
                s1 = s1.add(w.mul(LongVector.fromArray(S, h1, o + part).and(m)));
                s2 = s2.add(w.mul(LongVector.fromArray(S, h2, o + part).and(m)));
                s3 = s3.add(w.mul(LongVector.fromArray(S, h3, o + part).and(m)));
            }
        }
        sums[0] = s0.reduceLanes(VectorOperators.ADD);
        sums[1] = s1.reduceLanes(VectorOperators.ADD);
        sums[2] = s2.reduceLanes(VectorOperators.ADD);
        sums[3] = s3.reduceLanes(VectorOperators.ADD);
    }
}
