package dev.candor.gpuconfig.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.backend.LoadedModel;
import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Bytes;
import dev.candor.gpuconfig.dataset.IdxFile;
import dev.candor.proving.accounting.CodeParameters;
import dev.candor.proving.epoch.EpochFolder;
import dev.candor.proving.execution.ExecutionProver;
import dev.candor.proving.field.Goldilocks;
import dev.candor.proving.format.ProofFile;
import dev.candor.proving.format.StatementFile;
import dev.candor.proving.network.Architecture;
import dev.candor.proving.network.Descriptor;
import dev.candor.proving.network.IntegerNetwork;
import dev.candor.proving.network.NetworkFolder;
import dev.candor.proving.network.ReferenceExecution;
import dev.candor.proving.network.Shape;
import dev.candor.proving.network.TorchScriptEmitter;
import dev.candor.proving.quantise.InputCodec;
import dev.candor.proving.quantise.ModelCompiler;
import dev.candor.proving.quantise.QuantiseOptions;
import dev.candor.proving.randomness.SecureRandomness;
import dev.candor.proving.registration.CodeChoice;
import dev.candor.proving.verifier.ClaimVerifier;
import dev.candor.proving.verifier.ExecutionVerifier;
import dev.candor.proving.verifier.VerifiedLineage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Every digit, in batches, through Java, through the backend and through a proof, from files to files: {@code scripts/long/prove-digits}
 * runs it. Started again it goes on where it stopped.
 */
@EnabledIfSystemProperty(named = "candor.digits.run", matches = ".+")
class ProvenDigitsTest {
    private static final Path RUN = Path.of(System.getProperty("candor.digits.run", "."));
    private static final long SEED = Long.getLong("candor.digits.seed", 1);
    private static final int BATCHES = Integer.getInteger("candor.digits.batches", Integer.MAX_VALUE);
    private static final int BATCH = 32;
    private static final int CALIBRATED = 200;
    private static final int OPENINGS = 12;
    private static final int GRINDING = 10;

    private final List<double[]> images = images();

    @Test
    void everyDigitIsProvenOfThePerceptron() throws Exception {
        new Run("mnist-mlp", Shape.of(784)).all();
    }

    @Test
    void everyDigitIsProvenOfLenet() throws Exception {
        new Run("lenet5", Shape.of(1, 28, 28)).all();
    }

