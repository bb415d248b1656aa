package dev.candor.proving.field;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FieldTest {

    private static final int TRIES = 20_000;

    static Stream<Field> fields() {
        return Stream.of(
                Goldilocks.INSTANCE,
                Mersenne61.INSTANCE,
                new ToyField(3),
                new ToyField(17),
                new ToyField(97),
                new ToyField(257));
    }

    /** Uniform elements with the edges of the representation among them. */
    static long element(Field f, SplittableRandom random) {
        long p = f.modulus();
        long[] edges = {0, 1, 2, p - 1, p - 2, 0xFFFF_FFFFL, 0x1_0000_0000L, 0xFFFF_FFFF_0000_0000L, p >>> 1, 1L << 63};
        long candidate = random.nextInt(4) == 0 ? edges[random.nextInt(edges.length)] : random.nextLong();
        return Long.remainderUnsigned(candidate, p);
    }

    static Extension extension(Field f, SplittableRandom random) {
        return new Extension(element(f, random), element(f, random));
    }

    static BigInteger big(long a) {
        return new BigInteger(Long.toUnsignedString(a));
    }

    @ParameterizedTest
    @MethodSource("fields")
    void agreesWithBigIntegers(Field f) {
        SplittableRandom random = new SplittableRandom(1);
        BigInteger p = big(f.modulus());
        assertThat(p.isProbablePrime(100)).isTrue();
        for (int i = 0; i < TRIES; i++) {
            long a = element(f, random);
            long b = element(f, random);
            assertThat(big(f.add(a, b))).isEqualTo(big(a).add(big(b)).mod(p));
            assertThat(big(f.sub(a, b))).isEqualTo(big(a).subtract(big(b)).mod(p));
            assertThat(big(f.mul(a, b))).isEqualTo(big(a).multiply(big(b)).mod(p));
            assertThat(big(f.neg(a))).isEqualTo(big(a).negate().mod(p));
        }
    }

    @ParameterizedTest
    @MethodSource("fields")
    void multipliesInTheExtensionAsPolynomials(Field f) {
        SplittableRandom random = new SplittableRandom(2);
        BigInteger p = big(f.modulus());
        for (int i = 0; i < TRIES; i++) {
            Extension a = extension(f, random);
            Extension b = extension(f, random);
            BigInteger low = big(a.c0())
                    .multiply(big(b.c0()))
                    .add(big(f.nonResidue()).multiply(big(a.c1())).multiply(big(b.c1())))
                    .mod(p);
            BigInteger high = big(a.c0())
                    .multiply(big(b.c1()))
                    .add(big(a.c1()).multiply(big(b.c0())))
                    .mod(p);
            Extension product = f.mul(a, b);
            assertThat(big(product.c0())).isEqualTo(low);
            assertThat(big(product.c1())).isEqualTo(high);
            assertThat(f.square(a)).isEqualTo(f.mul(a, a));
        }
    }

    @ParameterizedTest
    @MethodSource("fields")
    void theNonResidueIsNoSquareSoTheExtensionIsAField(Field f) {
        assertThat(f.pow(f.nonResidue(), (f.modulus() - 1) >>> 1)).isEqualTo(f.modulus() - 1);
    }

    @ParameterizedTest
    @MethodSource("fields")
    void inverts(Field f) {
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 500; i++) {
            long a = element(f, random);
            if (a != 0) {
                assertThat(f.mul(a, f.inv(a))).isEqualTo(1);
            }
            Extension b = extension(f, random);
            if (!b.isZero()) {
                assertThat(f.mul(b, f.inv(b))).isEqualTo(Extension.ONE);
            }
        }
        assertThatThrownBy(() -> f.inv(0)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> f.inv(Extension.ZERO)).isInstanceOf(ArithmeticException.class);
    }

    @ParameterizedTest
    @MethodSource("fields")
    void readsSignedNumbers(Field f) {
        BigInteger p = big(f.modulus());
        long[] numbers = {0, 1, -1, 127, -127, Integer.MIN_VALUE, Integer.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE};
        for (long number : numbers) {
            long residue = f.fromSigned(number);
            assertThat(f.isCanonical(residue)).isTrue();
            assertThat(big(residue)).isEqualTo(BigInteger.valueOf(number).mod(p));
        }
        for (long small = -1; small <= 1; small++) {
            assertThat(f.toSigned(f.fromSigned(small))).isEqualTo(small);
        }
        assertThat(f.isCanonical(f.modulus())).isFalse();
        assertThat(f.isCanonical(f.modulus() - 1)).isTrue();
        assertThat(f.isCanonical(-1)).isFalse();
    }

    @ParameterizedTest
    @MethodSource("fields")
    void hasPrimitiveRootsOfUnity(Field f) {
        for (int log = 1; log <= f.twoAdicity(); log++) {
            long root = f.rootOfUnity(log);
            assertThat(f.pow(root, 1L << (log - 1))).isEqualTo(f.modulus() - 1);
            assertThat(f.mul(root, root)).isEqualTo(f.rootOfUnity(log - 1));
        }
        assertThatThrownBy(() -> f.rootOfUnity(f.twoAdicity() + 1)).hasMessageContaining("no root of unity");
    }

    @Test
    void sevenGeneratesTheGroupOfGoldilocks() {
        Field f = Goldilocks.INSTANCE;
        // p - 1 = 2^32 * 3 * 5 * 17 * 257 * 65537.
        for (long factor : new long[] {2, 3, 5, 17, 257, 65_537}) {
            long cofactor = Long.divideUnsigned(f.modulus() - 1, factor);
            assertThat(f.pow(f.generator(), cofactor)).isNotEqualTo(1);
        }
    }

    @Test
    void thirtySevenGeneratesTheGroupOfMersenne61() {
        Field f = Mersenne61.INSTANCE;
        // p - 1 = 2 * 3^2 * 5^2 * 7 * 11 * 13 * 31 * 41 * 61 * 151 * 331 * 1321.
        BigInteger product = BigInteger.valueOf(3 * 5);
        for (long factor : new long[] {2, 3, 5, 7, 11, 13, 31, 41, 61, 151, 331, 1321}) {
            product = product.multiply(BigInteger.valueOf(factor));
            assertThat(f.pow(f.generator(), (f.modulus() - 1) / factor)).isNotEqualTo(1);
        }
        assertThat(product).isEqualTo(BigInteger.valueOf(f.modulus() - 1));
    }

    @ParameterizedTest
    @MethodSource("fields")
    void readsWordsWithoutSign(Field f) {
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 1000; i++) {
            long word = i < 4 ? -1L >>> (8 * i) : random.nextLong();
            assertThat(big(f.fromUnsigned(word))).isEqualTo(big(word).mod(big(f.modulus())));
        }
    }

    @Test
    void goldilocksReducesEveryPairOfWords() {
        SplittableRandom random = new SplittableRandom(4);
        BigInteger p = big(Goldilocks.MODULUS);
        long[] words = {
            0, 1, -1, 0xFFFF_FFFFL, 0x1_0000_0000L, 0xFFFF_FFFF_0000_0000L, Long.MIN_VALUE, Goldilocks.MODULUS
        };
        for (int i = 0; i < TRIES; i++) {
            long high = i % 3 == 0 ? words[random.nextInt(words.length)] : random.nextLong();
            long low = i % 5 == 0 ? words[random.nextInt(words.length)] : random.nextLong();
            assertThat(big(Goldilocks.reduce(high, low)))
                    .isEqualTo(big(high).shiftLeft(64).add(big(low)).mod(p));
        }
    }
}
