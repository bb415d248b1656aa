package dev.candor.proving.bench;

import dev.candor.proving.accounting.CodeParameters;
import dev.candor.proving.budget.OpeningBudget;
import dev.candor.proving.execution.ExecutionProver;
import dev.candor.proving.field.Field;
import dev.candor.proving.field.Goldilocks;
import dev.candor.proving.format.ProofFile;
import dev.candor.proving.network.IntegerNetwork;
import dev.candor.proving.network.InvalidNetworkException;
import dev.candor.proving.network.ReferenceExecution;
import dev.candor.proving.network.Shape;
import dev.candor.proving.parallel.Workers;
import dev.candor.proving.proof.Proof;
import dev.candor.proving.quantise.ModelCompiler;
import dev.candor.proving.quantise.QuantiseOptions;
import dev.candor.proving.quantise.Quantised;
import dev.candor.proving.quantise.SampleFile;
import dev.candor.proving.randomness.SecureRandomness;
import dev.candor.proving.registration.CodeChoice;
import dev.candor.proving.registration.Lineage;
import dev.candor.proving.registration.ModelOwner;
import dev.candor.proving.verifier.ExecutionVerifier;
import dev.candor.proving.verifier.VerifiedLineage;
import java.io.IOException;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * One line of the benchmark of whole proofs, as JSON: a model from its file, one batch size, one number of threads. A proof is timed from
 * input integers in memory to its bytes on disk; every batch is another one, and every opening is counted on disk before it is used.
 */
public final class ProofTimes {

    private static final int MOST = 41;
    private static final int LONGEST_WARM_UP = 10;
    private static final double COMPILER_AT_REST = 0.02;

    private ProofTimes() {}

    /** A counter on disk that never ends: an epoch's openings would be used up by the measurement itself. */
    private static final class Counter implements OpeningBudget, AutoCloseable {

        private final FileChannel file;
        private long count = 1;

        Counter(Path path) throws IOException {
            file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        }