    private static List<double[]> images() {
        try {
            IdxFile file = IdxFile.read(Fixtures.MODELS.resolve("digits-test-images.idx3-ubyte.gz"));
            float[] pixels = Fixtures.floats(file.scaled(0, file.count()));
            List<double[]> images = new ArrayList<>();
            for (int i = 0; i < file.count(); i++) {
                int from = i * 784;
                images.add(IntStream.range(from, from + 784)
                        .mapToDouble(p -> pixels[p])
                        .toArray());
            }
            return images;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** The run of one model. */
    private final class Run {
        private final Path folder;
        private final Path results;
        private final IntegerNetwork network;
        private final List<Integer> order = new ArrayList<>();

        Run(String name, Shape shape) throws IOException {
            this.folder = Files.createDirectories(RUN.resolve(name));
            this.results = folder.resolve("results.txt");
            if (!Files.exists(folder.resolve(NetworkFolder.DESCRIPTOR))) {
                ByteBuffer model = ByteBuffer.wrap(Files.readAllBytes(Fixtures.MODELS.resolve(name + ".pt")));
                NetworkFolder.write(
                        folder,
                        ModelCompiler.compile(model, shape, images.subList(0, CALIBRATED), QuantiseOptions.DEFAULT)
                                .quantised()
                                .network());
            }
            this.network = NetworkFolder.read(folder);
            for (int i = 0; i < images.size(); i++) {
                order.add(i);
            }
            Collections.shuffle(order, new Random(SEED));
        }

        private boolean isDone(int batch) throws IOException {
            return Files.exists(results)
                    && Files.readAllLines(results).stream().anyMatch(line -> line.startsWith(batch + " "));
        }

        void all() throws Exception {
            if (!EpochFolder.isCommitted(folder)) {
                CodeParameters parameters =
                        CodeChoice.of(Goldilocks.INSTANCE, network.architecture(), BATCH, OPENINGS, GRINDING);
                EpochFolder.commit(folder, network, parameters, _ -> {}).close();
            }
            EpochFolder epoch = EpochFolder.open(folder);
            try (DjlBackend backend = Fixtures.backend();
                    LoadedModel loaded = loaded(backend)) {
                int batches = (order.size() + BATCH - 1) / BATCH;
                for (int batch = 0; batch < Math.min(batches, BATCHES); batch++) {
                    if (!isDone(batch)) {
                        if (epoch.budget().left() == 0) {
                            epoch = epoch.rollOver(_ -> {});
                        }
                        prove(epoch, loaded, batch);
                    }
                }
            } finally {
                epoch.close();
            }
        }

        private LoadedModel loaded(DjlBackend backend) throws IOException {
            Architecture architecture = network.architecture();
            DataType type = TorchScriptEmitter.emit(network).wideOutput() ? DataType.FP64 : DataType.FP32;
            ModelSpec spec = Fixtures.spec(
                    List.of(Fixtures.tensor(
                            "x",
                            DataType.FP32,
                            ExactExecutionTest.batched(-1, architecture.input().shape()))),
                    List.of(Fixtures.tensor(
                            "y", type, ExactExecutionTest.batched(-1, architecture.shape(architecture.output())))),
                    BATCH);
            return backend.load(folder.resolve(NetworkFolder.TORCHSCRIPT), spec);
        }

        private void prove(EpochFolder epoch, LoadedModel loaded, int batch) throws Exception {
            List<Integer> digits = order.subList(batch * BATCH, Math.min((batch + 1) * BATCH, order.size()));
            long[] input = digits.stream()
                    .flatMapToLong(digit -> Arrays.stream(
                            InputCodec.encode(network.architecture().input(), images.get(digit))))
                    .toArray();
            long[] reference =
                    ReferenceExecution.run(network, digits.size(), input).output();
            assertThat(byBackend(loaded, digits.size(), input)).isEqualTo(reference);

            long start = System.nanoTime();
            ExecutionProver prover =
                    new ExecutionProver(epoch.owner(), digits.size(), false, epoch.budget(), SecureRandomness::create);
            ExecutionProver.Proven proven = prover.prove(input, List.of());
            byte[] bytes = ProofFile.encode(proven.proof());
            long made = System.nanoTime();
            Path proof = Files.write(folder.resolve("batch-" + batch + ".proof"), bytes);
            Path statement = Files.write(
                    folder.resolve("batch-" + batch + ".statement"),
                    proven.claim().encode());

            var lineage = EpochFolder.readLineage(folder);
            VerifiedLineage linked = VerifiedLineage.of(lineage, lineage.model().id());
            StatementFile claim = StatementFile.decode(Files.readAllBytes(statement));
            assertThat(claim.execution().outputs().toArray()).isEqualTo(reference);
            assertThat(claim.execution().inputs().toArray()).isEqualTo(input);
            long checked = System.nanoTime();
            assertThat(new ClaimVerifier(linked, ExecutionVerifier.UsedOpenings.NOT_KEPT)
                            .verify(claim, Files.readAllBytes(proof)))
                    .isNull();
            long verified = System.nanoTime();
            Files.writeString(
                    results,
                    String.format(
                            Locale.ROOT,
                            "%d digits %d epoch %d opening %d prove_ms %d verify_ms %d bytes %d descriptor %s%n",
                            batch,
                            digits.size(),
                            claim.epoch(),
                            claim.opening(),
                            (made - start) / 1_000_000,
                            (verified - checked) / 1_000_000,
                            bytes.length,
                            Descriptor.hexHash(network.architecture())),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND,
                    StandardOpenOption.SYNC);
        }

        private long[] byBackend(LoadedModel loaded, int samples, long[] input) {
            float[] numbers = new float[input.length];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = input[i];
            }
            Tensor tensor = Fixtures.floats(
                    "x",
                    dev.candor.actors.tensor.Shape.of(ExactExecutionTest.batched(
                            samples, network.architecture().input().shape())),
                    numbers);
            Bytes answer = loaded.run(List.of(List.of(tensor)), new int[] {samples})
                    .getFirst()
                    .data();
            return ExactExecutionTest.integers(
                    answer, TorchScriptEmitter.emit(network).wideOutput());
        }
    }
}
