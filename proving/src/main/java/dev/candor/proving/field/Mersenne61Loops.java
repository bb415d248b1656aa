package dev.candor.proving.field;

import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The loops of {@link Mersenne61}. Written by KernelGenerator, which is among the tests, and compared with it by one.
 */
final class Mersenne61Loops implements VectorLoops {

    private static final VectorSpecies<Long> S = LongVector.SPECIES_PREFERRED;

    @Override
    public int lanes() {
        return S.length();
    }

    @Override
    public int add(long[] a, int aAt, long[] b, int bAt, long[] out, int outAt, int length) {
        LongVector p = LongVector.broadcast(S, 0x1FFF_FFFF_FFFF_FFFFL);
        int end = S.loopBound(length);
        for (int i = 0; i < end; i += S.length()) {
            LongVector v0 = LongVector.fromArray(S, a, aAt + i);
            LongVector v1 = LongVector.fromArray(S, b, bAt + i);
            LongVector v2 = v0.add(v1);
            LongVector v3 = v2.sub(p);
            LongVector v4 = v2.lanewise(VectorOperators.UMIN, v3);
            v4.intoArray(out, outAt + i);
        }
        return end;
    }

    @Override
    public int sub(long[] a, int aAt, long[] b, int bAt, long[] out, int outAt, int length) {
        LongVector p = LongVector.broadcast(S, 0x1FFF_FFFF_FFFF_FFFFL);
        int end = S.loopBound(length);
        for (int i = 0; i < end; i += S.length()) {
            LongVector v0 = LongVector.fromArray(S, a, aAt + i);
            LongVector v1 = LongVector.fromArray(S, b, bAt + i);
            LongVector v2 = v0.add(2305843009213693951L);
            LongVector v3 = v2.sub(v1);
            LongVector v4 = v3.sub(p);
            LongVector v5 = v3.lanewise(VectorOperators.UMIN, v4);
            v5.intoArray(out, outAt + i);
        }
        return end;
    }

    @Override
    public int mul(long[] a, int aAt, long[] b, int bAt, long[] out, int outAt, int length) {
        LongVector m = LongVector.broadcast(S, 0xFFFF_FFFFL);
        LongVector m30 = LongVector.broadcast(S, 0x3FFF_FFFFL);
        LongVector m31 = LongVector.broadcast(S, 0x7FFF_FFFFL);
        LongVector p = LongVector.broadcast(S, 0x1FFF_FFFF_FFFF_FFFFL);
        int end = S.loopBound(length);
        for (int i = 0; i < end; i += S.length()) {
            LongVector v0 = LongVector.fromArray(S, a, aAt + i);
            LongVector v1 = LongVector.fromArray(S, b, bAt + i);
            LongVector v2 = v0.and(m31);
            LongVector v3 = v0.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v4 = v1.and(m31);
            LongVector v5 = v1.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v6 = v2.mul(v4);
            LongVector v7 = v3.mul(v5);
            LongVector v8 = v2.mul(v5).add(v3.mul(v4));
            LongVector v9 = v8.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v10 = v8.lanewise(VectorOperators.LSHR, 30);
            LongVector v11 = v6.add(v7).add(v7);
            LongVector v12 = v11.add(v9).add(v10);
            LongVector v13 = v12.lanewise(VectorOperators.LSHR, 61);
            LongVector v14 = v12.and(p).add(v13);
            LongVector v15 = v14.sub(p);
            LongVector v16 = v14.lanewise(VectorOperators.UMIN, v15);
            v16.intoArray(out, outAt + i);
        }
        return end;
    }

    @Override
    public int scale(long c, long[] a, int aAt, long[] out, int outAt, int length) {
        LongVector cs = LongVector.broadcast(S, c);
        LongVector m = LongVector.broadcast(S, 0xFFFF_FFFFL);
        LongVector m30 = LongVector.broadcast(S, 0x3FFF_FFFFL);
        LongVector m31 = LongVector.broadcast(S, 0x7FFF_FFFFL);
        LongVector p = LongVector.broadcast(S, 0x1FFF_FFFF_FFFF_FFFFL);
        int end = S.loopBound(length);
        for (int i = 0; i < end; i += S.length()) {
            LongVector v0 = LongVector.fromArray(S, a, aAt + i);
            LongVector v1 = cs.and(m31);
            LongVector v2 = cs.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v3 = v0.and(m31);
            LongVector v4 = v0.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v5 = v1.mul(v3);
            LongVector v6 = v2.mul(v4);
            LongVector v7 = v1.mul(v4).add(v2.mul(v3));
            LongVector v8 = v7.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v9 = v7.lanewise(VectorOperators.LSHR, 30);
            LongVector v10 = v5.add(v6).add(v6);
            LongVector v11 = v10.add(v8).add(v9);
            LongVector v12 = v11.lanewise(VectorOperators.LSHR, 61);
            LongVector v13 = v11.and(p).add(v12);
            LongVector v14 = v13.sub(p);
            LongVector v15 = v13.lanewise(VectorOperators.UMIN, v14);
            v15.intoArray(out, outAt + i);
        }
        return end;
    }

    @Override
    public int addScaled(long c, long[] a, int aAt, long[] acc, int accAt, int length) {
        LongVector cs = LongVector.broadcast(S, c);
        LongVector m = LongVector.broadcast(S, 0xFFFF_FFFFL);
        LongVector m30 = LongVector.broadcast(S, 0x3FFF_FFFFL);
        LongVector m31 = LongVector.broadcast(S, 0x7FFF_FFFFL);
        LongVector p = LongVector.broadcast(S, 0x1FFF_FFFF_FFFF_FFFFL);
        int end = S.loopBound(length);
        for (int i = 0; i < end; i += S.length()) {
            LongVector v0 = LongVector.fromArray(S, a, aAt + i);
            LongVector v1 = cs.and(m31);
            LongVector v2 = cs.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v3 = v0.and(m31);
            LongVector v4 = v0.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v5 = v1.mul(v3);
            LongVector v6 = v2.mul(v4);
            LongVector v7 = v1.mul(v4).add(v2.mul(v3));
            LongVector v8 = v7.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v9 = v7.lanewise(VectorOperators.LSHR, 30);
            LongVector v10 = v5.add(v6).add(v6);
            LongVector v11 = v10.add(v8).add(v9);
            LongVector v12 = v11.lanewise(VectorOperators.LSHR, 61);
            LongVector v13 = v11.and(p).add(v12);
            LongVector v14 = LongVector.fromArray(S, acc, accAt + i);
            LongVector v15 = v13.add(v14);
            LongVector v16 = v15.lanewise(VectorOperators.LSHR, 61);
            LongVector v17 = v15.and(p).add(v16);
            LongVector v18 = v17.sub(p);
            LongVector v19 = v17.lanewise(VectorOperators.UMIN, v18);
            v19.intoArray(acc, accAt + i);
        }
        return end;
    }

    @Override
    public int addProduct(long[] a, int aAt, long[] b, int bAt, long[] acc, int accAt, int length) {
        LongVector m = LongVector.broadcast(S, 0xFFFF_FFFFL);
        LongVector m30 = LongVector.broadcast(S, 0x3FFF_FFFFL);
        LongVector m31 = LongVector.broadcast(S, 0x7FFF_FFFFL);
        LongVector p = LongVector.broadcast(S, 0x1FFF_FFFF_FFFF_FFFFL);
        int end = S.loopBound(length);
        for (int i = 0; i < end; i += S.length()) {
            LongVector v0 = LongVector.fromArray(S, a, aAt + i);
            LongVector v1 = LongVector.fromArray(S, b, bAt + i);
            LongVector v2 = v0.and(m31);
            LongVector v3 = v0.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v4 = v1.and(m31);
            LongVector v5 = v1.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v6 = v2.mul(v4);
            LongVector v7 = v3.mul(v5);
            LongVector v8 = v2.mul(v5).add(v3.mul(v4));
            LongVector v9 = v8.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v10 = v8.lanewise(VectorOperators.LSHR, 30);
            LongVector v11 = v6.add(v7).add(v7);
            LongVector v12 = v11.add(v9).add(v10);
            LongVector v13 = v12.lanewise(VectorOperators.LSHR, 61);
            LongVector v14 = v12.and(p).add(v13);
            LongVector v15 = LongVector.fromArray(S, acc, accAt + i);
            LongVector v16 = v14.add(v15);
            LongVector v17 = v16.lanewise(VectorOperators.LSHR, 61);
            LongVector v18 = v16.and(p).add(v17);
            LongVector v19 = v18.sub(p);
            LongVector v20 = v18.lanewise(VectorOperators.UMIN, v19);
            v20.intoArray(acc, accAt + i);
        }
        return end;
    }

    @Override
    public int innerProduct(long[] a, int aAt, long[] b, int bAt, int length, long[][] lanes) {
        LongVector m = LongVector.broadcast(S, 0xFFFF_FFFFL);
        LongVector m30 = LongVector.broadcast(S, 0x3FFF_FFFFL);
        LongVector m31 = LongVector.broadcast(S, 0x7FFF_FFFFL);
        LongVector p = LongVector.broadcast(S, 0x1FFF_FFFF_FFFF_FFFFL);
        LongVector sum0 = LongVector.zero(S);
        int end = S.loopBound(length);
        for (int i = 0; i < end; i += S.length()) {
            LongVector v0 = LongVector.fromArray(S, a, aAt + i);
            LongVector v1 = LongVector.fromArray(S, b, bAt + i);
            LongVector v2 = v0.and(m31);
            LongVector v3 = v0.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v4 = v1.and(m31);
            LongVector v5 = v1.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v6 = v2.mul(v4);
            LongVector v7 = v3.mul(v5);
            LongVector v8 = v2.mul(v5).add(v3.mul(v4));
            LongVector v9 = v8.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v10 = v8.lanewise(VectorOperators.LSHR, 30);
            LongVector v11 = v6.add(v7).add(v7);
            LongVector v12 = v11.add(v9).add(v10);
            LongVector v13 = v12.lanewise(VectorOperators.LSHR, 61);
            LongVector v14 = v12.and(p).add(v13);
            LongVector v15 = v14.add(sum0);
            LongVector v16 = v15.lanewise(VectorOperators.LSHR, 61);
            LongVector v17 = v15.and(p).add(v16);
            sum0 = v17;
        }
        sum0.intoArray(lanes[0], 0);
        return end;
    }