        @Override
        public synchronized long next() {
            try {
                file.write(ByteBuffer.allocate(Long.BYTES).putLong(0, count + 1), 0);
                file.force(false);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
            // Within the openings of an epoch, for the verifier's sake.
            return 1 + count++ % 2;
        }

        @Override
        public long left() {
            return Long.MAX_VALUE;
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    /** Wall and processor time of one piece of work, in milliseconds. */
    private record Times(double wall, double processor) {

        static Times of(Work work) throws Exception {
            long processor = processorNanos();
            long start = System.nanoTime();
            work.run();
            long wall = System.nanoTime() - start;
            return new Times(wall / 1e6, (processorNanos() - processor) / 1e6);
        }

        static Times median(List<Times> times) {
            // The clock of processor time ticks in hundredths of a second: its mean says more than its median.
            return new Times(
                    middle(times.stream().mapToDouble(Times::wall).toArray()),
                    times.stream().mapToDouble(Times::processor).average().orElse(0));
        }

        private static double middle(double[] values) {
            Arrays.sort(values);
            return values[values.length / 2];
        }

        private String json() {
            return String.format(Locale.ROOT, "{\"wall_ms\": %.2f, \"cpu_ms\": %.2f}", wall, processor);
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    /** Processor time of all threads of this process. */
    private static long processorNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    /**
     * Prints the line.
     *
     * @param args model file, samples file, the shape of a sample as 1x28x28, batch,
     *     threads, openings of an epoch, seconds of processor time to warm up
     */
    public static void main(String[] args) throws Exception {
        Shape shape = new Shape(
                Arrays.stream(args[2].split("x", -1)).map(Integer::valueOf).toList());
        int batch = Integer.parseInt(args[3]);
        int threads = Integer.parseInt(args[4]);
        int openings = Integer.parseInt(args[5]);
        List<double[]> samples = SampleFile.read(Files.readAllBytes(Path.of(args[1])), shape.elements());
        ByteBuffer model = ByteBuffer.wrap(Files.readAllBytes(Path.of(args[0])));
        List<double[]> calibration = samples.subList(0, Math.min(64, samples.size()));
        Quantised quantised = ModelCompiler.compile(model, shape, calibration, QuantiseOptions.DEFAULT)
                .quantised();
        try {
            CodeParameters code =
                    CodeChoice.of(Goldilocks.INSTANCE, quantised.network().architecture(), batch, openings, 10);
            System.out.println(
                    measure(quantised, samples, batch, threads, openings, code, Double.parseDouble(args[6])));
        } catch (InvalidNetworkException e) {
            System.out.println("{\"refused\": \"" + e.getMessage() + "\"}");
        }
    }

    private static String measure(
            Quantised quantised,
            List<double[]> samples,
            int batch,
            int threads,
            int openings,
            CodeParameters code,
            double seconds)
            throws Exception {
        Field field = Goldilocks.INSTANCE;
        IntegerNetwork network = quantised.network();
        List<long[]> batches = new ArrayList<>();
        for (int first = 0; first < samples.size(); first++) {
            long[][] inputs = new long[batch][];
            for (int b = 0; b < batch; b++) {
                inputs[b] = quantised.input(samples.get((first + b) % samples.size()));
            }
            batches.add(Arrays.stream(inputs).flatMapToLong(Arrays::stream).toArray());
        }
        List<Proof> registration = new ArrayList<>();
        List<ModelOwner> owners = new ArrayList<>();
        Times registering = Times.of(() -> {
            owners.add(ModelOwner.commit(field, network, code, SecureRandomness::create));
            registration.add(owners.getFirst().register());
        });
        ModelOwner owner = owners.getFirst();
        VerifiedLineage lineage = VerifiedLineage.of(
                new Lineage(owner.commitment(), registration.getFirst(), List.of()),
                owner.commitment().id());
        Path folder = Files.createTempDirectory(Path.of("."), "proof-times");
        try (Counter counter = new Counter(folder.resolve("openings"));
                Workers workers = Workers.of(threads)) {
            ExecutionProver prover =
                    new ExecutionProver(owner, batch, false, counter, SecureRandomness::create, workers);
            ExecutionVerifier verifier =
                    new ExecutionVerifier(lineage, batch, false, ExecutionVerifier.UsedOpenings.NOT_KEPT, workers);
            Measured measured = new Measured(prover, verifier, folder.resolve("proof"));
            Times cold = Times.of(() -> measured.prove(batches.get(0)));
            Times coldVerify = Times.of(measured::verify);
            List<Times> proving = repeat(seconds, batches, measured::prove);
            List<Times> verifying = repeat(seconds / 2, batches, _ -> measured.verify());
            List<Times> plain = repeat(seconds / 8, batches, input -> {
                var _ = ReferenceExecution.run(network, batch, input);
            });
            List<Times> rolling = repeat(0, batches, _ -> {
                var _ = owner.rollOver(1);
            });
            return String.format(
                    Locale.ROOT,
                    "{\"batch\": %d, \"threads\": %d, \"l\": %d, \"t\": %d, \"n\": %d, \"queries\": %d, \"openings\": %d,"
                            + " \"prove\": %s, \"prove_cold\": %s, \"verify\": %s, \"verify_cold\": %s, \"proof_bytes\": %d,"
                            + " \"inference\": %s, \"registration\": %s, \"roll_over\": %s, \"peak_mib\": %d, \"accounting\": \"%s\"}",
                    batch,
                    threads,
                    code.dataSize(),
                    code.randomSize(),
                    code.length(),
                    code.queries(),
                    openings,
                    Times.median(proving).json(),
                    cold.json(),
                    Times.median(verifying).json(),
                    coldVerify.json(),
                    measured.bytes(),
                    Times.median(plain).json(),
                    registering.json(),
                    Times.median(rolling).json(),
                    peakMebibytes(),
                    prover.plan().accounting().summary());
        } finally {
            Files.deleteIfExists(folder.resolve("proof"));
            Files.deleteIfExists(folder.resolve("openings"));
            Files.deleteIfExists(folder);
        }
    }

    /** A proof on its way to disk and back. */
    private static final class Measured {

        private final ExecutionProver prover;
        private final ExecutionVerifier verifier;
        private final Path file;
        private ExecutionProver.@org.jspecify.annotations.Nullable Proven last;

        Measured(ExecutionProver prover, ExecutionVerifier verifier, Path file) {
            this.prover = prover;
            this.verifier = verifier;
            this.file = file;
        }

        void prove(long[] input) throws Exception {
            ExecutionProver.Proven proven = prover.prove(input, List.of());
            Files.write(file, ProofFile.encode(proven.proof()));
            last = proven;
        }

        void verify() throws Exception {
            var claim = java.util.Objects.requireNonNull(last).claim();
            byte[] bytes = Files.readAllBytes(file);
            var refusal = verifier.verify((int) claim.epoch(), claim.opening(), claim.execution(), bytes);
            if (refusal != null) {
                throw new IllegalStateException("The verifier refused the proof that was measured: " + refusal);
            }
        }

        long bytes() throws IOException {
            return Files.size(file);
        }
    }

    private interface Batch {
        void run(long[] input) throws Exception;
    }

    /**
     * Warms up, then takes up to 41 times, within {@code seconds} of processor time but at least 5.
     */
    private static List<Times> repeat(double seconds, List<long[]> batches, Batch work) throws Exception {
        int next = warmUp(seconds, batches, work);
        List<Times> times = new ArrayList<>();
        long end = processorNanos() + (long) (seconds * 1e9);
        while (times.size() < 5 || (times.size() < MOST && processorNanos() < end)) {
            long[] input = batches.get(next++ % batches.size());
            times.add(Times.of(() -> work.run(input)));
        }
        return times;
    }

    /**
     * Works for {@code seconds} of processor time, which the compiler's threads need where other work keeps the machine busy, and then until the compiler is
     * at rest: as long as it is not, its threads take the time of the second prover. Gives up on that after {@link #LONGEST_WARM_UP} times as long.
     *
     * @return the batch to go on with
     */
    private static int warmUp(double seconds, List<long[]> batches, Batch work) throws Exception {
        CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
        int next = 1;
        long window = (long) (seconds * 1e9);
        for (int turn = 0; turn < LONGEST_WARM_UP; turn++) {
            long compiled = compiler.getTotalCompilationTime();
            long start = processorNanos();
            do {
                work.run(batches.get(next++ % batches.size()));
            } while (processorNanos() - start < window);
            double share = (compiler.getTotalCompilationTime() - compiled) * 1e6 / (processorNanos() - start);
            if (share < COMPILER_AT_REST) {
                break;
            }
        }
        return next;
    }

    private static long peakMebibytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmHWM"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
                .findFirst()
                .orElse(0);
    }
}
