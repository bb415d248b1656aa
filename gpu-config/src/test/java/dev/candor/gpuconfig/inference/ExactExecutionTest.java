package dev.candor.gpuconfig.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.backend.LoadedModel;
import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Bytes;
import dev.candor.gpuconfig.dataset.IdxFile;
import dev.candor.proving.graph.FloatGraph;
import dev.candor.proving.graph.Samples;
import dev.candor.proving.graph.TorchScriptReader;
import dev.candor.proving.network.Architecture;
import dev.candor.proving.network.IntegerNetwork;
import dev.candor.proving.network.Networks;
import dev.candor.proving.network.ReferenceExecution;
import dev.candor.proving.network.TorchScriptEmitter;
import dev.candor.proving.quantise.Calibration;
import dev.candor.proving.quantise.QuantiseOptions;
import dev.candor.proving.quantise.Quantised;
import dev.candor.proving.quantise.Quantiser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Integer networks written as TorchScript give, through the backend, the very integers of the reference. */
class ExactExecutionTest {
    private static final int MOST_BATCH = 33;
    private static DjlBackend backend;

    @TempDir
    Path directory;

    @BeforeAll
    static void open() {
        backend = Fixtures.backend();
    }

    @AfterAll
    static void close() {
        backend.close();
    }

    @Test
    void randomNetworksOfEveryLayerAgree() throws IOException {
        Random random = new Random(20260102);
        for (int round = 0; round < 12; round++) {
            IntegerNetwork network = round % 2 == 0 ? Networks.everyLayer(random) : Networks.everyTokenLayer(random);
            for (int batch : new int[] {1, 3, 33}) {
                long[] input = Networks.input(network, batch, random);
                assertAgrees(network, batch, List.of(input));
            }
        }
    }

    @Test
    void theWorstInputsAgree() throws IOException {
        Random random = new Random(20260103);
        for (int round = 0; round < 4; round++) {
            IntegerNetwork network = Networks.everyLayer(random);
            Architecture.Input input = network.architecture().input();
            long[] low = new long[input.shape().elements()];
            Arrays.fill(low, input.range().low());
            long[] high = new long[low.length];
            Arrays.fill(high, input.range().high());
            assertAgrees(network, 1, List.of(low, high));
        }
    }

    @Test
    void thePerceptronAgreesOnEveryDigit() throws IOException {
        assertAgreesOnDigits("mnist-mlp", dev.candor.proving.network.Shape.of(784), QuantiseOptions.DEFAULT);
        assertAgreesOnDigits("mnist-mlp", dev.candor.proving.network.Shape.of(784), new QuantiseOptions(8, 7));
    }

    @Test
    void leNetAgreesOnEveryDigit() throws IOException {
        assertAgreesOnDigits("lenet5", dev.candor.proving.network.Shape.of(1, 28, 28), QuantiseOptions.DEFAULT);
        assertAgreesOnDigits("lenet5", dev.candor.proving.network.Shape.of(1, 28, 28), new QuantiseOptions(8, 7));
    }

    @Test
    void compiledTransformersAgree() throws IOException {
        for (String name : List.of("tokens", "block", "residual", "pools")) {
            Samples samples = Samples.of(name);
            FloatGraph graph = TorchScriptReader.read(Samples.file(name + ".pt"), samples.shape());
            Quantised quantised =
                    Quantiser.quantise(graph, Calibration.of(graph, samples.inputs()), QuantiseOptions.DEFAULT);
            List<long[]> inputs = new ArrayList<>();
            samples.inputs().forEach(sample -> inputs.add(quantised.input(sample)));
            assertAgrees(quantised.network(), 1, inputs);
        }
    }

    private void assertAgreesOnDigits(String name, dev.candor.proving.network.Shape shape, QuantiseOptions options)
            throws IOException {
        IdxFile images = IdxFile.read(Fixtures.MODELS.resolve("digits-test-images.idx3-ubyte.gz"));
        float[] pixels = Fixtures.floats(images.scaled(0, images.count()));
        List<double[]> samples = new ArrayList<>();
        for (int i = 0; i < images.count(); i++) {
            double[] sample = new double[784];
            for (int p = 0; p < 784; p++) {
                sample[p] = pixels[i * 784 + p];
            }
            samples.add(sample);
        }
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(Fixtures.MODELS.resolve(name + ".pt")));
        FloatGraph graph = TorchScriptReader.read(file, shape);
        Quantised quantised = Quantiser.quantise(graph, Calibration.of(graph, samples.subList(0, 100)), options);
        List<long[]> batches = new ArrayList<>();
        for (int first = 0; first < samples.size(); first += 20) {
            long[] batch = new long[20 * 784];
            for (int i = 0; i < 20; i++) {
                System.arraycopy(quantised.input(samples.get(first + i)), 0, batch, i * 784, 784);
            }
            batches.add(batch);
        }
        assertAgrees(quantised.network(), 20, batches);
    }

    private void assertAgrees(IntegerNetwork network, int batch, List<long[]> inputs) throws IOException {
        TorchScriptEmitter.Emitted emitted = TorchScriptEmitter.emit(network);
        Path file = Files.write(directory.resolve("network.pt"), emitted.file());
        Architecture architecture = network.architecture();
        DataType type = emitted.wideOutput() ? DataType.FP64 : DataType.FP32;
        ModelSpec spec = Fixtures.spec(
                List.of(Fixtures.tensor(
                        "x", DataType.FP32, batched(-1, architecture.input().shape()))),
                List.of(Fixtures.tensor("y", type, batched(-1, architecture.shape(architecture.output())))),
                MOST_BATCH);
        try (LoadedModel model = backend.load(file, spec)) {
            for (long[] input : inputs) {
                float[] numbers = new float[input.length];
                for (int i = 0; i < numbers.length; i++) {
                    numbers[i] = input[i];
                }
                Tensor tensor = Fixtures.floats(
                        "x", Shape.of(batched(batch, architecture.input().shape())), numbers);
                Bytes answer = model.run(List.of(List.of(tensor)), new int[] {batch})
                        .getFirst()
                        .data();
                assertThat(integers(answer, emitted.wideOutput()))
                        .isEqualTo(ReferenceExecution.run(network, batch, input).output());
            }
        }
    }

    static long[] integers(Bytes bytes, boolean wide) {
        ByteBuffer buffer = bytes.asBuffer().order(ByteOrder.LITTLE_ENDIAN);
        long[] integers = new long[bytes.length() / (wide ? Double.BYTES : Float.BYTES)];
        for (int i = 0; i < integers.length; i++) {
            double number = wide ? buffer.getDouble() : buffer.getFloat();
            integers[i] = (long) number;
            assertThat((double) integers[i]).isEqualTo(number);
        }
        return integers;
    }

    static long[] batched(long batch, dev.candor.proving.network.Shape shape) {
        long[] sizes = new long[shape.rank() + 1];
        sizes[0] = batch;
        for (int i = 0; i < shape.rank(); i++) {
            sizes[i + 1] = shape.size(i);
        }
        return sizes;
    }
}