    @Override
    public int fold(long[] a, int aAt, long r0, long r1, long[] out0, long[] out1, int outAt, int half, int length) {
        LongVector r0s = LongVector.broadcast(S, r0);
        LongVector r1s = LongVector.broadcast(S, r1);
        LongVector m = LongVector.broadcast(S, 0xFFFF_FFFFL);
        LongVector m30 = LongVector.broadcast(S, 0x3FFF_FFFFL);
        LongVector m31 = LongVector.broadcast(S, 0x7FFF_FFFFL);
        LongVector p = LongVector.broadcast(S, 0x1FFF_FFFF_FFFF_FFFFL);
        int end = S.loopBound(length);
        for (int i = 0; i < end; i += S.length()) {
            LongVector v0 = LongVector.fromArray(S, a, aAt + i);
            LongVector v1 = LongVector.fromArray(S, a, aAt + half + i);
            LongVector v2 = v1.add(2305843009213693951L);
            LongVector v3 = v2.sub(v0);
            LongVector v4 = v3.sub(p);
            LongVector v5 = v3.lanewise(VectorOperators.UMIN, v4);
            LongVector v6 = r0s.and(m31);
            LongVector v7 = r0s.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v8 = v5.and(m31);
            LongVector v9 = v5.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v10 = v6.mul(v8);
            LongVector v11 = v7.mul(v9);
            LongVector v12 = v6.mul(v9).add(v7.mul(v8));
            LongVector v13 = v12.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v14 = v12.lanewise(VectorOperators.LSHR, 30);
            LongVector v15 = v10.add(v11).add(v11);
            LongVector v16 = v15.add(v13).add(v14);
            LongVector v17 = v16.lanewise(VectorOperators.LSHR, 61);
            LongVector v18 = v16.and(p).add(v17);
            LongVector v19 = v18.add(v0);
            LongVector v20 = v19.lanewise(VectorOperators.LSHR, 61);
            LongVector v21 = v19.and(p).add(v20);
            LongVector v22 = v21.sub(p);
            LongVector v23 = v21.lanewise(VectorOperators.UMIN, v22);
            v23.intoArray(out0, outAt + i);
            LongVector v24 = r1s.and(m31);
            LongVector v25 = r1s.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v26 = v24.mul(v8);
            LongVector v27 = v25.mul(v9);
            LongVector v28 = v24.mul(v9).add(v25.mul(v8));
            LongVector v29 = v28.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v30 = v28.lanewise(VectorOperators.LSHR, 30);
            LongVector v31 = v26.add(v27).add(v27);
            LongVector v32 = v31.add(v29).add(v30);
            LongVector v33 = v32.lanewise(VectorOperators.LSHR, 61);
            LongVector v34 = v32.and(p).add(v33);
            LongVector v35 = v34.sub(p);
            LongVector v36 = v34.lanewise(VectorOperators.UMIN, v35);
            v36.intoArray(out1, outAt + i);
        }
        return end;
    }

    @Override
    public void split(long[] a, int at, int h, int blocks, long[] constants, int constantsAt) {
        LongVector m = LongVector.broadcast(S, 0xFFFF_FFFFL);
        LongVector m30 = LongVector.broadcast(S, 0x3FFF_FFFFL);
        LongVector m31 = LongVector.broadcast(S, 0x7FFF_FFFFL);
        LongVector p = LongVector.broadcast(S, 0x1FFF_FFFF_FFFF_FFFFL);
        for (int block = 0; block < blocks; block++) {
            LongVector cs = LongVector.broadcast(S, constants[constantsAt + block]);
            int start = at + 2 * h * block;
            for (int i = start; i < start + h; i += S.length()) {
                LongVector v0 = LongVector.fromArray(S, a, i);
                LongVector v1 = LongVector.fromArray(S, a, i + h);
                LongVector v2 = cs.and(m31);
                LongVector v3 = cs.lanewise(VectorOperators.LSHR, 31).and(m);
                LongVector v4 = v1.and(m31);
                LongVector v5 = v1.lanewise(VectorOperators.LSHR, 31).and(m);
                LongVector v6 = v2.mul(v4);
                LongVector v7 = v3.mul(v5);
                LongVector v8 = v2.mul(v5).add(v3.mul(v4));
                LongVector v9 = v8.and(m30).lanewise(VectorOperators.LSHL, 31);
                LongVector v10 = v8.lanewise(VectorOperators.LSHR, 30);
                LongVector v11 = v6.add(v7).add(v7);
                LongVector v12 = v11.add(v9).add(v10);
                LongVector v13 = v12.lanewise(VectorOperators.LSHR, 61);
                LongVector v14 = v12.and(p).add(v13);
                LongVector v15 = v14.sub(p);
                LongVector v16 = v14.lanewise(VectorOperators.UMIN, v15);
                LongVector v17 = v0.add(v16);
                LongVector v18 = v17.sub(p);
                LongVector v19 = v17.lanewise(VectorOperators.UMIN, v18);
                v19.intoArray(a, i);
                LongVector v20 = v0.add(2305843009213693951L);
                LongVector v21 = v20.sub(v16);
                LongVector v22 = v21.sub(p);
                LongVector v23 = v21.lanewise(VectorOperators.UMIN, v22);
                v23.intoArray(a, i + h);
            }
        }
    }

    @Override
    public void join(long[] a, int at, int h, int blocks, long[] constants, int constantsAt) {
        LongVector m = LongVector.broadcast(S, 0xFFFF_FFFFL);
        LongVector m30 = LongVector.broadcast(S, 0x3FFF_FFFFL);
        LongVector m31 = LongVector.broadcast(S, 0x7FFF_FFFFL);
        LongVector p = LongVector.broadcast(S, 0x1FFF_FFFF_FFFF_FFFFL);
        for (int block = 0; block < blocks; block++) {
            LongVector cs = LongVector.broadcast(S, constants[constantsAt + block]);
            int start = at + 2 * h * block;
            for (int i = start; i < start + h; i += S.length()) {
                LongVector v0 = LongVector.fromArray(S, a, i);
                LongVector v1 = LongVector.fromArray(S, a, i + h);
                LongVector v2 = v0.add(v1);
                LongVector v3 = v2.sub(p);
                LongVector v4 = v2.lanewise(VectorOperators.UMIN, v3);
                v4.intoArray(a, i);
                LongVector v5 = v0.add(2305843009213693951L);
                LongVector v6 = v5.sub(v1);
                LongVector v7 = cs.and(m31);
                LongVector v8 = cs.lanewise(VectorOperators.LSHR, 31).and(m);
                LongVector v9 = v6.and(m31);
                LongVector v10 = v6.lanewise(VectorOperators.LSHR, 31).and(m);
                LongVector v11 = v7.mul(v9);
                LongVector v12 = v8.mul(v10);
                LongVector v13 = v7.mul(v10).add(v8.mul(v9));
                LongVector v14 = v13.and(m30).lanewise(VectorOperators.LSHL, 31);
                LongVector v15 = v13.lanewise(VectorOperators.LSHR, 30);
                LongVector v16 = v11.add(v12).add(v12);
                LongVector v17 = v16.add(v14).add(v15);
                LongVector v18 = v17.lanewise(VectorOperators.LSHR, 61);
                LongVector v19 = v17.and(p).add(v18);
                LongVector v20 = v19.sub(p);
                LongVector v21 = v19.lanewise(VectorOperators.UMIN, v20);
                v21.intoArray(a, i + h);
            }
        }
    }

    @Override
    public int addScaled(
            long c0, long c1, long[] a0, long[] a1, int aAt, long[] acc0, long[] acc1, int accAt, int length) {
        LongVector c0s = LongVector.broadcast(S, c0);
        LongVector c1s = LongVector.broadcast(S, c1);
        LongVector m = LongVector.broadcast(S, 0xFFFF_FFFFL);
        LongVector m30 = LongVector.broadcast(S, 0x3FFF_FFFFL);
        LongVector m31 = LongVector.broadcast(S, 0x7FFF_FFFFL);
        LongVector p = LongVector.broadcast(S, 0x1FFF_FFFF_FFFF_FFFFL);
        int end = S.loopBound(length);
        for (int i = 0; i < end; i += S.length()) {
            LongVector v0 = LongVector.fromArray(S, a0, aAt + i);
            LongVector v1 = LongVector.fromArray(S, a1, aAt + i);
            LongVector v2 = v0.and(m31);
            LongVector v3 = v0.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v4 = c0s.and(m31);
            LongVector v5 = c0s.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v6 = v2.mul(v4);
            LongVector v7 = v3.mul(v5);
            LongVector v8 = v2.mul(v5).add(v3.mul(v4));
            LongVector v9 = v8.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v10 = v8.lanewise(VectorOperators.LSHR, 30);
            LongVector v11 = v6.add(v7).add(v7);
            LongVector v12 = v11.add(v9).add(v10);
            LongVector v13 = v12.lanewise(VectorOperators.LSHR, 61);
            LongVector v14 = v12.and(p).add(v13);
            LongVector v15 = v1.and(m31);
            LongVector v16 = v1.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v17 = c1s.and(m31);
            LongVector v18 = c1s.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v19 = v15.mul(v17);
            LongVector v20 = v16.mul(v18);
            LongVector v21 = v15.mul(v18).add(v16.mul(v17));
            LongVector v22 = v21.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v23 = v21.lanewise(VectorOperators.LSHR, 30);
            LongVector v24 = v19.add(v20).add(v20);
            LongVector v25 = v24.add(v22).add(v23);
            LongVector v26 = v25.lanewise(VectorOperators.LSHR, 61);
            LongVector v27 = v25.and(p).add(v26);
            LongVector v28 = v0.add(v1);
            LongVector v29 = c0s.add(c1s);
            LongVector v30 = v28.and(m31);
            LongVector v31 = v28.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v32 = v29.and(m31);
            LongVector v33 = v29.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v34 = v30.mul(v32);
            LongVector v35 = v31.mul(v33);
            LongVector v36 = v30.mul(v33).add(v31.mul(v32));
            LongVector v37 = v36.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v38 = v36.lanewise(VectorOperators.LSHR, 30);
            LongVector v39 = v34.add(v35).add(v35);
            LongVector v40 = v39.add(v37).add(v38);
            LongVector v41 = v40.lanewise(VectorOperators.LSHR, 61);
            LongVector v42 = v40.and(p).add(v41);
            LongVector v43 = LongVector.broadcast(S, 4611686018427387902L);
            LongVector v44 = v43.sub(v27);
            LongVector v45 = v14.add(v44);
            LongVector v46 = v42.add(4611686018427387902L);
            LongVector v47 = v46.sub(v14);
            LongVector v48 = v47.add(4611686018427387902L);
            LongVector v49 = v48.sub(v27);
            LongVector v50 = LongVector.fromArray(S, acc0, accAt + i);
            LongVector v51 = LongVector.fromArray(S, acc1, accAt + i);
            LongVector v52 = v45.add(v50);
            LongVector v53 = v49.add(v51);
            LongVector v54 = v52.lanewise(VectorOperators.LSHR, 61);
            LongVector v55 = v52.and(p).add(v54);
            LongVector v56 = v55.sub(p);
            LongVector v57 = v55.lanewise(VectorOperators.UMIN, v56);
            v57.intoArray(acc0, accAt + i);
            LongVector v58 = v53.lanewise(VectorOperators.LSHR, 61);
            LongVector v59 = v53.and(p).add(v58);
            LongVector v60 = v59.sub(p);
            LongVector v61 = v59.lanewise(VectorOperators.UMIN, v60);
            v61.intoArray(acc1, accAt + i);
        }
        return end;
    }

