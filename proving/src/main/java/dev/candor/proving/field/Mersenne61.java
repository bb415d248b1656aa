package dev.candor.proving.field;

/**
 * p = 2^61 - 1 and K = F[i] with i^2 = -1, which is no square since p is 3 modulo 4. Reductions are shifts, and three bits of a word are
 * room for sums. The multiplicative group has only two roots of unity of two-power order: transforms and codes go over the circle of the
 * elements of K with norm 1, which has p + 1 = 2^61 points.
 */
public final class Mersenne61 implements Field {

    public static final long MODULUS = (1L << 61) - 1;
    public static final Mersenne61 INSTANCE = new Mersenne61();

    private final Kernels kernels = new VectorKernels(this, new Mersenne61Loops());

    private Mersenne61() {}

    @Override
    public String name() {
        return "mersenne61";
    }

    @Override
    public long modulus() {
        return MODULUS;
    }

    /** 37 generates the multiplicative group. */
    @Override
    public long generator() {
        return 37;
    }

    @Override
    public long nonResidue() {
        return MODULUS - 1;
    }

    @Override
    public long fromSigned(long value) {
        long sum = (value & MODULUS) + (value >> 61);
        return sum < 0 ? sum + MODULUS : canonical(sum);
    }

    @Override
    public long fromUnsigned(long word) {
        return canonical((word & MODULUS) + (word >>> 61));
    }

    private static long canonical(long value) {
        return value >= MODULUS ? value - MODULUS : value;
    }

    @Override
    public long add(long a, long b) {
        return canonical(a + b);
    }

    @Override
    public long sub(long a, long b) {
        return a - b + (a < b ? MODULUS : 0);
    }

    @Override
    public long mul(long a, long b) {
        long high = Math.multiplyHigh(a, b);
        long low = a * b;
        return canonical((low & MODULUS) + (high << 3 | low >>> 61));
    }

    @Override
    public Extension mul(Extension a, Extension b) {
        long low = mul(a.c0(), b.c0());
        long high = mul(a.c1(), b.c1());
        return new Extension(sub(low, high), add(mul(a.c0(), b.c1()), mul(a.c1(), b.c0())));
    }

    @Override
    public Kernels kernels() {
        return kernels;
    }

    @Override
    public String toString() {
        return name();
    }
}
