package dev.candor.cluster.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.actors.backend.InferenceBackend;
import dev.candor.actors.backend.LoadedModel;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.model.ModelSpecJson;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.Tensor;
import dev.candor.proving.network.IntegerNetwork;
import dev.candor.proving.network.ReferenceExecution;
import dev.candor.proving.network.TorchScriptEmitter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SelfCheckedBackendTest {
    private static final IntegerNetwork NETWORK = TinyNetwork.of(4);

    @TempDir
    Path folder;

    private boolean closed;

    /** A device that computes by the reference, and in batches of {@code wrongFrom} or more is off by one. */
    private final class FakeDevice implements InferenceBackend {
        private final int wrongFrom;

        private FakeDevice(int wrongFrom) {
            this.wrongFrom = wrongFrom;
        }

        @Override
        public String device() {
            return "fake:0";
        }

        @Override
        public long memoryBudget() {
            return 1;
        }

        @Override
        public LoadedModel load(Path file, ModelSpec spec) {
            return new LoadedModel() {
                @Override
                public long memory() {
                    return 1;
                }

                @Override
                public List<BatchOutput> run(List<List<Tensor>> requests, int[] items) {
                    long[] input = WholeTensors.integers(requests.getFirst().getFirst())
                            .orElseThrow();
                    long[] output =
                            ReferenceExecution.run(NETWORK, items[0], input).output();
                    output[output.length - 1] += items[0] >= wrongFrom ? 1 : 0;
                    Tensor y = WholeTensors.tensor(spec.outputs().getFirst(), items[0], output);
                    return List.of(new BatchOutput(
                            y.name(), y.datatype(), 4L * TinyNetwork.OUTPUTS, Shape.of(TinyNetwork.OUTPUTS), y.data()));
                }

                @Override
                public void close() {
                    closed = true;
                }
            };
        }

        @Override
        public void close() {}
    }

    private static ModelSpec spec() {
        return ModelSpecJson.read(
                        """
                {"input": [{"name": "x", "datatype": "FP32", "shape": [-1, %d]}],
                 "output": [{"name": "y", "datatype": "FP32", "shape": [-1, %d]}], "max_batch_size": 12}
                """.formatted(TinyNetwork.INPUTS, TinyNetwork.OUTPUTS).getBytes(StandardCharsets.UTF_8))
                .spec();
    }

    private Path file() throws IOException {
        return Files.write(
                folder.resolve("tiny.pt"), TorchScriptEmitter.emit(NETWORK).file());
    }

    @Test
    void loadsWhatGivesTheIntegersOfTheReference() throws IOException {
        ModelSpec spec = ExactModels.complete(file(), spec());
        assertThat(spec.exact().orElseThrow().low()).isEqualTo(-127);
        new SelfCheckedBackend(new FakeDevice(100)).load(file(), spec).close();
    }

    @Test
    void refusesADeviceThatGivesOtherIntegersInSomeBatch() throws IOException {
        ModelSpec spec = ExactModels.complete(file(), spec());
        for (int wrongFrom : new int[] {1, 8, 12}) {
            closed = false;
            assertThatThrownBy(() -> new SelfCheckedBackend(new FakeDevice(wrongFrom)).load(file(), spec))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("gives other numbers");
            assertThat(closed).isTrue();
        }
    }

    @Test
    void aModuleThatIsNotTheNetworkInItsFileIsRefused() throws IOException {
        byte[] bytes = TorchScriptEmitter.emit(NETWORK).file();
        String all = new String(bytes, StandardCharsets.ISO_8859_1);
        int at = all.indexOf("torch.floor");
        bytes[at + 6] ^= 1;
        Path changed = Files.write(folder.resolve("changed.pt"), bytes);
        assertThatThrownBy(() -> ExactModels.complete(changed, spec()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("not the integer network that it carries");
        assertThatThrownBy(() -> ExactModels.complete(
                        file(),
                        ModelSpecJson.read("""
                                {"input": [{"name": "x", "datatype": "FP32", "shape": [-1, 5]}],
                                 "output": [{"name": "y", "datatype": "FP32", "shape": [-1, 4]}]}
                                """.getBytes(StandardCharsets.UTF_8)).spec()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("one input of FP32");
    }
}
