package dev.candor.proving.bench;

import dev.candor.proving.fft.RowCode;
import dev.candor.proving.fft.RowCodes;
import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import dev.candor.proving.field.Goldilocks;
import dev.candor.proving.field.Kernels;
import dev.candor.proving.field.Mersenne61;
import dev.candor.proving.merkle.MerkleTree;
import dev.candor.proving.multilinear.Int8Fold;
import dev.candor.proving.randomness.Purpose;
import dev.candor.proving.randomness.SecureRandomness;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Locale;

/**
 * The kernels beside each other in nanoseconds of the thread's processor time: the least of many short samples, for machines that are not
 * quiet enough for {@link FieldBenchmark} and {@link RowBenchmark}.
 */
public final class KernelTimes {

    private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();
    private static final int SIZE = 512;
    private static final int ROWS = 64;
    private static final int DATA = 1024;
    private static final int RANDOM = 977;
    private static final int LENGTH = 8192;

    private KernelTimes() {}

    /** Prints a table. */
    public static void main(String[] args) {
        System.out.println("| field | kernel | ns |");
        System.out.println("|---|---|---|");
        for (Field field : List.of(Goldilocks.INSTANCE, Mersenne61.INSTANCE)) {
            loops(field);
            rows(field);
        }
    }

    private static void loops(Field field) {
        Kernels k = field.kernels();
        Kernels definition = () -> field;
        Vectors vectors = new Vectors(field);
        long[] a = vectors.base(SIZE);
        long[] b = vectors.base(SIZE);
        ExtensionVector x = vectors.extension(SIZE);
        ExtensionVector y = vectors.extension(SIZE);
        ExtensionVector z = vectors.extension(SIZE);
        ExtensionVector r = vectors.extension(SIZE);
        byte[] matrix = vectors.bytes(SIZE * SIZE);
        Extension c = z.get(0);
        print(field, "multiply, one by one", SIZE, () -> definition.mul(a, 0, b, 0, a, 0, SIZE));
        print(field, "multiply", SIZE, () -> k.mul(a, 0, b, 0, a, 0, SIZE));
        print(field, "butterfly", SIZE / 2, () -> k.split(a, 0, SIZE / 2, 1, b, 0));
        print(field, "add a row times an element of K", SIZE, () -> k.addScaled(c, a, 0, z, 0, SIZE));
        print(field, "multiply-add over K", SIZE, () -> k.addProduct(x, 0, y, 0, z, 0, SIZE));
        print(field, "product sum-check round with both folds, an element", SIZE, () -> {
            k.productRound(x, 0, y, 0, SIZE / 2);
            k.fold(x, 0, SIZE / 2, c);
            k.fold(y, 0, SIZE / 2, c);
        });
        print(field, "fraction round, a leaf", SIZE, () -> k.fractionRound(x, y, z, c, SIZE / 4, 0, SIZE / 4));
        print(field, "int8 fold of rows, a weight", SIZE * SIZE, () -> Int8Fold.rows(field, r, matrix, SIZE, SIZE));
        print(
                field,
                "int8 fold of columns, a weight",
                SIZE * SIZE,
                () -> Int8Fold.columns(field, r, matrix, SIZE, SIZE));
    }

    private static void rows(Field field) {
        RowCode code = RowCodes.of(field, DATA, RANDOM, LENGTH);
        Vectors vectors = new Vectors(field);
        long[] data = vectors.base(ROWS * DATA);
        long[] random = vectors.base(ROWS * RANDOM);
        long[] coefficients = new long[ROWS * code.dimension()];
        long[] columns = new long[ROWS * LENGTH];
        byte[] salts = vectors.bytes(LENGTH * MerkleTree.SALT_BYTES);
        SecureRandomness source = SecureRandomness.create();
        print(
                field,
                "draw a random element",
                random.length,
                () -> source.elements(Purpose.ROW, field, random, 0, random.length));
        print(
                field,
                "interpolate 1,024 values, a butterfly",
                ROWS * DATA / 2 * 10,
                () -> code.coefficients(data, 0, random, 0, coefficients, 0, ROWS));
        print(
                field,
                "encode 2,001 coefficients to 8,192 values, a value",
                ROWS * LENGTH,
                () -> code.evaluateColumns(coefficients, 0, code.dimension(), ROWS, columns, ROWS, 0));
        print(field, "hash columns of 64 elements and the tree, a byte", ROWS * LENGTH * Long.BYTES, () -> {
            MerkleTree.Builder builder = new MerkleTree.Builder(LENGTH);
            builder.hash(0, LENGTH, salts, columns, 0, ROWS);
            builder.build();
        });
    }

    private static double elapsed(long begin) {
        return (System.nanoTime() - begin) / 1e9;
    }

    private static void print(Field field, String name, int operations, Runnable kernel) {
        // The compiler counts calls: a large loop that is not compiled yet runs a hundred times slower.
        long begin = System.nanoTime();
        int runs = 0;
        while (elapsed(begin) < 1.5 || (runs < 15_000 && elapsed(begin) < 7)) {
            kernel.run();
            runs++;
        }
        int batch = Math.max(1, runs / 2500);
        long least = Long.MAX_VALUE;
        for (int sample = 0; sample < 400; sample++) {
            long start = CLOCK.getCurrentThreadCpuTime();
            for (int i = 0; i < batch; i++) {
                kernel.run();
            }
            least = Math.min(least, CLOCK.getCurrentThreadCpuTime() - start);
        }
        System.out.printf(Locale.ROOT, "| %s | %s | %.2f |%n", field.name(), name, (double) least / batch / operations);
    }
}
