package dev.candor.proving.fft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import dev.candor.proving.field.Goldilocks;
import dev.candor.proving.field.Mersenne61;
import dev.candor.proving.field.ToyField;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a commitment relies on, whatever the code. */
class RowCodeTest {

    static Stream<RowCode> codes() {
        return Stream.of(
                new ReedSolomon(Goldilocks.INSTANCE, 8, 5, 32),
                new ReedSolomon(Goldilocks.INSTANCE, 2, 11, 16),
                new ReedSolomon(Goldilocks.INSTANCE, 256, 77, 2048),
                new ReedSolomon(new ToyField(97), 4, 3, 16),
                new CircleCode(2, 1, 8),
                new CircleCode(8, 5, 64),
                new CircleCode(4, 31, 128),
                new CircleCode(256, 77, 2048));
    }

    private static ExtensionVector word(RowCode code, long[] coefficients, int count, int size) {
        long[] word = new long[size];
        code.evaluate(coefficients, 0, count, word, 0, size);
        return new ExtensionVector(word, new long[size]);
    }

    @ParameterizedTest
    @MethodSource("codes")
    void rowsAreSeparatedIntoDataAndRandomCoefficients(RowCode code) {
        int group = RowCode.GROUP;
        long[] rows = new long[group * code.dimension()];
        long[] separated = new long[group * code.randomSize()];
        if (code.randomSize() > code.dataSize()) {
            assertThatThrownBy(() -> code.separateGroup(rows, separated)).hasMessageContaining("not separated");
            return;
        }
        SplittableRandom random = new SplittableRandom(3);
        for (int r = 0; r < group; r++) {
            long[] data = ReedSolomonTest.random(code.field(), code.dataSize(), random);
            long[] mask = ReedSolomonTest.random(code.field(), code.randomSize(), random);
            long[] coefficients = new long[code.dimension()];
            code.coefficients(data, 0, mask, 0, coefficients, 0);
            for (int i = 0; i < coefficients.length; i++) {
                rows[i * group + r] = coefficients[i];
            }
        }
        long[] together = rows.clone();
        code.separateGroup(rows, separated);
        for (int r = 0; r < group; r++) {
            long[] sum = new long[code.dimension()];
            long[] mask = new long[code.randomSize()];
            for (int i = 0; i < code.dataSize(); i++) {
                sum[i] = rows[i * group + r];
            }
            for (int i = 0; i < mask.length; i++) {
                mask[i] = separated[i * group + r];
            }
            code.addVanishingMultiple(mask, 0, mask.length, sum, 0);
            for (int i = 0; i < sum.length; i++) {
                assertThat(sum[i]).isEqualTo(together[i * group + r]);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("codes")
    void columnsAreTheWordsOfTheRows(RowCode code) {
        SplittableRandom random = new SplittableRandom(1);
        for (int rows : new int[] {1, 7, 8, 9, 20}) {
            int stride = rows + 3;
            long[] data = ReedSolomonTest.random(code.field(), 5 + rows * code.dataSize(), random);
            long[] mask = ReedSolomonTest.random(code.field(), 3 + rows * code.randomSize(), random);
            long[] columns = new long[code.length() * stride];
            long[] coefficients = new long[1 + rows * code.dimension()];
            code.coefficients(data, 5, mask, 3, coefficients, 1, rows);
            code.evaluateColumns(coefficients, 1, code.dimension(), rows, columns, stride, 2);
            long[] word = new long[code.length()];
            for (int row = 0; row < rows; row++) {
                code.encode(data, 5 + row * code.dataSize(), mask, 3 + row * code.randomSize(), word, 0);
                for (int j = 0; j < code.length(); j++) {
                    assertThat(columns[j * stride + 2 + row]).isEqualTo(word[j]);
                }
            }
            for (int j = 0; j < code.length(); j++) {
                assertThat(columns[j * stride]).isZero();
                assertThat(columns[j * stride + rows + 2]).isZero();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("codes")
    void theFirstPositionsOfAWordAreAWord(RowCode code) {
        SplittableRandom random = new SplittableRandom(2);
        for (int size = 1; size <= code.length(); size *= 2) {
            for (int count : new int[] {0, 1, size / 2, size / 2 + 1, size}) {
                if (count > size) {
                    continue;
                }
                long[] coefficients = ReedSolomonTest.random(code.field(), Math.max(count, 1), random);
                long[] part = new long[size];
                Arrays.fill(part, 1);
                code.evaluate(coefficients, 0, count, part, 0, size);
                long[] whole = new long[code.length()];
                code.evaluate(coefficients, 0, count, whole, 0);
                assertThat(part).isEqualTo(Arrays.copyOf(whole, size));
                code.interpolateWord(part, 0, size);
                assertThat(part).isEqualTo(Arrays.copyOf(Arrays.copyOf(coefficients, count), size));
                int position = random.nextInt(code.length());
                assertThat(code.evaluateAt(coefficients, 0, count, position)).isEqualTo(whole[position]);
            }
        }
        assertThatThrownBy(() -> code.evaluate(new long[9], 0, 5, new long[4], 0, 4))
                .hasMessageContaining("no word");
        assertThatThrownBy(() -> code.interpolateWord(new long[9], 0, 3)).hasMessageContaining("no part");
    }

    @ParameterizedTest
    @MethodSource("codes")
    void aRowHasItsDataOnTheDataSetAndASumThere(RowCode code) {
        SplittableRandom random = new SplittableRandom(3);
        Field f = code.field();
        long[] data = ReedSolomonTest.random(f, code.dataSize(), random);
        long[] mask = ReedSolomonTest.random(f, code.randomSize(), random);
        long[] coefficients = new long[code.dimension()];
        code.coefficients(data, 0, mask, 0, coefficients, 0);
        long[] decoded = new long[code.dataSize()];
        code.decode(coefficients, 0, code.dimension(), decoded, 0);
        assertThat(decoded).isEqualTo(data);
        assertThat(code.sumOverData(coefficients, 0, code.dimension()))
                .isEqualTo(Arrays.stream(data).reduce(0, f::add));
    }

    /** The linear test: what a product of two polynomials sums to, and of how many coefficients it is. */
    @ParameterizedTest
    @MethodSource("codes")
    void productsOfRowsKeepTheirDimensionAndTheirValuesOnTheDataSet(RowCode code) {
        SplittableRandom random = new SplittableRandom(4);
        Field f = code.field();
        int count = code.productDimension(code.dimension(), code.dataSize());
        int size = Integer.highestOneBit(count - 1) * 2;
        if (size > code.length()) {
            return;
        }
        long[] data = ReedSolomonTest.random(f, code.dataSize(), random);
        long[] mask = ReedSolomonTest.random(f, code.randomSize(), random);
        long[] coefficients = new long[code.dimension()];
        code.coefficients(data, 0, mask, 0, coefficients, 0);
        long[] factor = ReedSolomonTest.random(f, code.dataSize(), random);
        long[] factorCoefficients = factor.clone();
        code.interpolate(factorCoefficients, 0);
        ExtensionVector product = word(code, coefficients, code.dimension(), size);
        ExtensionVector other = word(code, factorCoefficients, code.dataSize(), size);
        f.kernels().mul(product.plane(0), 0, other.plane(0), 0, product.plane(0), 0, size);
        code.interpolateWord(product);
        assertThat(Arrays.stream(product.plane(0)).skip(count)).allMatch(c -> c == 0);
        long expected = 0;
        for (int i = 0; i < code.dataSize(); i++) {
            expected = f.add(expected, f.mul(data[i], factor[i]));
        }
        assertThat(code.sumOverData(product, count)).isEqualTo(Extension.of(expected));
        long[] decoded = new long[code.dataSize()];
        code.decode(product.plane(0), 0, count, decoded, 0);
        for (int i = 0; i < code.dataSize(); i++) {
            assertThat(decoded[i]).isEqualTo(f.mul(data[i], factor[i]));
        }
    }

    @ParameterizedTest
    @MethodSource("codes")
    void theVanishingPolynomialTakesARowOfZerosToItsMask(RowCode code) {
        SplittableRandom random = new SplittableRandom(5);
        Field f = code.field();
        long[] mask = ReedSolomonTest.random(f, code.randomSize(), random);
        long[] word = new long[code.length()];
        code.encode(new long[code.dataSize()], 0, mask, 0, word, 0);
        for (int j = 0; j < code.length(); j++) {
            long value = code.evaluateAt(mask, 0, code.randomSize(), j);
            assertThat(code.vanishing(j)).isNotZero();
            assertThat(word[j]).isEqualTo(f.mul(code.vanishing(j), value));
        }
    }

    @ParameterizedTest
    @MethodSource("codes")
    void multipliesByTheVanishingPolynomial(RowCode code) {
        SplittableRandom random = new SplittableRandom(7);
        Field f = code.field();
        for (int count = 1; count + code.dataSize() <= code.length() / 2; count = 2 * count + 1) {
            long[] factor = ReedSolomonTest.random(f, count, random);
            long[] sum = ReedSolomonTest.random(f, count + code.dataSize(), random);
            long[] before = sum.clone();
            code.addVanishingMultiple(factor, 0, count, sum, 0);
            for (int j = 0; j < code.length(); j++) {
                long expected = f.add(
                        code.evaluateAt(before, 0, before.length, j),
                        f.mul(code.vanishing(j), code.evaluateAt(factor, 0, count, j)));
                assertThat(code.evaluateAt(sum, 0, sum.length, j)).isEqualTo(expected);
            }
        }
    }

    /** A square matrix of the values of the random part at any t positions has full rank: those values are uniform. */
    @ParameterizedTest
    @MethodSource("codes")
    void anyPositionsUpToTheRandomCoefficientsAreIndependent(RowCode code) {
        SplittableRandom random = new SplittableRandom(6);
        int t = code.randomSize();
        for (int attempt = 0; attempt < (t > 50 ? 3 : 50); attempt++) {
            int[] positions = random.ints(0, code.length()).distinct().limit(t).toArray();
            long[][] matrix = new long[t][t];
            for (int i = 0; i < t; i++) {
                long[] unit = new long[t];
                unit[i] = 1;
                for (int j = 0; j < t; j++) {
                    matrix[i][j] = code.evaluateAt(unit, 0, t, positions[j]);
                }
            }
            assertThat(rank(code.field(), matrix)).isEqualTo(t);
        }
    }

    private static int rank(Field f, long[][] matrix) {
        int rank = 0;
        for (int column = 0; column < matrix.length; column++) {
            int pivot = rank;
            while (pivot < matrix.length && matrix[pivot][column] == 0) {
                pivot++;
            }
            if (pivot == matrix.length) {
                continue;
            }
            long[] row = matrix[pivot];
            matrix[pivot] = matrix[rank];
            matrix[rank] = row;
            long inverse = f.inv(row[column]);
            for (int i = rank + 1; i < matrix.length; i++) {
                long factor = f.mul(matrix[i][column], inverse);
                for (int j = column; j < matrix.length; j++) {
                    matrix[i][j] = f.sub(matrix[i][j], f.mul(factor, row[j]));
                }
            }
            rank++;
        }
        return rank;
    }

    @Test
    void anEvenNumberOfRandomCoefficientsWouldHideOnePositionLessOnTheCircle() {
        // y and 1 with t = 2: at a point and its mirror image of the same y the values are the same.
        RowCode code = new CircleCode(4, 1, 16);
        Field f = code.field();
        long[] one = {1};
        long[] y = {0, 1};
        int pairs = 0;
        for (int i = 0; i < 16; i++) {
            for (int j = i + 1; j < 16; j++) {
                if (code.evaluateAt(y, 0, 2, i) == code.evaluateAt(y, 0, 2, j)) {
                    assertThat(code.evaluateAt(one, 0, 1, i)).isEqualTo(code.evaluateAt(one, 0, 1, j));
                    pairs++;
                }
            }
        }
        assertThat(pairs).isEqualTo(8);
        assertThat(f).isEqualTo(Mersenne61.INSTANCE);
        assertThatThrownBy(() -> new CircleCode(4, 2, 16)).hasMessageContaining("odd number");
        assertThatThrownBy(() -> new CircleCode(4, 1, 12)).hasMessageContaining("powers of two");
        assertThatThrownBy(() -> new CircleCode(1, 1, 16)).hasMessageContaining("at least 2");
    }

    @Test
    void differentPolynomialsAgreeOnNoMorePositionsThanTheBound() {
        assertThat(new ReedSolomon(Goldilocks.INSTANCE, 4, 1, 16).maximalAgreement(5))
                .isEqualTo(4);
        RowCode circle = new CircleCode(4, 1, 16);
        assertThat(circle.maximalAgreement(5)).isEqualTo(4);
        assertThat(circle.maximalAgreement(6)).isEqualTo(6);
        assertThat(circle.productDimension(5, 4)).isEqualTo(9);
    }
}