    @Override
    public int addProduct(
            long[] a0,
            long[] a1,
            int aAt,
            long[] b0,
            long[] b1,
            int bAt,
            long[] acc0,
            long[] acc1,
            int accAt,
            int length) {
        LongVector m = LongVector.broadcast(S, 0xFFFF_FFFFL);
        LongVector m30 = LongVector.broadcast(S, 0x3FFF_FFFFL);
        LongVector m31 = LongVector.broadcast(S, 0x7FFF_FFFFL);
        LongVector p = LongVector.broadcast(S, 0x1FFF_FFFF_FFFF_FFFFL);
        int end = S.loopBound(length);
        for (int i = 0; i < end; i += S.length()) {
            LongVector v0 = LongVector.fromArray(S, a0, aAt + i);
            LongVector v1 = LongVector.fromArray(S, a1, aAt + i);
            LongVector v2 = LongVector.fromArray(S, b0, bAt + i);
            LongVector v3 = LongVector.fromArray(S, b1, bAt + i);
            LongVector v4 = v0.and(m31);
            LongVector v5 = v0.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v6 = v2.and(m31);
            LongVector v7 = v2.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v8 = v4.mul(v6);
            LongVector v9 = v5.mul(v7);
            LongVector v10 = v4.mul(v7).add(v5.mul(v6));
            LongVector v11 = v10.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v12 = v10.lanewise(VectorOperators.LSHR, 30);
            LongVector v13 = v8.add(v9).add(v9);
            LongVector v14 = v13.add(v11).add(v12);
            LongVector v15 = v14.lanewise(VectorOperators.LSHR, 61);
            LongVector v16 = v14.and(p).add(v15);
            LongVector v17 = v1.and(m31);
            LongVector v18 = v1.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v19 = v3.and(m31);
            LongVector v20 = v3.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v21 = v17.mul(v19);
            LongVector v22 = v18.mul(v20);
            LongVector v23 = v17.mul(v20).add(v18.mul(v19));
            LongVector v24 = v23.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v25 = v23.lanewise(VectorOperators.LSHR, 30);
            LongVector v26 = v21.add(v22).add(v22);
            LongVector v27 = v26.add(v24).add(v25);
            LongVector v28 = v27.lanewise(VectorOperators.LSHR, 61);
            LongVector v29 = v27.and(p).add(v28);
            LongVector v30 = v0.add(v1);
            LongVector v31 = v2.add(v3);
            LongVector v32 = v30.and(m31);
            LongVector v33 = v30.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v34 = v31.and(m31);
            LongVector v35 = v31.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v36 = v32.mul(v34);
            LongVector v37 = v33.mul(v35);
            LongVector v38 = v32.mul(v35).add(v33.mul(v34));
            LongVector v39 = v38.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v40 = v38.lanewise(VectorOperators.LSHR, 30);
            LongVector v41 = v36.add(v37).add(v37);
            LongVector v42 = v41.add(v39).add(v40);
            LongVector v43 = v42.lanewise(VectorOperators.LSHR, 61);
            LongVector v44 = v42.and(p).add(v43);
            LongVector v45 = LongVector.broadcast(S, 4611686018427387902L);
            LongVector v46 = v45.sub(v29);
            LongVector v47 = v16.add(v46);
            LongVector v48 = v44.add(4611686018427387902L);
            LongVector v49 = v48.sub(v16);
            LongVector v50 = v49.add(4611686018427387902L);
            LongVector v51 = v50.sub(v29);
            LongVector v52 = LongVector.fromArray(S, acc0, accAt + i);
            LongVector v53 = LongVector.fromArray(S, acc1, accAt + i);
            LongVector v54 = v47.add(v52);
            LongVector v55 = v51.add(v53);
            LongVector v56 = v54.lanewise(VectorOperators.LSHR, 61);
            LongVector v57 = v54.and(p).add(v56);
            LongVector v58 = v57.sub(p);
            LongVector v59 = v57.lanewise(VectorOperators.UMIN, v58);
            v59.intoArray(acc0, accAt + i);
            LongVector v60 = v55.lanewise(VectorOperators.LSHR, 61);
            LongVector v61 = v55.and(p).add(v60);
            LongVector v62 = v61.sub(p);
            LongVector v63 = v61.lanewise(VectorOperators.UMIN, v62);
            v63.intoArray(acc1, accAt + i);
        }
        return end;
    }

    @Override
    public int innerProduct(long[] a0, long[] a1, int aAt, long[] b0, long[] b1, int bAt, int length, long[][] lanes) {
        LongVector m = LongVector.broadcast(S, 0xFFFF_FFFFL);
        LongVector m30 = LongVector.broadcast(S, 0x3FFF_FFFFL);
        LongVector m31 = LongVector.broadcast(S, 0x7FFF_FFFFL);
        LongVector p = LongVector.broadcast(S, 0x1FFF_FFFF_FFFF_FFFFL);
        LongVector sum0 = LongVector.zero(S);
        LongVector sum1 = LongVector.zero(S);
        int end = S.loopBound(length);
        for (int i = 0; i < end; i += S.length()) {
            LongVector v0 = LongVector.fromArray(S, a0, aAt + i);
            LongVector v1 = LongVector.fromArray(S, a1, aAt + i);
            LongVector v2 = LongVector.fromArray(S, b0, bAt + i);
            LongVector v3 = LongVector.fromArray(S, b1, bAt + i);
            LongVector v4 = v0.and(m31);
            LongVector v5 = v0.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v6 = v2.and(m31);
            LongVector v7 = v2.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v8 = v4.mul(v6);
            LongVector v9 = v5.mul(v7);
            LongVector v10 = v4.mul(v7).add(v5.mul(v6));
            LongVector v11 = v10.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v12 = v10.lanewise(VectorOperators.LSHR, 30);
            LongVector v13 = v8.add(v9).add(v9);
            LongVector v14 = v13.add(v11).add(v12);
            LongVector v15 = v14.lanewise(VectorOperators.LSHR, 61);
            LongVector v16 = v14.and(p).add(v15);
            LongVector v17 = v1.and(m31);
            LongVector v18 = v1.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v19 = v3.and(m31);
            LongVector v20 = v3.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v21 = v17.mul(v19);
            LongVector v22 = v18.mul(v20);
            LongVector v23 = v17.mul(v20).add(v18.mul(v19));
            LongVector v24 = v23.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v25 = v23.lanewise(VectorOperators.LSHR, 30);
            LongVector v26 = v21.add(v22).add(v22);
            LongVector v27 = v26.add(v24).add(v25);
            LongVector v28 = v27.lanewise(VectorOperators.LSHR, 61);
            LongVector v29 = v27.and(p).add(v28);
            LongVector v30 = v0.add(v1);
            LongVector v31 = v2.add(v3);
            LongVector v32 = v30.and(m31);
            LongVector v33 = v30.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v34 = v31.and(m31);
            LongVector v35 = v31.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v36 = v32.mul(v34);
            LongVector v37 = v33.mul(v35);
            LongVector v38 = v32.mul(v35).add(v33.mul(v34));
            LongVector v39 = v38.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v40 = v38.lanewise(VectorOperators.LSHR, 30);
            LongVector v41 = v36.add(v37).add(v37);
            LongVector v42 = v41.add(v39).add(v40);
            LongVector v43 = v42.lanewise(VectorOperators.LSHR, 61);
            LongVector v44 = v42.and(p).add(v43);
            LongVector v45 = LongVector.broadcast(S, 4611686018427387902L);
            LongVector v46 = v45.sub(v29);
            LongVector v47 = v16.add(v46);
            LongVector v48 = v44.add(4611686018427387902L);
            LongVector v49 = v48.sub(v16);
            LongVector v50 = v49.add(4611686018427387902L);
            LongVector v51 = v50.sub(v29);
            LongVector v52 = v47.lanewise(VectorOperators.LSHR, 61);
            LongVector v53 = v47.and(p).add(v52);
            LongVector v54 = v53.add(sum0);
            LongVector v55 = v54.lanewise(VectorOperators.LSHR, 61);
            LongVector v56 = v54.and(p).add(v55);
            sum0 = v56;
            LongVector v57 = v51.lanewise(VectorOperators.LSHR, 61);
            LongVector v58 = v51.and(p).add(v57);
            LongVector v59 = v58.add(sum1);
            LongVector v60 = v59.lanewise(VectorOperators.LSHR, 61);
            LongVector v61 = v59.and(p).add(v60);
            sum1 = v61;
        }
        sum0.intoArray(lanes[0], 0);
        sum1.intoArray(lanes[1], 0);
        return end;
    }

