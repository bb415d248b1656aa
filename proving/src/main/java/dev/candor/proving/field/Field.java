package dev.candor.proving.field;

/**
 * A prime field F of at most 64 bits with a quadratic extension K. An element of F is a {@code long}, read without sign, and always
 * canonical (below the modulus): every method demands that of its arguments and gives it back, and {@link #isCanonical} is how a value
 * from outside is let in. Implementations are immutable and hold no secrets; nothing here runs in constant time.
 */
public interface Field {

    /** The bytes of an encoded element of F, little-endian. */
    int ELEMENT_BYTES = 8;

    /** The identifier that the transcript absorbs. */
    String name();

    /** The modulus p, read without sign. */
    long modulus();

    /** The number of bits of the modulus: a uniform string of that many bits is rejected with probability below one half. */
    default int bitLength() {
        return Long.SIZE - Long.numberOfLeadingZeros(modulus());
    }

    /** The largest e such that 2^e divides p - 1. */
    default int twoAdicity() {
        return Long.numberOfTrailingZeros(modulus() - 1);
    }

    /** A generator of the multiplicative group of F. */
    long generator();

    default boolean isCanonical(long value) {
        return Long.compareUnsigned(value, modulus()) < 0;
    }

    /** The residue of a signed number. */
    long fromSigned(long value);

    /** The residue of a number of 64 bits without sign. */
    default long fromUnsigned(long word) {
        return Long.remainderUnsigned(word, modulus());
    }

    /** The representative of smallest magnitude: the inverse of {@link #fromSigned} on (-p/2, p/2). */
    default long toSigned(long value) {
        return Long.compareUnsigned(value, modulus() >>> 1) <= 0 ? value : value - modulus();
    }

    long add(long a, long b);

    long sub(long a, long b);

    long mul(long a, long b);

    default long neg(long a) {
        return a == 0 ? 0 : modulus() - a;
    }

    /** {@code base} to the power of {@code exponent}, which is read without sign. */
    default long pow(long base, long exponent) {
        long result = 1;
        long square = base;
        for (long rest = exponent; rest != 0; rest >>>= 1) {
            if ((rest & 1) != 0) {
                result = mul(result, square);
            }
            square = mul(square, square);
        }
        return result;
    }

    /**
     * The multiplicative inverse.
     *
     * @throws ArithmeticException for zero
     */
    default long inv(long a) {
        if (a == 0) {
            throw new ArithmeticException("Zero has no inverse.");
        }
        return pow(a, modulus() - 2);
    }

    /**
     * A primitive 2^log-th root of unity, the same one in every process.
     *
     * @throws IllegalArgumentException where F has none
     */
    default long rootOfUnity(int log) {
        if (log < 0 || log > twoAdicity()) {
            throw new IllegalArgumentException(name() + " has no root of unity of order 2^" + log + ".");
        }
        return pow(generator(), (modulus() - 1) >>> log);
    }

    /** The square of X in K: an element of F that is no square there. */
    long nonResidue();

    default Extension add(Extension a, Extension b) {
        return new Extension(add(a.c0(), b.c0()), add(a.c1(), b.c1()));
    }

    default Extension sub(Extension a, Extension b) {
        return new Extension(sub(a.c0(), b.c0()), sub(a.c1(), b.c1()));
    }

    default Extension neg(Extension a) {
        return new Extension(neg(a.c0()), neg(a.c1()));
    }

    default Extension mul(Extension a, Extension b) {
        long low = add(mul(a.c0(), b.c0()), mul(nonResidue(), mul(a.c1(), b.c1())));
        return new Extension(low, add(mul(a.c0(), b.c1()), mul(a.c1(), b.c0())));
    }

    default Extension mul(Extension a, long b) {
        return new Extension(mul(a.c0(), b), mul(a.c1(), b));
    }

    default Extension square(Extension a) {
        return mul(a, a);
    }

    /** {@code base} to the power of {@code exponent}, which is read without sign. */
    default Extension pow(Extension base, long exponent) {
        Extension result = Extension.ONE;
        Extension square = base;
        for (long rest = exponent; rest != 0; rest >>>= 1) {
            if ((rest & 1) != 0) {
                result = mul(result, square);
            }
            square = square(square);
        }
        return result;
    }

    /**
     * The multiplicative inverse.
     *
     * @throws ArithmeticException for zero
     */
    default Extension inv(Extension a) {
        long norm = sub(mul(a.c0(), a.c0()), mul(nonResidue(), mul(a.c1(), a.c1())));
        long inverse = inv(norm);
        return new Extension(mul(a.c0(), inverse), mul(neg(a.c1()), inverse));
    }

    /** Loops over arrays of elements, as fast as this field has them. */
    Kernels kernels();
}
