package dev.candor.proving.field;

/**
 * A field of a few elements, so that tests can go through all of them: the same interface, the same classes above it, no security. Found by
 * search from the prime.
 */
public final class ToyField implements Field {

    private final long modulus;
    private final long generator;
    private final Kernels kernels = () -> this;

    /** The field of {@code modulus} elements, an odd prime below 2^15. */
    public ToyField(int modulus) {
        if (modulus < 3 || modulus >= 1 << 15 || !isPrime(modulus)) {
            throw new IllegalArgumentException(modulus + " is not an odd prime below 2^15.");
        }
        this.modulus = modulus;
        this.generator = findGenerator(modulus);
    }

    private static boolean isPrime(int n) {
        for (int d = 2; d * d <= n; d++) {
            if (n % d == 0) {
                return false;
            }
        }
        return true;
    }

    private static long findGenerator(int p) {
        for (int g = 2; ; g++) {
            int order = 1;
            for (long power = g; power != 1; power = power * g % p) {
                order++;
            }
            if (order == p - 1) {
                return g;
            }
        }
    }

    @Override
    public String name() {
        return "toy-" + modulus;
    }

    @Override
    public long modulus() {
        return modulus;
    }

    @Override
    public long generator() {
        return generator;
    }

    /** A generator is never a square. */
    @Override
    public long nonResidue() {
        return generator;
    }

    @Override
    public long fromSigned(long value) {
        return Math.floorMod(value, modulus);
    }

    @Override
    public long add(long a, long b) {
        return (a + b) % modulus;
    }

    @Override
    public long sub(long a, long b) {
        return (a - b + modulus) % modulus;
    }

    @Override
    public long mul(long a, long b) {
        return a * b % modulus;
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