    @Override
    public int expand(long[] a0, long[] a1, int half, long r0, long r1, int length) {
        LongVector r0s = LongVector.broadcast(S, r0);
        LongVector r1s = LongVector.broadcast(S, r1);
        LongVector m = LongVector.broadcast(S, 0xFFFF_FFFFL);
        LongVector m30 = LongVector.broadcast(S, 0x3FFF_FFFFL);
        LongVector m31 = LongVector.broadcast(S, 0x7FFF_FFFFL);
        LongVector p = LongVector.broadcast(S, 0x1FFF_FFFF_FFFF_FFFFL);
        int end = S.loopBound(length);
        for (int i = 0; i < end; i += S.length()) {
            LongVector v0 = LongVector.fromArray(S, a0, i);
            LongVector v1 = LongVector.fromArray(S, a1, i);
            LongVector v2 = v0.and(m31);
            LongVector v3 = v0.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v4 = r0s.and(m31);
            LongVector v5 = r0s.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v6 = v2.mul(v4);
            LongVector v7 = v3.mul(v5);
            LongVector v8 = v2.mul(v5).add(v3.mul(v4));
            LongVector v9 = v8.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v10 = v8.lanewise(VectorOperators.LSHR, 30);
            LongVector v11 = v6.add(v7).add(v7);
            LongVector v12 = v11.add(v9).add(v10);
            LongVector v13 = v12.lanewise(VectorOperators.LSHR, 61);
            LongVector v14 = v12.and(p).add(v13);
            LongVector v15 = v1.and(m31);
            LongVector v16 = v1.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v17 = r1s.and(m31);
            LongVector v18 = r1s.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v19 = v15.mul(v17);
            LongVector v20 = v16.mul(v18);
            LongVector v21 = v15.mul(v18).add(v16.mul(v17));
            LongVector v22 = v21.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v23 = v21.lanewise(VectorOperators.LSHR, 30);
            LongVector v24 = v19.add(v20).add(v20);
            LongVector v25 = v24.add(v22).add(v23);
            LongVector v26 = v25.lanewise(VectorOperators.LSHR, 61);
            LongVector v27 = v25.and(p).add(v26);
            LongVector v28 = v0.add(v1);
            LongVector v29 = r0s.add(r1s);
            LongVector v30 = v28.and(m31);
            LongVector v31 = v28.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v32 = v29.and(m31);
            LongVector v33 = v29.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v34 = v30.mul(v32);
            LongVector v35 = v31.mul(v33);
            LongVector v36 = v30.mul(v33).add(v31.mul(v32));
            LongVector v37 = v36.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v38 = v36.lanewise(VectorOperators.LSHR, 30);
            LongVector v39 = v34.add(v35).add(v35);
            LongVector v40 = v39.add(v37).add(v38);
            LongVector v41 = v40.lanewise(VectorOperators.LSHR, 61);
            LongVector v42 = v40.and(p).add(v41);
            LongVector v43 = LongVector.broadcast(S, 4611686018427387902L);
            LongVector v44 = v43.sub(v27);
            LongVector v45 = v14.add(v44);
            LongVector v46 = v42.add(4611686018427387902L);
            LongVector v47 = v46.sub(v14);
            LongVector v48 = v47.add(4611686018427387902L);
            LongVector v49 = v48.sub(v27);
            LongVector v50 = v45.lanewise(VectorOperators.LSHR, 61);
            LongVector v51 = v45.and(p).add(v50);
            LongVector v52 = v51.sub(p);
            LongVector v53 = v51.lanewise(VectorOperators.UMIN, v52);
            LongVector v54 = v49.lanewise(VectorOperators.LSHR, 61);
            LongVector v55 = v49.and(p).add(v54);
            LongVector v56 = v55.sub(p);
            LongVector v57 = v55.lanewise(VectorOperators.UMIN, v56);
            v53.intoArray(a0, half + i);
            v57.intoArray(a1, half + i);
            LongVector v58 = v0.add(2305843009213693951L);
            LongVector v59 = v58.sub(v53);
            LongVector v60 = v1.add(2305843009213693951L);
            LongVector v61 = v60.sub(v57);
            LongVector v62 = v59.sub(p);
            LongVector v63 = v59.lanewise(VectorOperators.UMIN, v62);
            v63.intoArray(a0, i);
            LongVector v64 = v61.sub(p);
            LongVector v65 = v61.lanewise(VectorOperators.UMIN, v64);
            v65.intoArray(a1, i);
        }
        return end;
    }

    @Override
    public int fold(long[] a0, long[] a1, int aAt, int half, long r0, long r1, int length) {
        LongVector r0s = LongVector.broadcast(S, r0);
        LongVector r1s = LongVector.broadcast(S, r1);
        LongVector m = LongVector.broadcast(S, 0xFFFF_FFFFL);
        LongVector m30 = LongVector.broadcast(S, 0x3FFF_FFFFL);
        LongVector m31 = LongVector.broadcast(S, 0x7FFF_FFFFL);
        LongVector p = LongVector.broadcast(S, 0x1FFF_FFFF_FFFF_FFFFL);
        int end = S.loopBound(length);
        for (int i = 0; i < end; i += S.length()) {
            LongVector v0 = LongVector.fromArray(S, a0, aAt + i);
            LongVector v1 = LongVector.fromArray(S, a1, aAt + i);
            LongVector v2 = LongVector.fromArray(S, a0, aAt + half + i);
            LongVector v3 = LongVector.fromArray(S, a1, aAt + half + i);
            LongVector v4 = v2.add(2305843009213693951L);
            LongVector v5 = v4.sub(v0);
            LongVector v6 = v3.add(2305843009213693951L);
            LongVector v7 = v6.sub(v1);
            LongVector v8 = v5.and(m31);
            LongVector v9 = v5.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v10 = r0s.and(m31);
            LongVector v11 = r0s.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v12 = v8.mul(v10);
            LongVector v13 = v9.mul(v11);
            LongVector v14 = v8.mul(v11).add(v9.mul(v10));
            LongVector v15 = v14.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v16 = v14.lanewise(VectorOperators.LSHR, 30);
            LongVector v17 = v12.add(v13).add(v13);
            LongVector v18 = v17.add(v15).add(v16);
            LongVector v19 = v18.lanewise(VectorOperators.LSHR, 61);
            LongVector v20 = v18.and(p).add(v19);
            LongVector v21 = v7.and(m31);
            LongVector v22 = v7.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v23 = r1s.and(m31);
            LongVector v24 = r1s.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v25 = v21.mul(v23);
            LongVector v26 = v22.mul(v24);
            LongVector v27 = v21.mul(v24).add(v22.mul(v23));
            LongVector v28 = v27.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v29 = v27.lanewise(VectorOperators.LSHR, 30);
            LongVector v30 = v25.add(v26).add(v26);
            LongVector v31 = v30.add(v28).add(v29);
            LongVector v32 = v31.lanewise(VectorOperators.LSHR, 61);
            LongVector v33 = v31.and(p).add(v32);
            LongVector v34 = v5.add(v7);
            LongVector v35 = r0s.add(r1s);
            LongVector v36 = v34.lanewise(VectorOperators.LSHR, 61);
            LongVector v37 = v34.and(p).add(v36);
            LongVector v38 = v37.and(m31);
            LongVector v39 = v37.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v40 = v35.and(m31);
            LongVector v41 = v35.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v42 = v38.mul(v40);
            LongVector v43 = v39.mul(v41);
            LongVector v44 = v38.mul(v41).add(v39.mul(v40));
            LongVector v45 = v44.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v46 = v44.lanewise(VectorOperators.LSHR, 30);
            LongVector v47 = v42.add(v43).add(v43);
            LongVector v48 = v47.add(v45).add(v46);
            LongVector v49 = v48.lanewise(VectorOperators.LSHR, 61);
            LongVector v50 = v48.and(p).add(v49);
            LongVector v51 = LongVector.broadcast(S, 4611686018427387902L);
            LongVector v52 = v51.sub(v33);
            LongVector v53 = v20.add(v52);
            LongVector v54 = v50.add(4611686018427387902L);
            LongVector v55 = v54.sub(v20);
            LongVector v56 = v55.add(4611686018427387902L);
            LongVector v57 = v56.sub(v33);
            LongVector v58 = v53.add(v0);
            LongVector v59 = v57.add(v1);
            LongVector v60 = v58.lanewise(VectorOperators.LSHR, 61);
            LongVector v61 = v58.and(p).add(v60);
            LongVector v62 = v61.sub(p);
            LongVector v63 = v61.lanewise(VectorOperators.UMIN, v62);
            v63.intoArray(a0, aAt + i);
            LongVector v64 = v59.lanewise(VectorOperators.LSHR, 61);
            LongVector v65 = v59.and(p).add(v64);
            LongVector v66 = v65.sub(p);
            LongVector v67 = v65.lanewise(VectorOperators.UMIN, v66);
            v67.intoArray(a1, aAt + i);
        }
        return end;
    }

