package dev.candor.proving.multilinear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import dev.candor.proving.field.Goldilocks;
import dev.candor.proving.field.Mersenne61;
import dev.candor.proving.field.ToyField;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MultilinearTest {

    static Stream<Field> fields() {
        return Stream.of(Goldilocks.INSTANCE, Mersenne61.INSTANCE, new ToyField(97));
    }

    private static Extension random(Field f, SplittableRandom random) {
        return new Extension(
                Long.remainderUnsigned(random.nextLong(), f.modulus()),
                Long.remainderUnsigned(random.nextLong(), f.modulus()));
    }

    private static List<Extension> point(Field f, int size, SplittableRandom random) {
        return Stream.generate(() -> random(f, random)).limit(size).toList();
    }

    private static ExtensionVector vector(Field f, int size, SplittableRandom random) {
        return ExtensionVector.of(
                Stream.generate(() -> random(f, random)).limit(size).toArray(Extension[]::new));
    }

    @ParameterizedTest
    @MethodSource("fields")
    void theTableHoldsEqOfEveryBitString(Field f) {
        SplittableRandom random = new SplittableRandom(1);
        for (int m = 0; m <= 5; m++) {
            List<Extension> r = point(f, m, random);
            ExtensionVector table = Multilinear.eqTable(f, r);
            assertThat(table.size()).isEqualTo(1 << m);
            for (int x = 0; x < 1 << m; x++) {
                List<Extension> bits = new ArrayList<>();
                for (int i = m - 1; i >= 0; i--) {
                    bits.add(Extension.of(x >>> i & 1));
                }
                assertThat(table.get(x)).isEqualTo(Multilinear.eq(f, r, bits));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("fields")
    void foldingCoordinateByCoordinateIsEvaluation(Field f) {
        SplittableRandom random = new SplittableRandom(2);
        int m = 6;
        List<Extension> r = point(f, m, random);
        long[] base = vector(f, 1 << m, random).plane(0);
        ExtensionVector table = Multilinear.fold(f, base, r.getFirst());
        int size = table.size();
        for (Extension coordinate : r.subList(1, m)) {
            Multilinear.fold(f, table, size, coordinate);
            size /= 2;
        }
        assertThat(size).isEqualTo(1);
        assertThat(table.get(0)).isEqualTo(Multilinear.evaluate(f, base, r));
        ExtensionVector lifted = new ExtensionVector(base, new long[base.length]);
        assertThat(Multilinear.evaluate(f, lifted, r)).isEqualTo(table.get(0));
    }

    @ParameterizedTest
    @MethodSource("fields")
    void evaluationOnBitStringsReadsTheTable(Field f) {
        long[] table = {3, 1, 4, 1, 5, 9, 2, 6};
        List<Extension> five = List.of(Extension.ONE, Extension.ZERO, Extension.ONE);
        assertThat(Multilinear.evaluate(f, table, five)).isEqualTo(Extension.of(9));
    }

    @ParameterizedTest
    @MethodSource("fields")
    void aTableOfEqIsTheProductOfTwo(Field f) {
        SplittableRandom random = new SplittableRandom(3);
        List<Extension> r = point(f, 5, random);
        ExtensionVector high = Multilinear.eqTable(f, r.subList(0, 2));
        ExtensionVector low = Multilinear.eqTable(f, r.subList(2, 5), high.get(3));
        ExtensionVector whole = Multilinear.eqTable(f, r);
        for (int i = 0; i < 8; i++) {
            assertThat(whole.get(3 * 8 + i)).isEqualTo(low.get(i));
        }
    }

    @ParameterizedTest
    @MethodSource("fields")
    void roundPolynomialsOfProductsSumToTheClaimAndFold(Field f) {
        SplittableRandom random = new SplittableRandom(4);
        int half = 8;
        ExtensionVector a = vector(f, 2 * half, random);
        ExtensionVector b = vector(f, 2 * half, random);
        ExtensionVector round = f.kernels().productRound(a, 0, b, 0, half);
        assertThat(f.add(at(f, round, Extension.ZERO), at(f, round, Extension.ONE)))
                .isEqualTo(f.kernels().innerProduct(a, 0, b, 0, 2 * half));
        long[] base = b.plane(1).clone();
        ExtensionVector lifted = new ExtensionVector(base, new long[base.length]);
        assertThat(f.kernels().productRound(a, 0, base, 0, half).plane(0))
                .isEqualTo(f.kernels().productRound(a, 0, lifted, 0, half).plane(0));
        Extension r = random(f, random);
        Extension claim = at(f, round, r);
        Multilinear.fold(f, a, 2 * half, r);
        Multilinear.fold(f, b, 2 * half, r);
        assertThat(f.kernels().innerProduct(a, 0, b, 0, half)).isEqualTo(claim);
    }

    private static Extension at(Field f, ExtensionVector coefficients, Extension x) {
        Extension value = Extension.ZERO;
        for (int i = coefficients.size() - 1; i >= 0; i--) {
            value = f.add(f.mul(value, x), coefficients.get(i));
        }
        return value;
    }

    @ParameterizedTest
    @MethodSource("fields")
    void fractionRoundsSumFractions(Field f) {
        SplittableRandom random = new SplittableRandom(5);
        int half = 4;
        ExtensionVector p = vector(f, 4 * half, random);
        ExtensionVector q = vector(f, 4 * half, random);
        ExtensionVector eq = vector(f, half, random);
        Extension lambda = random(f, random);
        ExtensionVector round = f.kernels().fractionRound(p, q, eq, lambda, half, 0, half);
        List<Extension> sums = new ArrayList<>();
        for (long t0 = 0; t0 < 3; t0++) {
            Extension t = Extension.of(t0);
            Extension sum = Extension.ZERO;
            for (int x = 0; x < half; x++) {
                Extension pl = line(f, p, x, x + half, t);
                Extension pr = line(f, p, x + 2 * half, x + 3 * half, t);
                Extension ql = line(f, q, x, x + half, t);
                Extension qr = line(f, q, x + 2 * half, x + 3 * half, t);
                Extension numerator = f.add(f.mul(pl, qr), f.mul(pr, ql));
                Extension both = f.add(numerator, f.mul(lambda, f.mul(ql, qr)));
                sum = f.add(sum, f.mul(eq.get(x), both));
            }
            sums.add(sum);
        }
        assertThat(round.get(0)).isEqualTo(sums.get(0));
        // A polynomial of degree 2 has the second difference 2 g2.
        Extension second = f.sub(f.add(sums.get(0), sums.get(2)), f.add(sums.get(1), sums.get(1)));
        assertThat(f.add(round.get(1), round.get(1))).isEqualTo(second);
    }

    private static Extension line(Field f, ExtensionVector v, int zero, int one, Extension t) {
        return f.add(v.get(zero), f.mul(t, f.sub(v.get(one), v.get(zero))));
    }

    @ParameterizedTest
    @MethodSource("fields")
    void foldsInt8Matrices(Field f) {
        SplittableRandom random = new SplittableRandom(6);
        int[][] shapes = {{1, 1}, {3, 5}, {17, 8}, {64, 33}, {300, 10}};
        for (int[] shape : shapes) {
            int rows = shape[0];
            int columns = shape[1];
            byte[] matrix = new byte[rows * columns];
            random.nextBytes(matrix);
            matrix[0] = Byte.MIN_VALUE;
            ExtensionVector left = vector(f, rows, random);
            ExtensionVector right = vector(f, columns, random);
            ExtensionVector byRows = Int8Fold.rows(f, left, matrix, rows, columns);
            ExtensionVector byColumns = Int8Fold.columns(f, right, matrix, rows, columns);
            for (int o = 0; o < columns; o++) {
                Extension sum = Extension.ZERO;
                for (int k = 0; k < rows; k++) {
                    sum = f.add(sum, f.mul(left.get(k), f.fromSigned(matrix[k * columns + o])));
                }
                assertThat(byRows.get(o)).isEqualTo(sum);
            }
            // r^T (W s) = (r^T W) s.
            assertThat(f.kernels().innerProduct(left, 0, byColumns, 0, rows))
                    .isEqualTo(f.kernels().innerProduct(byRows, 0, right, 0, columns));
        }
        assertThatThrownBy(() -> Int8Fold.rows(f, new ExtensionVector(2), new byte[6], 3, 2))
                .hasMessageContaining("do not fit");
    }

    @Test
    void refusesTablesThatFitNoPoint() {
        Field f = Goldilocks.INSTANCE;
        assertThatThrownBy(() -> Multilinear.evaluate(f, new long[3], List.of(Extension.ONE)))
                .hasMessageContaining("no value");
        assertThatThrownBy(() -> Multilinear.fold(f, new long[3], Extension.ONE))
                .hasMessageContaining("power of two");
        assertThatThrownBy(() -> Multilinear.fold(f, new long[1], Extension.ONE))
                .hasMessageContaining("power of two");
        assertThatThrownBy(() -> Multilinear.eq(f, List.of(), List.of(Extension.ONE)))
                .hasMessageContaining("no eq");
        assertThat(Multilinear.log(1)).isZero();
        assertThat(Multilinear.log(784)).isEqualTo(10);
        assertThat(Multilinear.log(1024)).isEqualTo(10);
    }
}
