package dev.candor.proving.fft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import dev.candor.proving.field.Goldilocks;
import dev.candor.proving.field.ToyField;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReedSolomonTest {

    static Stream<ReedSolomon> codes() {
        return Stream.of(
                new ReedSolomon(Goldilocks.INSTANCE, 8, 5, 32),
                new ReedSolomon(Goldilocks.INSTANCE, 4, 11, 16),
                new ReedSolomon(Goldilocks.INSTANCE, 1, 0, 1),
                new ReedSolomon(Goldilocks.INSTANCE, 64, 100, 512),
                new ReedSolomon(new ToyField(17), 2, 1, 8),
                new ReedSolomon(new ToyField(97), 4, 3, 16));
    }

    static long[] random(Field f, int size, SplittableRandom random) {
        long[] values = new long[size];
        for (int i = 0; i < size; i++) {
            values[i] = Long.remainderUnsigned(random.nextLong(), f.modulus());
        }
        return values;
    }

    private static long horner(Field f, long[] coefficients, long x) {
        long value = 0;
        for (int i = coefficients.length - 1; i >= 0; i--) {
            value = f.add(f.mul(value, x), coefficients[i]);
        }
        return value;
    }

    /** The point of H to which a cell belongs, from the definition. */
    private static long cellPoint(ReedSolomon code, int cell) {
        int log = Integer.numberOfTrailingZeros(code.dataSize());
        int exponent = 0;
        for (int bit = 0; bit < log; bit++) {
            exponent |= ((cell >>> bit) & 1) << (log - 1 - bit);
        }
        return code.field().pow(code.field().rootOfUnity(log), exponent);
    }

    private static long wordPoint(ReedSolomon code, int position) {
        int log = Integer.numberOfTrailingZeros(code.length());
        int exponent = 0;
        for (int bit = 0; bit < log; bit++) {
            exponent |= ((position >>> bit) & 1) << (log - 1 - bit);
        }
        return code.field()
                .mul(code.field().generator(), code.field().pow(code.field().rootOfUnity(log), exponent));
    }

    @ParameterizedTest
    @MethodSource("codes")
    void aRowHasItsDataOnTheDataSetAndItsWordElsewhere(ReedSolomon code) {
        Field f = code.field();
        SplittableRandom random = new SplittableRandom(5);
        long[] data = random(f, code.dataSize() + 3, random);
        long[] mask = random(f, code.randomSize() + 2, random);
        long[] coefficients = new long[code.dimension()];
        code.coefficients(data, 3, mask, 2, coefficients, 0);
        for (int cell = 0; cell < code.dataSize(); cell++) {
            assertThat(horner(f, coefficients, cellPoint(code, cell))).isEqualTo(data[3 + cell]);
        }
        long[] word = new long[code.length() + 1];
        code.encode(data, 3, mask, 2, word, 1);
        Set<Long> points = new HashSet<>();
        for (int position = 0; position < code.length(); position++) {
            long x = wordPoint(code, position);
            points.add(x);
            assertThat(word[1 + position]).isEqualTo(horner(f, coefficients, x));
            assertThat(code.evaluateAt(coefficients, 0, coefficients.length, position))
                    .isEqualTo(word[1 + position]);
            assertThat(code.vanishing(position))
                    .isEqualTo(f.sub(f.pow(x, code.dataSize()), 1))
                    .isNotZero();
        }
        assertThat(points).hasSize(code.length());
        for (int cell = 0; cell < code.dataSize(); cell++) {
            assertThat(points).doesNotContain(cellPoint(code, cell));
        }
    }

    @ParameterizedTest
    @MethodSource("codes")
    void theRandomPartOfARowIsAMultipleOfTheVanishingPolynomial(ReedSolomon code) {
        Field f = code.field();
        SplittableRandom random = new SplittableRandom(6);
        long[] data = random(f, code.dataSize(), random);
        long[] mask = random(f, code.randomSize(), random);
        long[] rest = new long[code.dimension()];
        code.coefficients(data, 0, mask, 0, rest, 0);
        for (int i = 0; i < mask.length; i++) {
            rest[i] = f.add(rest[i], mask[i]);
            rest[i + code.dataSize()] = f.sub(rest[i + code.dataSize()], mask[i]);
        }
        code.interpolate(data, 0);
        assertThat(rest).isEqualTo(Arrays.copyOf(data, code.dimension()));
    }

    @ParameterizedTest
    @MethodSource("codes")
    void decodesAndSumsAnyPolynomial(ReedSolomon code) {
        Field f = code.field();
        SplittableRandom random = new SplittableRandom(7);
        for (int count = 1; count <= code.length(); count += 1 + count / 3) {
            long[] c0 = random(f, count, random);
            long[] c1 = random(f, count, random);
            long[] data = new long[code.dataSize()];
            code.decode(c0, 0, count, data, 0);
            long sum = 0;
            for (int cell = 0; cell < code.dataSize(); cell++) {
                assertThat(data[cell]).isEqualTo(horner(f, c0, cellPoint(code, cell)));
                sum = f.add(sum, data[cell]);
            }
            assertThat(code.sumOverData(c0, 0, count)).isEqualTo(sum);
            ExtensionVector polynomial = new ExtensionVector(c0, c1);
            assertThat(code.sumOverData(polynomial, count))
                    .isEqualTo(new Extension(sum, code.sumOverData(c1, 0, count)));
            ExtensionVector word = new ExtensionVector(code.length());
            code.evaluate(polynomial, count, word);
            int position = random.nextInt(code.length());
            assertThat(code.evaluateAt(polynomial, count, position)).isEqualTo(word.get(position));
        }
    }

    /** Any t positions of a word are uniform: on a toy field, counted over all masks. */
    @Test
    void anyPositionsUpToTheNumberOfRandomCoefficientsAreUniform() {
        Field f = new ToyField(17);
        ReedSolomon code = new ReedSolomon(f, 2, 2, 8);
        long[][] secrets = {{0, 0}, {5, 11}};
        for (long[] secret : secrets) {
            for (int i = 0; i < 8; i++) {
                for (int j = i + 1; j < 8; j++) {
                    Set<Long> seen = new HashSet<>();
                    for (long s0 = 0; s0 < 17; s0++) {
                        for (long s1 = 0; s1 < 17; s1++) {
                            long[] word = new long[8];
                            code.encode(secret, 0, new long[] {s0, s1}, 0, word, 0);
                            seen.add(word[i] * 17 + word[j]);
                        }
                    }
                    assertThat(seen).hasSize(17 * 17);
                }
            }
        }
    }

    @Test
    void refusesSizesItHasNoCodeFor() {
        Field f = Goldilocks.INSTANCE;
        assertThatThrownBy(() -> new ReedSolomon(f, 6, 1, 16)).hasMessageContaining("powers of two");
        assertThatThrownBy(() -> new ReedSolomon(f, 4, 1, 12)).hasMessageContaining("powers of two");
        assertThatThrownBy(() -> new ReedSolomon(f, 8, 9, 16)).hasMessageContaining("does not fit");
        assertThatThrownBy(() -> new ReedSolomon(f, 8, -1, 16)).hasMessageContaining("does not fit");
        assertThatThrownBy(() -> new ReedSolomon(new ToyField(17), 2, 1, 16)).hasMessageContaining("none is left");
        assertThatThrownBy(() -> new ReedSolomon(new ToyField(17), 2, 1, 32)).hasMessageContaining("no root of unity");
        assertThatThrownBy(() -> new ReedSolomon(f, 2, 1, 8).evaluate(new long[9], 0, 9, new long[8], 0))
                .hasMessageContaining("no word");
    }
}