    @Override
    public int productRound(
            long[] a0, long[] a1, int aAt, long[] b0, long[] b1, int bAt, int half, int length, long[][] lanes) {
        LongVector m = LongVector.broadcast(S, 0xFFFF_FFFFL);
        LongVector m30 = LongVector.broadcast(S, 0x3FFF_FFFFL);
        LongVector m31 = LongVector.broadcast(S, 0x7FFF_FFFFL);
        LongVector p = LongVector.broadcast(S, 0x1FFF_FFFF_FFFF_FFFFL);
        LongVector zero0 = LongVector.zero(S);
        LongVector zero1 = LongVector.zero(S);
        LongVector one2 = LongVector.zero(S);
        LongVector one3 = LongVector.zero(S);
        LongVector square4 = LongVector.zero(S);
        LongVector square5 = LongVector.zero(S);
        int end = S.loopBound(length);
        for (int i = 0; i < end; i += S.length()) {
            LongVector v0 = LongVector.fromArray(S, a0, aAt + i);
            LongVector v1 = LongVector.fromArray(S, a1, aAt + i);
            LongVector v2 = LongVector.fromArray(S, a0, aAt + half + i);
            LongVector v3 = LongVector.fromArray(S, a1, aAt + half + i);
            LongVector v4 = LongVector.fromArray(S, b0, bAt + i);
            LongVector v5 = LongVector.fromArray(S, b1, bAt + i);
            LongVector v6 = LongVector.fromArray(S, b0, bAt + half + i);
            LongVector v7 = LongVector.fromArray(S, b1, bAt + half + i);
            LongVector v8 = v0.and(m31);
            LongVector v9 = v0.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v10 = v4.and(m31);
            LongVector v11 = v4.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v12 = v8.mul(v10);
            LongVector v13 = v9.mul(v11);
            LongVector v14 = v8.mul(v11).add(v9.mul(v10));
            LongVector v15 = v14.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v16 = v14.lanewise(VectorOperators.LSHR, 30);
            LongVector v17 = v12.add(v13).add(v13);
            LongVector v18 = v17.add(v15).add(v16);
            LongVector v19 = v18.lanewise(VectorOperators.LSHR, 61);
            LongVector v20 = v18.and(p).add(v19);
            LongVector v21 = v1.and(m31);
            LongVector v22 = v1.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v23 = v5.and(m31);
            LongVector v24 = v5.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v25 = v21.mul(v23);
            LongVector v26 = v22.mul(v24);
            LongVector v27 = v21.mul(v24).add(v22.mul(v23));
            LongVector v28 = v27.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v29 = v27.lanewise(VectorOperators.LSHR, 30);
            LongVector v30 = v25.add(v26).add(v26);
            LongVector v31 = v30.add(v28).add(v29);
            LongVector v32 = v31.lanewise(VectorOperators.LSHR, 61);
            LongVector v33 = v31.and(p).add(v32);
            LongVector v34 = v0.add(v1);
            LongVector v35 = v4.add(v5);
            LongVector v36 = v34.and(m31);
            LongVector v37 = v34.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v38 = v35.and(m31);
            LongVector v39 = v35.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v40 = v36.mul(v38);
            LongVector v41 = v37.mul(v39);
            LongVector v42 = v36.mul(v39).add(v37.mul(v38));
            LongVector v43 = v42.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v44 = v42.lanewise(VectorOperators.LSHR, 30);
            LongVector v45 = v40.add(v41).add(v41);
            LongVector v46 = v45.add(v43).add(v44);
            LongVector v47 = v46.lanewise(VectorOperators.LSHR, 61);
            LongVector v48 = v46.and(p).add(v47);
            LongVector v49 = LongVector.broadcast(S, 4611686018427387902L);
            LongVector v50 = v49.sub(v33);
            LongVector v51 = v20.add(v50);
            LongVector v52 = v48.add(4611686018427387902L);
            LongVector v53 = v52.sub(v20);
            LongVector v54 = v53.add(4611686018427387902L);
            LongVector v55 = v54.sub(v33);
            LongVector v56 = v51.lanewise(VectorOperators.LSHR, 61);
            LongVector v57 = v51.and(p).add(v56);
            LongVector v58 = v57.add(zero0);
            LongVector v59 = v58.lanewise(VectorOperators.LSHR, 61);
            LongVector v60 = v58.and(p).add(v59);
            zero0 = v60;
            LongVector v61 = v55.lanewise(VectorOperators.LSHR, 61);
            LongVector v62 = v55.and(p).add(v61);
            LongVector v63 = v62.add(zero1);
            LongVector v64 = v63.lanewise(VectorOperators.LSHR, 61);
            LongVector v65 = v63.and(p).add(v64);
            zero1 = v65;
            LongVector v66 = v2.and(m31);
            LongVector v67 = v2.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v68 = v6.and(m31);
            LongVector v69 = v6.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v70 = v66.mul(v68);
            LongVector v71 = v67.mul(v69);
            LongVector v72 = v66.mul(v69).add(v67.mul(v68));
            LongVector v73 = v72.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v74 = v72.lanewise(VectorOperators.LSHR, 30);
            LongVector v75 = v70.add(v71).add(v71);
            LongVector v76 = v75.add(v73).add(v74);
            LongVector v77 = v76.lanewise(VectorOperators.LSHR, 61);
            LongVector v78 = v76.and(p).add(v77);
            LongVector v79 = v3.and(m31);
            LongVector v80 = v3.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v81 = v7.and(m31);
            LongVector v82 = v7.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v83 = v79.mul(v81);
            LongVector v84 = v80.mul(v82);
            LongVector v85 = v79.mul(v82).add(v80.mul(v81));
            LongVector v86 = v85.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v87 = v85.lanewise(VectorOperators.LSHR, 30);
            LongVector v88 = v83.add(v84).add(v84);
            LongVector v89 = v88.add(v86).add(v87);
            LongVector v90 = v89.lanewise(VectorOperators.LSHR, 61);
            LongVector v91 = v89.and(p).add(v90);
            LongVector v92 = v2.add(v3);
            LongVector v93 = v6.add(v7);
            LongVector v94 = v92.and(m31);
            LongVector v95 = v92.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v96 = v93.and(m31);
            LongVector v97 = v93.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v98 = v94.mul(v96);
            LongVector v99 = v95.mul(v97);
            LongVector v100 = v94.mul(v97).add(v95.mul(v96));
            LongVector v101 = v100.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v102 = v100.lanewise(VectorOperators.LSHR, 30);
            LongVector v103 = v98.add(v99).add(v99);
            LongVector v104 = v103.add(v101).add(v102);
            LongVector v105 = v104.lanewise(VectorOperators.LSHR, 61);
            LongVector v106 = v104.and(p).add(v105);
            LongVector v107 = LongVector.broadcast(S, 4611686018427387902L);
            LongVector v108 = v107.sub(v91);
            LongVector v109 = v78.add(v108);
            LongVector v110 = v106.add(4611686018427387902L);
            LongVector v111 = v110.sub(v78);
            LongVector v112 = v111.add(4611686018427387902L);
            LongVector v113 = v112.sub(v91);
            LongVector v114 = v109.lanewise(VectorOperators.LSHR, 61);
            LongVector v115 = v109.and(p).add(v114);
            LongVector v116 = v115.add(one2);
            LongVector v117 = v116.lanewise(VectorOperators.LSHR, 61);
            LongVector v118 = v116.and(p).add(v117);
            one2 = v118;
            LongVector v119 = v113.lanewise(VectorOperators.LSHR, 61);
            LongVector v120 = v113.and(p).add(v119);
            LongVector v121 = v120.add(one3);
            LongVector v122 = v121.lanewise(VectorOperators.LSHR, 61);
            LongVector v123 = v121.and(p).add(v122);
            one3 = v123;
            LongVector v124 = v2.add(2305843009213693951L);
            LongVector v125 = v124.sub(v0);
            LongVector v126 = v3.add(2305843009213693951L);
            LongVector v127 = v126.sub(v1);
            LongVector v128 = v6.add(2305843009213693951L);
            LongVector v129 = v128.sub(v4);
            LongVector v130 = v7.add(2305843009213693951L);
            LongVector v131 = v130.sub(v5);
            LongVector v132 = v125.and(m31);
            LongVector v133 = v125.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v134 = v129.and(m31);
            LongVector v135 = v129.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v136 = v132.mul(v134);
            LongVector v137 = v133.mul(v135);
            LongVector v138 = v132.mul(v135).add(v133.mul(v134));
            LongVector v139 = v138.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v140 = v138.lanewise(VectorOperators.LSHR, 30);
            LongVector v141 = v136.add(v137).add(v137);
            LongVector v142 = v141.add(v139).add(v140);
            LongVector v143 = v142.lanewise(VectorOperators.LSHR, 61);
            LongVector v144 = v142.and(p).add(v143);
            LongVector v145 = v127.and(m31);
            LongVector v146 = v127.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v147 = v131.and(m31);
            LongVector v148 = v131.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v149 = v145.mul(v147);
            LongVector v150 = v146.mul(v148);
            LongVector v151 = v145.mul(v148).add(v146.mul(v147));
            LongVector v152 = v151.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v153 = v151.lanewise(VectorOperators.LSHR, 30);
            LongVector v154 = v149.add(v150).add(v150);
            LongVector v155 = v154.add(v152).add(v153);
            LongVector v156 = v155.lanewise(VectorOperators.LSHR, 61);
            LongVector v157 = v155.and(p).add(v156);
            LongVector v158 = v125.add(v127);
            LongVector v159 = v129.add(v131);
            LongVector v160 = v158.lanewise(VectorOperators.LSHR, 61);
            LongVector v161 = v158.and(p).add(v160);
            LongVector v162 = v161.and(m31);
            LongVector v163 = v161.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v164 = v159.and(m31);
            LongVector v165 = v159.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v166 = v162.mul(v164);
            LongVector v167 = v163.mul(v165);
            LongVector v168 = v162.mul(v165).add(v163.mul(v164));
            LongVector v169 = v168.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v170 = v168.lanewise(VectorOperators.LSHR, 30);
            LongVector v171 = v166.add(v167).add(v167);
            LongVector v172 = v171.add(v169).add(v170);
            LongVector v173 = v172.lanewise(VectorOperators.LSHR, 61);
            LongVector v174 = v172.and(p).add(v173);
            LongVector v175 = LongVector.broadcast(S, 4611686018427387902L);
            LongVector v176 = v175.sub(v157);
            LongVector v177 = v144.add(v176);
            LongVector v178 = v174.add(4611686018427387902L);
            LongVector v179 = v178.sub(v144);
            LongVector v180 = v179.add(4611686018427387902L);
            LongVector v181 = v180.sub(v157);
            LongVector v182 = v177.lanewise(VectorOperators.LSHR, 61);
            LongVector v183 = v177.and(p).add(v182);
            LongVector v184 = v183.add(square4);
            LongVector v185 = v184.lanewise(VectorOperators.LSHR, 61);
            LongVector v186 = v184.and(p).add(v185);
            square4 = v186;
            LongVector v187 = v181.lanewise(VectorOperators.LSHR, 61);
            LongVector v188 = v181.and(p).add(v187);
            LongVector v189 = v188.add(square5);
            LongVector v190 = v189.lanewise(VectorOperators.LSHR, 61);
            LongVector v191 = v189.and(p).add(v190);
            square5 = v191;
        }
        zero0.intoArray(lanes[0], 0);
        zero1.intoArray(lanes[1], 0);
        one2.intoArray(lanes[2], 0);
        one3.intoArray(lanes[3], 0);
        square4.intoArray(lanes[4], 0);
        square5.intoArray(lanes[5], 0);
        return end;
    }

