package dev.candor.proving.field;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The kernels of every field against their definition, at all lengths and offsets around the width of a vector. */
class KernelsTest {

    private static final int SIZE = 200;

    static Stream<Field> fields() {
        return Stream.of(Goldilocks.INSTANCE, Mersenne61.INSTANCE);
    }

    /** Everything that kernels read or write. */
    private static final class Data {
        final long[] a;
        final long[] b;
        final long[] out;
        final ExtensionVector x;
        final ExtensionVector y;
        final ExtensionVector z;
        final Extension c;
        final byte[] matrix = new byte[SIZE * SIZE];

        Data(Field f, long seed) {
            SplittableRandom random = new SplittableRandom(seed);
            a = elements(f, random);
            b = elements(f, random);
            out = elements(f, random);
            x = new ExtensionVector(elements(f, random), elements(f, random));
            y = new ExtensionVector(elements(f, random), elements(f, random));
            z = new ExtensionVector(elements(f, random), elements(f, random));
            c = FieldTest.extension(f, random);
            random.nextBytes(matrix);
        }

        private static long[] elements(Field f, SplittableRandom random) {
            long[] values = new long[SIZE];
            for (int i = 0; i < SIZE; i++) {
                values[i] = FieldTest.element(f, random);
            }
            return values;
        }

        List<Object> contents() {
            return Stream.of(out, x.plane(0), x.plane(1), y.plane(0), y.plane(1), z.plane(0), z.plane(1), a, b)
                    .map(array -> (Object) java.util.Arrays.toString(array))
                    .toList();
        }
    }

    private static void compare(Field f, BiConsumer<Kernels, Data> kernel) {
        for (long seed = 0; seed < 8; seed++) {
            Data fast = new Data(f, seed);
            Data slow = new Data(f, seed);
            Kernels definition = () -> f;
            kernel.accept(f.kernels(), fast);
            kernel.accept(definition, slow);
            assertThat(fast.contents()).isEqualTo(slow.contents());
        }
    }

    private static String show(ExtensionVector v) {
        return java.util.stream.IntStream.range(0, v.size())
                .mapToObj(v::get)
                .toList()
                .toString();
    }

    @ParameterizedTest
    @MethodSource("fields")
    void agreeWithTheirDefinitionAtEveryLength(Field f) {
        for (int length = 0; length <= 40; length++) {
            int n = length;
            compare(f, (k, d) -> k.add(d.a, 1, d.b, 2, d.out, 3, n));
            compare(f, (k, d) -> k.sub(d.a, 1, d.b, 2, d.out, 3, n));
            compare(f, (k, d) -> k.mul(d.a, 1, d.b, 2, d.out, 3, n));
            compare(f, (k, d) -> k.scale(d.c.c0(), d.a, 1, d.out, 3, n));
            compare(f, (k, d) -> k.addScaled(d.c, d.a, 1, d.z, 3, n));
            compare(f, (k, d) -> k.addScaled(d.c, d.x, 1, d.z, 3, n));
            compare(f, (k, d) -> k.addProduct(d.x, 1, d.b, 2, d.z, 3, n));
            compare(f, (k, d) -> k.addProduct(d.x, 1, d.y, 2, d.z, 3, n));
            compare(f, (k, d) -> d.z.set(0, k.innerProduct(d.x, 1, d.b, 2, n)));
            compare(f, (k, d) -> d.z.set(0, k.innerProduct(d.x, 1, d.y, 2, n)));
            compare(f, (k, d) -> k.expand(d.x, n, d.c));
            compare(f, (k, d) -> k.fold(d.a, 5, d.c, d.z, 3, n));
            compare(f, (k, d) -> k.fold(d.x, 5, n, d.c));
            compare(f, (k, d) -> k.split(d.a, 3, n, 2, d.b, 7));
            compare(f, (k, d) -> k.join(d.a, 3, n, 2, d.b, 7));
            compare(f, (k, d) -> copy(k.productRound(d.x, 1, d.y, 2, n), d.z));
            compare(f, (k, d) -> copy(k.productRound(d.x, 1, d.b, 2, n), d.z));
            compare(f, (k, d) -> copy(k.fractionRound(d.x, d.y, d.z, d.c, n, 0, n), d.z));
            compare(f, (k, d) -> copy(k.fractionRound(d.x, d.y, d.z, d.c, n, n / 2, n), d.z));
            compare(f, (k, d) -> k.fold(d.x, 5, n, n / 2, d.c));
            compare(f, (k, d) -> k.foldRows(d.x, d.matrix, 200 / (n + 1), n, d.z));
            compare(f, (k, d) -> k.foldColumns(d.x, d.matrix, 30, 3 * n, d.z));
        }
    }

    private static void copy(ExtensionVector from, ExtensionVector to) {
        for (int i = 0; i < from.size(); i++) {
            to.set(i, from.get(i));
        }
    }

    @ParameterizedTest
    @MethodSource("fields")
    void workInPlace(Field f) {
        compare(f, (k, d) -> k.add(d.a, 1, d.a, 1, d.a, 1, 37));
        compare(f, (k, d) -> k.mul(d.a, 1, d.b, 1, d.a, 1, 37));
        compare(f, (k, d) -> k.scale(d.c.c1(), d.a, 0, d.a, 0, 64));
        compare(f, (k, d) -> k.addProduct(d.x, 0, d.x, 0, d.x, 0, 40));
    }

    @ParameterizedTest
    @MethodSource("fields")
    void foldLargestValuesWithoutOverflow(Field f) {
        int rows = 5000;
        long top = f.modulus() - 1;
        ExtensionVector r = new ExtensionVector(rows);
        for (int i = 0; i < rows; i++) {
            r.set(i, new Extension(top, top));
        }
        byte[] matrix = new byte[rows * 8];
        java.util.Arrays.fill(matrix, (byte) 127);
        ExtensionVector out = new ExtensionVector(8);
        f.kernels().foldRows(r, matrix, rows, 8, out);
        long expected = f.fromSigned(-127L * rows);
        assertThat(show(out)).isEqualTo(show(filled(8, expected)));
        ExtensionVector across = new ExtensionVector(8);
        f.kernels().foldColumns(r, matrix, 8, rows, across);
        assertThat(show(across)).isEqualTo(show(filled(8, expected)));
    }

    private static ExtensionVector filled(int size, long value) {
        ExtensionVector v = new ExtensionVector(size);
        for (int i = 0; i < size; i++) {
            v.set(i, new Extension(value, value));
        }
        return v;
    }

    @ParameterizedTest
    @MethodSource("fields")
    void invertAllAtOnce(Field f) {
        Data d = new Data(f, 1);
        for (int i = 0; i < SIZE; i++) {
            if (d.x.get(i).isZero()) {
                d.x.set(i, Extension.ONE);
            }
        }
        ExtensionVector inverses = d.x.copyOfRange(0, SIZE);
        f.kernels().invert(inverses, 3, 100);
        for (int i = 0; i < SIZE; i++) {
            assertThat(inverses.get(i)).isEqualTo(i >= 3 && i < 103 ? f.inv(d.x.get(i)) : d.x.get(i));
        }
        ExtensionVector zero = new ExtensionVector(4);
        zero.set(0, Extension.ONE);
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> f.kernels().invert(zero, 0, 4))
                .isInstanceOf(ArithmeticException.class);
        assertThat(zero.get(0)).isEqualTo(Extension.ONE);
    }
}
