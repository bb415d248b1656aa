package dev.candor.proving.bench;

import dev.candor.proving.fft.RowCode;
import dev.candor.proving.fft.RowCodes;
import dev.candor.proving.field.Field;
import dev.candor.proving.hash.Digest;
import dev.candor.proving.merkle.MerkleTree;
import dev.candor.proving.randomness.Purpose;
import dev.candor.proving.randomness.SecureRandomness;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Microseconds for 64 rows of 1,024 values: their random coefficients, their coefficients, their words of 8,192, the tree over them. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules=jdk.incubator.vector"})
@SuppressWarnings("NullAway.Init") // JMH calls the set-up before everything else.
public class RowBenchmark {

    private static final int ROWS = 64;
    private static final int DATA = 1024;
    private static final int RANDOM = 977;
    private static final int LENGTH = 8192;

    @Param({"goldilocks", "mersenne61"})
    public String name = "";

    private Field field;
    private RowCode code;
    private long[] data;
    private long[] random;
    private long[] coefficients;
    private long[] columns;
    private byte[] salts;
    private final SecureRandomness source = SecureRandomness.create();
    private final SecureRandom platform = new SecureRandom();

    @Setup
    public void fill() {
        field = Vectors.field(name);
        code = RowCodes.of(field, DATA, RANDOM, LENGTH);
        Vectors vectors = new Vectors(field);
        data = vectors.base(ROWS * DATA);
        random = vectors.base(ROWS * RANDOM);
        coefficients = new long[ROWS * code.dimension()];
        columns = new long[ROWS * LENGTH];
        salts = vectors.bytes(LENGTH * MerkleTree.SALT_BYTES);
        code.coefficients(data, 0, random, 0, coefficients, 0, ROWS);
    }

    @Benchmark
    public void drawRandomCoefficients() {
        source.elements(Purpose.ROW, field, random, 0, random.length);
    }

    @Benchmark
    public byte[] drawAsManyBytesFromSecureRandom() {
        byte[] bytes = new byte[ROWS * RANDOM * Long.BYTES];
        platform.nextBytes(bytes);
        return bytes;
    }

    @Benchmark
    public void interpolate() {
        code.coefficients(data, 0, random, 0, coefficients, 0, ROWS);
    }

    @Benchmark
    public void encode() {
        code.evaluateColumns(coefficients, 0, code.dimension(), ROWS, columns, ROWS, 0);
    }

    @Benchmark
    public Digest tree() {
        MerkleTree.Builder builder = new MerkleTree.Builder(LENGTH);
        builder.hash(0, LENGTH, salts, columns, 0, ROWS);
        return builder.build().root();
    }
}