    @Override
    public int productRound(long[] a, int aAt, long[] b, int bAt, int half, int length, long[][] lanes) {
        LongVector m = LongVector.broadcast(S, 0xFFFF_FFFFL);
        LongVector m30 = LongVector.broadcast(S, 0x3FFF_FFFFL);
        LongVector m31 = LongVector.broadcast(S, 0x7FFF_FFFFL);
        LongVector p = LongVector.broadcast(S, 0x1FFF_FFFF_FFFF_FFFFL);
        LongVector zero0 = LongVector.zero(S);
        LongVector one1 = LongVector.zero(S);
        LongVector square2 = LongVector.zero(S);
        int end = S.loopBound(length);
        for (int i = 0; i < end; i += S.length()) {
            LongVector v0 = LongVector.fromArray(S, a, aAt + i);
            LongVector v1 = LongVector.fromArray(S, a, aAt + half + i);
            LongVector v2 = LongVector.fromArray(S, b, bAt + i);
            LongVector v3 = LongVector.fromArray(S, b, bAt + half + i);
            LongVector v4 = v0.and(m31);
            LongVector v5 = v0.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v6 = v2.and(m31);
            LongVector v7 = v2.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v8 = v4.mul(v6);
            LongVector v9 = v5.mul(v7);
            LongVector v10 = v4.mul(v7).add(v5.mul(v6));
            LongVector v11 = v10.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v12 = v10.lanewise(VectorOperators.LSHR, 30);
            LongVector v13 = v8.add(v9).add(v9);
            LongVector v14 = v13.add(v11).add(v12);
            LongVector v15 = v14.lanewise(VectorOperators.LSHR, 61);
            LongVector v16 = v14.and(p).add(v15);
            LongVector v17 = v16.add(zero0);
            LongVector v18 = v17.lanewise(VectorOperators.LSHR, 61);
            LongVector v19 = v17.and(p).add(v18);
            zero0 = v19;
            LongVector v20 = v1.and(m31);
            LongVector v21 = v1.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v22 = v3.and(m31);
            LongVector v23 = v3.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v24 = v20.mul(v22);
            LongVector v25 = v21.mul(v23);
            LongVector v26 = v20.mul(v23).add(v21.mul(v22));
            LongVector v27 = v26.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v28 = v26.lanewise(VectorOperators.LSHR, 30);
            LongVector v29 = v24.add(v25).add(v25);
            LongVector v30 = v29.add(v27).add(v28);
            LongVector v31 = v30.lanewise(VectorOperators.LSHR, 61);
            LongVector v32 = v30.and(p).add(v31);
            LongVector v33 = v32.add(one1);
            LongVector v34 = v33.lanewise(VectorOperators.LSHR, 61);
            LongVector v35 = v33.and(p).add(v34);
            one1 = v35;
            LongVector v36 = v1.add(2305843009213693951L);
            LongVector v37 = v36.sub(v0);
            LongVector v38 = v3.add(2305843009213693951L);
            LongVector v39 = v38.sub(v2);
            LongVector v40 = v37.and(m31);
            LongVector v41 = v37.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v42 = v39.and(m31);
            LongVector v43 = v39.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v44 = v40.mul(v42);
            LongVector v45 = v41.mul(v43);
            LongVector v46 = v40.mul(v43).add(v41.mul(v42));
            LongVector v47 = v46.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v48 = v46.lanewise(VectorOperators.LSHR, 30);
            LongVector v49 = v44.add(v45).add(v45);
            LongVector v50 = v49.add(v47).add(v48);
            LongVector v51 = v50.lanewise(VectorOperators.LSHR, 61);
            LongVector v52 = v50.and(p).add(v51);
            LongVector v53 = v52.add(square2);
            LongVector v54 = v53.lanewise(VectorOperators.LSHR, 61);
            LongVector v55 = v53.and(p).add(v54);
            square2 = v55;
        }
        zero0.intoArray(lanes[0], 0);
        one1.intoArray(lanes[1], 0);
        square2.intoArray(lanes[2], 0);
        return end;
    }

    @Override
    public int fractionValue(
            long[] p0,
            long[] p1,
            long[] q0,
            long[] q1,
            long[] e0,
            long[] e1,
            long l0,
            long l1,
            int at,
            int half,
            int length,
            long[][] lanes) {
        LongVector l0s = LongVector.broadcast(S, l0);
        LongVector l1s = LongVector.broadcast(S, l1);
        LongVector m = LongVector.broadcast(S, 0xFFFF_FFFFL);
        LongVector m30 = LongVector.broadcast(S, 0x3FFF_FFFFL);
        LongVector m31 = LongVector.broadcast(S, 0x7FFF_FFFFL);
        LongVector p = LongVector.broadcast(S, 0x1FFF_FFFF_FFFF_FFFFL);
        LongVector sum0 = LongVector.zero(S);
        LongVector sum1 = LongVector.zero(S);
        int end = S.loopBound(length);
        for (int i = 0; i < end; i += S.length()) {
            LongVector v0 = LongVector.fromArray(S, p0, at + i);
            LongVector v1 = LongVector.fromArray(S, p1, at + i);
            LongVector v2 = LongVector.fromArray(S, p0, at + 2 * half + i);
            LongVector v3 = LongVector.fromArray(S, p1, at + 2 * half + i);
            LongVector v4 = LongVector.fromArray(S, q0, at + i);
            LongVector v5 = LongVector.fromArray(S, q1, at + i);
            LongVector v6 = LongVector.fromArray(S, q0, at + 2 * half + i);
            LongVector v7 = LongVector.fromArray(S, q1, at + 2 * half + i);
            LongVector v8 = v4.and(m31);
            LongVector v9 = v4.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v10 = l0s.and(m31);
            LongVector v11 = l0s.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v12 = v8.mul(v10);
            LongVector v13 = v9.mul(v11);
            LongVector v14 = v8.mul(v11).add(v9.mul(v10));
            LongVector v15 = v14.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v16 = v14.lanewise(VectorOperators.LSHR, 30);
            LongVector v17 = v12.add(v13).add(v13);
            LongVector v18 = v17.add(v15).add(v16);
            LongVector v19 = v18.lanewise(VectorOperators.LSHR, 61);
            LongVector v20 = v18.and(p).add(v19);
            LongVector v21 = v5.and(m31);
            LongVector v22 = v5.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v23 = l1s.and(m31);
            LongVector v24 = l1s.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v25 = v21.mul(v23);
            LongVector v26 = v22.mul(v24);
            LongVector v27 = v21.mul(v24).add(v22.mul(v23));
            LongVector v28 = v27.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v29 = v27.lanewise(VectorOperators.LSHR, 30);
            LongVector v30 = v25.add(v26).add(v26);
            LongVector v31 = v30.add(v28).add(v29);
            LongVector v32 = v31.lanewise(VectorOperators.LSHR, 61);
            LongVector v33 = v31.and(p).add(v32);
            LongVector v34 = v4.add(v5);
            LongVector v35 = l0s.add(l1s);
            LongVector v36 = v34.and(m31);
            LongVector v37 = v34.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v38 = v35.and(m31);
            LongVector v39 = v35.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v40 = v36.mul(v38);
            LongVector v41 = v37.mul(v39);
            LongVector v42 = v36.mul(v39).add(v37.mul(v38));
            LongVector v43 = v42.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v44 = v42.lanewise(VectorOperators.LSHR, 30);
            LongVector v45 = v40.add(v41).add(v41);
            LongVector v46 = v45.add(v43).add(v44);
            LongVector v47 = v46.lanewise(VectorOperators.LSHR, 61);
            LongVector v48 = v46.and(p).add(v47);
            LongVector v49 = LongVector.broadcast(S, 4611686018427387902L);
            LongVector v50 = v49.sub(v33);
            LongVector v51 = v20.add(v50);
            LongVector v52 = v48.add(4611686018427387902L);
            LongVector v53 = v52.sub(v20);
            LongVector v54 = v53.add(4611686018427387902L);
            LongVector v55 = v54.sub(v33);
            LongVector v56 = v51.add(v0);
            LongVector v57 = v55.add(v1);
            LongVector v58 = v56.and(m31);
            LongVector v59 = v56.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v60 = v6.and(m31);
            LongVector v61 = v6.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v62 = v58.mul(v60);
            LongVector v63 = v59.mul(v61);
            LongVector v64 = v58.mul(v61).add(v59.mul(v60));
            LongVector v65 = v64.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v66 = v64.lanewise(VectorOperators.LSHR, 30);
            LongVector v67 = v62.add(v63).add(v63);
            LongVector v68 = v67.add(v65).add(v66);
            LongVector v69 = v68.lanewise(VectorOperators.LSHR, 61);
            LongVector v70 = v68.and(p).add(v69);
            LongVector v71 = v57.lanewise(VectorOperators.LSHR, 61);
            LongVector v72 = v57.and(p).add(v71);
            LongVector v73 = v72.and(m31);
            LongVector v74 = v72.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v75 = v7.and(m31);
            LongVector v76 = v7.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v77 = v73.mul(v75);
            LongVector v78 = v74.mul(v76);
            LongVector v79 = v73.mul(v76).add(v74.mul(v75));
            LongVector v80 = v79.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v81 = v79.lanewise(VectorOperators.LSHR, 30);
            LongVector v82 = v77.add(v78).add(v78);
            LongVector v83 = v82.add(v80).add(v81);
            LongVector v84 = v83.lanewise(VectorOperators.LSHR, 61);
            LongVector v85 = v83.and(p).add(v84);
            LongVector v86 = v57.lanewise(VectorOperators.LSHR, 61);
            LongVector v87 = v57.and(p).add(v86);
            LongVector v88 = v56.add(v87);
            LongVector v89 = v6.add(v7);
            LongVector v90 = v88.lanewise(VectorOperators.LSHR, 61);
            LongVector v91 = v88.and(p).add(v90);
            LongVector v92 = v91.and(m31);
            LongVector v93 = v91.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v94 = v89.and(m31);
            LongVector v95 = v89.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v96 = v92.mul(v94);
            LongVector v97 = v93.mul(v95);
            LongVector v98 = v92.mul(v95).add(v93.mul(v94));
            LongVector v99 = v98.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v100 = v98.lanewise(VectorOperators.LSHR, 30);
            LongVector v101 = v96.add(v97).add(v97);
            LongVector v102 = v101.add(v99).add(v100);
            LongVector v103 = v102.lanewise(VectorOperators.LSHR, 61);
            LongVector v104 = v102.and(p).add(v103);
            LongVector v105 = LongVector.broadcast(S, 4611686018427387902L);
            LongVector v106 = v105.sub(v85);
            LongVector v107 = v70.add(v106);
            LongVector v108 = v104.add(4611686018427387902L);
            LongVector v109 = v108.sub(v70);
            LongVector v110 = v109.add(4611686018427387902L);
            LongVector v111 = v110.sub(v85);
            LongVector v112 = v2.and(m31);
            LongVector v113 = v2.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v114 = v112.mul(v8);
            LongVector v115 = v113.mul(v9);
            LongVector v116 = v112.mul(v9).add(v113.mul(v8));
            LongVector v117 = v116.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v118 = v116.lanewise(VectorOperators.LSHR, 30);
            LongVector v119 = v114.add(v115).add(v115);
            LongVector v120 = v119.add(v117).add(v118);
            LongVector v121 = v120.lanewise(VectorOperators.LSHR, 61);
            LongVector v122 = v120.and(p).add(v121);
            LongVector v123 = v3.and(m31);
            LongVector v124 = v3.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v125 = v123.mul(v21);
            LongVector v126 = v124.mul(v22);
            LongVector v127 = v123.mul(v22).add(v124.mul(v21));
            LongVector v128 = v127.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v129 = v127.lanewise(VectorOperators.LSHR, 30);
            LongVector v130 = v125.add(v126).add(v126);
            LongVector v131 = v130.add(v128).add(v129);
            LongVector v132 = v131.lanewise(VectorOperators.LSHR, 61);
            LongVector v133 = v131.and(p).add(v132);
            LongVector v134 = v2.add(v3);
            LongVector v135 = v4.add(v5);
            LongVector v136 = v134.and(m31);
            LongVector v137 = v134.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v138 = v135.and(m31);
            LongVector v139 = v135.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v140 = v136.mul(v138);
            LongVector v141 = v137.mul(v139);
            LongVector v142 = v136.mul(v139).add(v137.mul(v138));
            LongVector v143 = v142.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v144 = v142.lanewise(VectorOperators.LSHR, 30);
            LongVector v145 = v140.add(v141).add(v141);
            LongVector v146 = v145.add(v143).add(v144);
            LongVector v147 = v146.lanewise(VectorOperators.LSHR, 61);
            LongVector v148 = v146.and(p).add(v147);
            LongVector v149 = LongVector.broadcast(S, 4611686018427387902L);
            LongVector v150 = v149.sub(v133);
            LongVector v151 = v122.add(v150);
            LongVector v152 = v148.add(4611686018427387902L);
            LongVector v153 = v152.sub(v122);
            LongVector v154 = v153.add(4611686018427387902L);
            LongVector v155 = v154.sub(v133);
            LongVector v156 = v151.lanewise(VectorOperators.LSHR, 61);
            LongVector v157 = v151.and(p).add(v156);
            LongVector v158 = v157.sub(p);
            LongVector v159 = v157.lanewise(VectorOperators.UMIN, v158);
            LongVector v160 = v155.lanewise(VectorOperators.LSHR, 61);
            LongVector v161 = v155.and(p).add(v160);
            LongVector v162 = v161.sub(p);
            LongVector v163 = v161.lanewise(VectorOperators.UMIN, v162);
            LongVector v164 = v107.add(v159);
            LongVector v165 = v111.add(v163);
            LongVector v166 = LongVector.fromArray(S, e0, at + i);
            LongVector v167 = LongVector.fromArray(S, e1, at + i);
            LongVector v168 = v164.and(m31);
            LongVector v169 = v164.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v170 = v166.and(m31);
            LongVector v171 = v166.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v172 = v168.mul(v170);
            LongVector v173 = v169.mul(v171);
            LongVector v174 = v168.mul(v171).add(v169.mul(v170));
            LongVector v175 = v174.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v176 = v174.lanewise(VectorOperators.LSHR, 30);
            LongVector v177 = v172.add(v173).add(v173);
            LongVector v178 = v177.add(v175).add(v176);
            LongVector v179 = v178.lanewise(VectorOperators.LSHR, 61);
            LongVector v180 = v178.and(p).add(v179);
            LongVector v181 = v165.lanewise(VectorOperators.LSHR, 61);
            LongVector v182 = v165.and(p).add(v181);
            LongVector v183 = v182.and(m31);
            LongVector v184 = v182.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v185 = v167.and(m31);
            LongVector v186 = v167.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v187 = v183.mul(v185);
            LongVector v188 = v184.mul(v186);
            LongVector v189 = v183.mul(v186).add(v184.mul(v185));
            LongVector v190 = v189.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v191 = v189.lanewise(VectorOperators.LSHR, 30);
            LongVector v192 = v187.add(v188).add(v188);
            LongVector v193 = v192.add(v190).add(v191);
            LongVector v194 = v193.lanewise(VectorOperators.LSHR, 61);
            LongVector v195 = v193.and(p).add(v194);
            LongVector v196 = v165.lanewise(VectorOperators.LSHR, 61);
            LongVector v197 = v165.and(p).add(v196);
            LongVector v198 = v164.add(v197);
            LongVector v199 = v166.add(v167);
            LongVector v200 = v198.lanewise(VectorOperators.LSHR, 61);
            LongVector v201 = v198.and(p).add(v200);
            LongVector v202 = v201.and(m31);
            LongVector v203 = v201.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v204 = v199.and(m31);
            LongVector v205 = v199.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v206 = v202.mul(v204);
            LongVector v207 = v203.mul(v205);
            LongVector v208 = v202.mul(v205).add(v203.mul(v204));
            LongVector v209 = v208.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v210 = v208.lanewise(VectorOperators.LSHR, 30);
            LongVector v211 = v206.add(v207).add(v207);
            LongVector v212 = v211.add(v209).add(v210);
            LongVector v213 = v212.lanewise(VectorOperators.LSHR, 61);
            LongVector v214 = v212.and(p).add(v213);
            LongVector v215 = LongVector.broadcast(S, 4611686018427387902L);
            LongVector v216 = v215.sub(v195);
            LongVector v217 = v180.add(v216);
            LongVector v218 = v214.add(4611686018427387902L);
            LongVector v219 = v218.sub(v180);
            LongVector v220 = v219.add(4611686018427387902L);
            LongVector v221 = v220.sub(v195);
            LongVector v222 = v217.lanewise(VectorOperators.LSHR, 61);
            LongVector v223 = v217.and(p).add(v222);
            LongVector v224 = v223.add(sum0);
            LongVector v225 = v224.lanewise(VectorOperators.LSHR, 61);
            LongVector v226 = v224.and(p).add(v225);
            sum0 = v226;
            LongVector v227 = v221.lanewise(VectorOperators.LSHR, 61);
            LongVector v228 = v221.and(p).add(v227);
            LongVector v229 = v228.add(sum1);
            LongVector v230 = v229.lanewise(VectorOperators.LSHR, 61);
            LongVector v231 = v229.and(p).add(v230);
            sum1 = v231;
        }
        sum0.intoArray(lanes[0], 0);
        sum1.intoArray(lanes[1], 0);
        return end;
    }

