package dev.candor.proving.bench;

import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import dev.candor.proving.field.Kernels;
import dev.candor.proving.multilinear.Int8Fold;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Nanoseconds an element of each loop, on arrays that fit the first cache. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules=jdk.incubator.vector"})
@SuppressWarnings("NullAway.Init") // JMH calls the set-up before everything else.
public class FieldBenchmark {

    private static final int SIZE = 512;
    private static final int QUARTER = SIZE / 4;
    private static final int ROWS = 784;
    private static final int COLUMNS = 512;

    @Param({"goldilocks", "mersenne61"})
    public String name = "";

    private Kernels kernels;
    private Kernels definition;
    private Field field;
    private long[] a;
    private long[] b;
    private ExtensionVector x;
    private ExtensionVector y;
    private ExtensionVector z;
    private ExtensionVector r;
    private Extension c;
    private byte[] matrix;

    @Setup
    public void fill() {
        field = Vectors.field(name);
        kernels = field.kernels();
        Field plain = field;
        definition = () -> plain;
        Vectors vectors = new Vectors(field);
        a = vectors.base(SIZE);
        b = vectors.base(SIZE);
        x = vectors.extension(SIZE);
        y = vectors.extension(SIZE);
        z = vectors.extension(SIZE);
        r = vectors.extension(ROWS);
        c = z.get(0);
        matrix = vectors.bytes(ROWS * COLUMNS);
    }

    @Benchmark
    @OperationsPerInvocation(SIZE)
    public void multiply() {
        kernels.mul(a, 0, b, 0, a, 0, SIZE);
    }

    @Benchmark
    @OperationsPerInvocation(SIZE)
    public void multiplyOneByOne() {
        definition.mul(a, 0, b, 0, a, 0, SIZE);
    }

    @Benchmark
    @OperationsPerInvocation(SIZE)
    public void multiplyAddOverK() {
        kernels.addProduct(x, 0, y, 0, z, 0, SIZE);
    }

    @Benchmark
    @OperationsPerInvocation(SIZE)
    public void addScaledRow() {
        kernels.addScaled(c, a, 0, z, 0, SIZE);
    }

    @Benchmark
    @OperationsPerInvocation(SIZE / 2)
    public void butterfly() {
        kernels.split(a, 0, SIZE / 2, 1, b, 0);
    }

    @Benchmark
    @OperationsPerInvocation(SIZE)
    public ExtensionVector productRoundAndFold() {
        ExtensionVector round = kernels.productRound(x, 0, y, 0, SIZE / 2);
        kernels.fold(x, 0, SIZE / 2, c);
        kernels.fold(y, 0, SIZE / 2, c);
        return round;
    }

    @Benchmark
    @OperationsPerInvocation(QUARTER)
    public ExtensionVector fractionRound() {
        return kernels.fractionRound(x, y, z, c, QUARTER, 0, QUARTER);
    }

    @Benchmark
    @OperationsPerInvocation(ROWS * COLUMNS)
    public ExtensionVector int8FoldOfRows() {
        return Int8Fold.rows(field, r, matrix, ROWS, COLUMNS);
    }

    @Benchmark
    @OperationsPerInvocation(ROWS * COLUMNS)
    public ExtensionVector int8FoldOfColumns() {
        return Int8Fold.columns(field, r, matrix, ROWS, COLUMNS);
    }
}