    @Override
    public int fractionSlope(
            long[] p0,
            long[] p1,
            long[] q0,
            long[] q1,
            long[] e0,
            long[] e1,
            long l0,
            long l1,
            int at,
            int half,
            int length,
            long[][] lanes) {
        LongVector l0s = LongVector.broadcast(S, l0);
        LongVector l1s = LongVector.broadcast(S, l1);
        LongVector m = LongVector.broadcast(S, 0xFFFF_FFFFL);
        LongVector m30 = LongVector.broadcast(S, 0x3FFF_FFFFL);
        LongVector m31 = LongVector.broadcast(S, 0x7FFF_FFFFL);
        LongVector p = LongVector.broadcast(S, 0x1FFF_FFFF_FFFF_FFFFL);
        LongVector sum0 = LongVector.zero(S);
        LongVector sum1 = LongVector.zero(S);
        int end = S.loopBound(length);
        for (int i = 0; i < end; i += S.length()) {
            LongVector v0 = LongVector.fromArray(S, p0, at + half + i);
            LongVector v1 = LongVector.fromArray(S, p1, at + half + i);
            LongVector v2 = LongVector.fromArray(S, p0, at + i);
            LongVector v3 = LongVector.fromArray(S, p1, at + i);
            LongVector v4 = v0.add(2305843009213693951L);
            LongVector v5 = v4.sub(v2);
            LongVector v6 = v1.add(2305843009213693951L);
            LongVector v7 = v6.sub(v3);
            LongVector v8 = LongVector.fromArray(S, p0, at + 3 * half + i);
            LongVector v9 = LongVector.fromArray(S, p1, at + 3 * half + i);
            LongVector v10 = LongVector.fromArray(S, p0, at + 2 * half + i);
            LongVector v11 = LongVector.fromArray(S, p1, at + 2 * half + i);
            LongVector v12 = v8.add(2305843009213693951L);
            LongVector v13 = v12.sub(v10);
            LongVector v14 = v9.add(2305843009213693951L);
            LongVector v15 = v14.sub(v11);
            LongVector v16 = LongVector.fromArray(S, q0, at + half + i);
            LongVector v17 = LongVector.fromArray(S, q1, at + half + i);
            LongVector v18 = LongVector.fromArray(S, q0, at + i);
            LongVector v19 = LongVector.fromArray(S, q1, at + i);
            LongVector v20 = v16.add(2305843009213693951L);
            LongVector v21 = v20.sub(v18);
            LongVector v22 = v17.add(2305843009213693951L);
            LongVector v23 = v22.sub(v19);
            LongVector v24 = LongVector.fromArray(S, q0, at + 3 * half + i);
            LongVector v25 = LongVector.fromArray(S, q1, at + 3 * half + i);
            LongVector v26 = LongVector.fromArray(S, q0, at + 2 * half + i);
            LongVector v27 = LongVector.fromArray(S, q1, at + 2 * half + i);
            LongVector v28 = v24.add(2305843009213693951L);
            LongVector v29 = v28.sub(v26);
            LongVector v30 = v25.add(2305843009213693951L);
            LongVector v31 = v30.sub(v27);
            LongVector v32 = v21.and(m31);
            LongVector v33 = v21.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v34 = l0s.and(m31);
            LongVector v35 = l0s.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v36 = v32.mul(v34);
            LongVector v37 = v33.mul(v35);
            LongVector v38 = v32.mul(v35).add(v33.mul(v34));
            LongVector v39 = v38.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v40 = v38.lanewise(VectorOperators.LSHR, 30);
            LongVector v41 = v36.add(v37).add(v37);
            LongVector v42 = v41.add(v39).add(v40);
            LongVector v43 = v42.lanewise(VectorOperators.LSHR, 61);
            LongVector v44 = v42.and(p).add(v43);
            LongVector v45 = v23.and(m31);
            LongVector v46 = v23.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v47 = l1s.and(m31);
            LongVector v48 = l1s.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v49 = v45.mul(v47);
            LongVector v50 = v46.mul(v48);
            LongVector v51 = v45.mul(v48).add(v46.mul(v47));
            LongVector v52 = v51.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v53 = v51.lanewise(VectorOperators.LSHR, 30);
            LongVector v54 = v49.add(v50).add(v50);
            LongVector v55 = v54.add(v52).add(v53);
            LongVector v56 = v55.lanewise(VectorOperators.LSHR, 61);
            LongVector v57 = v55.and(p).add(v56);
            LongVector v58 = v21.add(v23);
            LongVector v59 = l0s.add(l1s);
            LongVector v60 = v58.lanewise(VectorOperators.LSHR, 61);
            LongVector v61 = v58.and(p).add(v60);
            LongVector v62 = v61.and(m31);
            LongVector v63 = v61.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v64 = v59.and(m31);
            LongVector v65 = v59.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v66 = v62.mul(v64);
            LongVector v67 = v63.mul(v65);
            LongVector v68 = v62.mul(v65).add(v63.mul(v64));
            LongVector v69 = v68.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v70 = v68.lanewise(VectorOperators.LSHR, 30);
            LongVector v71 = v66.add(v67).add(v67);
            LongVector v72 = v71.add(v69).add(v70);
            LongVector v73 = v72.lanewise(VectorOperators.LSHR, 61);
            LongVector v74 = v72.and(p).add(v73);
            LongVector v75 = LongVector.broadcast(S, 4611686018427387902L);
            LongVector v76 = v75.sub(v57);
            LongVector v77 = v44.add(v76);
            LongVector v78 = v74.add(4611686018427387902L);
            LongVector v79 = v78.sub(v44);
            LongVector v80 = v79.add(4611686018427387902L);
            LongVector v81 = v80.sub(v57);
            LongVector v82 = v77.add(v5);
            LongVector v83 = v81.add(v7);
            LongVector v84 = v82.lanewise(VectorOperators.LSHR, 61);
            LongVector v85 = v82.and(p).add(v84);
            LongVector v86 = v85.and(m31);
            LongVector v87 = v85.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v88 = v29.and(m31);
            LongVector v89 = v29.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v90 = v86.mul(v88);
            LongVector v91 = v87.mul(v89);
            LongVector v92 = v86.mul(v89).add(v87.mul(v88));
            LongVector v93 = v92.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v94 = v92.lanewise(VectorOperators.LSHR, 30);
            LongVector v95 = v90.add(v91).add(v91);
            LongVector v96 = v95.add(v93).add(v94);
            LongVector v97 = v96.lanewise(VectorOperators.LSHR, 61);
            LongVector v98 = v96.and(p).add(v97);
            LongVector v99 = v83.lanewise(VectorOperators.LSHR, 61);
            LongVector v100 = v83.and(p).add(v99);
            LongVector v101 = v100.and(m31);
            LongVector v102 = v100.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v103 = v31.and(m31);
            LongVector v104 = v31.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v105 = v101.mul(v103);
            LongVector v106 = v102.mul(v104);
            LongVector v107 = v101.mul(v104).add(v102.mul(v103));
            LongVector v108 = v107.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v109 = v107.lanewise(VectorOperators.LSHR, 30);
            LongVector v110 = v105.add(v106).add(v106);
            LongVector v111 = v110.add(v108).add(v109);
            LongVector v112 = v111.lanewise(VectorOperators.LSHR, 61);
            LongVector v113 = v111.and(p).add(v112);
            LongVector v114 = v83.lanewise(VectorOperators.LSHR, 61);
            LongVector v115 = v83.and(p).add(v114);
            LongVector v116 = v82.add(v115);
            LongVector v117 = v29.add(v31);
            LongVector v118 = v116.lanewise(VectorOperators.LSHR, 61);
            LongVector v119 = v116.and(p).add(v118);
            LongVector v120 = v119.and(m31);
            LongVector v121 = v119.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v122 = v117.and(m31);
            LongVector v123 = v117.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v124 = v120.mul(v122);
            LongVector v125 = v121.mul(v123);
            LongVector v126 = v120.mul(v123).add(v121.mul(v122));
            LongVector v127 = v126.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v128 = v126.lanewise(VectorOperators.LSHR, 30);
            LongVector v129 = v124.add(v125).add(v125);
            LongVector v130 = v129.add(v127).add(v128);
            LongVector v131 = v130.lanewise(VectorOperators.LSHR, 61);
            LongVector v132 = v130.and(p).add(v131);
            LongVector v133 = LongVector.broadcast(S, 4611686018427387902L);
            LongVector v134 = v133.sub(v113);
            LongVector v135 = v98.add(v134);
            LongVector v136 = v132.add(4611686018427387902L);
            LongVector v137 = v136.sub(v98);
            LongVector v138 = v137.add(4611686018427387902L);
            LongVector v139 = v138.sub(v113);
            LongVector v140 = v13.and(m31);
            LongVector v141 = v13.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v142 = v140.mul(v32);
            LongVector v143 = v141.mul(v33);
            LongVector v144 = v140.mul(v33).add(v141.mul(v32));
            LongVector v145 = v144.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v146 = v144.lanewise(VectorOperators.LSHR, 30);
            LongVector v147 = v142.add(v143).add(v143);
            LongVector v148 = v147.add(v145).add(v146);
            LongVector v149 = v148.lanewise(VectorOperators.LSHR, 61);
            LongVector v150 = v148.and(p).add(v149);
            LongVector v151 = v15.and(m31);
            LongVector v152 = v15.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v153 = v151.mul(v45);
            LongVector v154 = v152.mul(v46);
            LongVector v155 = v151.mul(v46).add(v152.mul(v45));
            LongVector v156 = v155.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v157 = v155.lanewise(VectorOperators.LSHR, 30);
            LongVector v158 = v153.add(v154).add(v154);
            LongVector v159 = v158.add(v156).add(v157);
            LongVector v160 = v159.lanewise(VectorOperators.LSHR, 61);
            LongVector v161 = v159.and(p).add(v160);
            LongVector v162 = v13.add(v15);
            LongVector v163 = v21.add(v23);
            LongVector v164 = v162.lanewise(VectorOperators.LSHR, 61);
            LongVector v165 = v162.and(p).add(v164);
            LongVector v166 = v165.and(m31);
            LongVector v167 = v165.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v168 = v163.and(m31);
            LongVector v169 = v163.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v170 = v166.mul(v168);
            LongVector v171 = v167.mul(v169);
            LongVector v172 = v166.mul(v169).add(v167.mul(v168));
            LongVector v173 = v172.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v174 = v172.lanewise(VectorOperators.LSHR, 30);
            LongVector v175 = v170.add(v171).add(v171);
            LongVector v176 = v175.add(v173).add(v174);
            LongVector v177 = v176.lanewise(VectorOperators.LSHR, 61);
            LongVector v178 = v176.and(p).add(v177);
            LongVector v179 = LongVector.broadcast(S, 4611686018427387902L);
            LongVector v180 = v179.sub(v161);
            LongVector v181 = v150.add(v180);
            LongVector v182 = v178.add(4611686018427387902L);
            LongVector v183 = v182.sub(v150);
            LongVector v184 = v183.add(4611686018427387902L);
            LongVector v185 = v184.sub(v161);
            LongVector v186 = v181.lanewise(VectorOperators.LSHR, 61);
            LongVector v187 = v181.and(p).add(v186);
            LongVector v188 = v187.sub(p);
            LongVector v189 = v187.lanewise(VectorOperators.UMIN, v188);
            LongVector v190 = v185.lanewise(VectorOperators.LSHR, 61);
            LongVector v191 = v185.and(p).add(v190);
            LongVector v192 = v191.sub(p);
            LongVector v193 = v191.lanewise(VectorOperators.UMIN, v192);
            LongVector v194 = v135.add(v189);
            LongVector v195 = v139.add(v193);
            LongVector v196 = LongVector.fromArray(S, e0, at + i);
            LongVector v197 = LongVector.fromArray(S, e1, at + i);
            LongVector v198 = v194.and(m31);
            LongVector v199 = v194.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v200 = v196.and(m31);
            LongVector v201 = v196.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v202 = v198.mul(v200);
            LongVector v203 = v199.mul(v201);
            LongVector v204 = v198.mul(v201).add(v199.mul(v200));
            LongVector v205 = v204.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v206 = v204.lanewise(VectorOperators.LSHR, 30);
            LongVector v207 = v202.add(v203).add(v203);
            LongVector v208 = v207.add(v205).add(v206);
            LongVector v209 = v208.lanewise(VectorOperators.LSHR, 61);
            LongVector v210 = v208.and(p).add(v209);
            LongVector v211 = v195.lanewise(VectorOperators.LSHR, 61);
            LongVector v212 = v195.and(p).add(v211);
            LongVector v213 = v212.and(m31);
            LongVector v214 = v212.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v215 = v197.and(m31);
            LongVector v216 = v197.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v217 = v213.mul(v215);
            LongVector v218 = v214.mul(v216);
            LongVector v219 = v213.mul(v216).add(v214.mul(v215));
            LongVector v220 = v219.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v221 = v219.lanewise(VectorOperators.LSHR, 30);
            LongVector v222 = v217.add(v218).add(v218);
            LongVector v223 = v222.add(v220).add(v221);
            LongVector v224 = v223.lanewise(VectorOperators.LSHR, 61);
            LongVector v225 = v223.and(p).add(v224);
            LongVector v226 = v195.lanewise(VectorOperators.LSHR, 61);
            LongVector v227 = v195.and(p).add(v226);
            LongVector v228 = v194.add(v227);
            LongVector v229 = v196.add(v197);
            LongVector v230 = v228.lanewise(VectorOperators.LSHR, 61);
            LongVector v231 = v228.and(p).add(v230);
            LongVector v232 = v231.and(m31);
            LongVector v233 = v231.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v234 = v229.and(m31);
            LongVector v235 = v229.lanewise(VectorOperators.LSHR, 31).and(m);
            LongVector v236 = v232.mul(v234);
            LongVector v237 = v233.mul(v235);
            LongVector v238 = v232.mul(v235).add(v233.mul(v234));
            LongVector v239 = v238.and(m30).lanewise(VectorOperators.LSHL, 31);
            LongVector v240 = v238.lanewise(VectorOperators.LSHR, 30);
            LongVector v241 = v236.add(v237).add(v237);
            LongVector v242 = v241.add(v239).add(v240);
            LongVector v243 = v242.lanewise(VectorOperators.LSHR, 61);
            LongVector v244 = v242.and(p).add(v243);
            LongVector v245 = LongVector.broadcast(S, 4611686018427387902L);
            LongVector v246 = v245.sub(v225);
            LongVector v247 = v210.add(v246);
            LongVector v248 = v244.add(4611686018427387902L);
            LongVector v249 = v248.sub(v210);
            LongVector v250 = v249.add(4611686018427387902L);
            LongVector v251 = v250.sub(v225);
            LongVector v252 = v247.lanewise(VectorOperators.LSHR, 61);
            LongVector v253 = v247.and(p).add(v252);
            LongVector v254 = v253.add(sum0);
            LongVector v255 = v254.lanewise(VectorOperators.LSHR, 61);
            LongVector v256 = v254.and(p).add(v255);
            sum0 = v256;
            LongVector v257 = v251.lanewise(VectorOperators.LSHR, 61);
            LongVector v258 = v251.and(p).add(v257);
            LongVector v259 = v258.add(sum1);
            LongVector v260 = v259.lanewise(VectorOperators.LSHR, 61);
            LongVector v261 = v259.and(p).add(v260);
            sum1 = v261;
        }
        sum0.intoArray(lanes[0], 0);
        sum1.intoArray(lanes[1], 0);
        return end;
    }
}
