package dev.candor.proving.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.proving.network.Architecture.Input;
import dev.candor.proving.network.Layer.Add;
import dev.candor.proving.network.Layer.Conv2d;
import dev.candor.proving.network.Layer.Dense;
import dev.candor.proving.network.Layer.Flatten;
import dev.candor.proving.network.Layer.MaxPool2d;
import dev.candor.proving.network.Layer.Relu;
import dev.candor.proving.network.Layer.Requantise;
import dev.candor.proving.network.Layer.SumPool2d;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ReferenceExecutionTest {
    private static final Range BYTE = new Range(-128, 127);

    @Test
    void denseSumsProductsAndBiasForEachRow() {
        IntegerNetwork network =
                single(Shape.of(2, 3), new Dense(3, 2), new byte[] {1, 2, 3, -1, 0, 127}, new int[] {10, -4});

        assertThat(run(network, 1, 1, 1, 1, 2, 0, -1)).containsExactly(16, 122, 9, -133);
    }

    @Test
    void convolutionPadsWithZerosAndStrides() {
        Conv2d conv = new Conv2d(1, 1, Window.square(3, 2, 1));
        IntegerNetwork network =
                single(Shape.of(1, 3, 3), conv, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9}, new int[] {100});

        // Windows around the four corners of 1..9.
        assertThat(run(network, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9))
                .containsExactly(
                        100 + 5 + 12 + 32 + 45, 100 + 8 + 15 + 35 + 48, 100 + 8 + 15 + 35 + 48, 100 + 5 + 12 + 32 + 45);
    }

    @Test
    void convolutionAgreesWithItsFormulaOnChannelsAndBatches() {
        Random random = new Random(1);
        Window window = new Window(2, 3, 2, 1, 1, 2);
        Conv2d conv = new Conv2d(3, 4, window);
        IntegerNetwork network = Networks.random(new Input(Shape.of(3, 5, 4), BYTE, 1), Networks.chain(conv), random);
        long[] x = Networks.input(network, 3, random);
        long[] y = ReferenceExecution.run(network, 3, x).output();
        Shape out = network.architecture().shape(1);
        assertThat(out).isEqualTo(Shape.of(4, 3, 6));
        for (int b = 0; b < 3; b++) {
            for (int o = 0; o < 4; o++) {
                for (int i = 0; i < 3; i++) {
                    for (int j = 0; j < 6; j++) {
                        long sum = network.parameters(0).biases().at(o);
                        for (int c = 0; c < 3; c++) {
                            for (int row = 0; row < 5; row++) {
                                for (int column = 0; column < 4; column++) {
                                    int a = row - 2 * i + 1;
                                    int d = column - j + 2;
                                    if (a >= 0 && a < 2 && d >= 0 && d < 3) {
                                        sum += x[((b * 3 + c) * 5 + row) * 4 + column]
                                                * network.parameters(0)
                                                        .weights()
                                                        .at(((o * 3 + c) * 2 + a) * 3 + d);
                                    }
                                }
                            }
                        }
                        assertThat(y[((b * 4 + o) * 3 + i) * 6 + j]).isEqualTo(sum);
                    }
                }
            }
        }
    }

    @Test
    void requantiseRoundsHalvesUpAndClamps() {
        IntegerNetwork network = single(Shape.of(8), new Requantise(1, 1, -2, 3));

        assertThat(run(network, 1, -3, -2, -1, 0, 1, 5, 7, -100)).containsExactly(-1, -1, 0, 0, 1, 3, 3, -2);
    }

    @Test
    void requantiseLeavesARemainderThatMakesItExact() {
        Requantise requantise = new Requantise(3, 11, -128, 127);
        for (long x = -70_000; x < 70_000; x += 7) {
            long z = requantise.shifted(x);
            long r = requantise.remainder(x);
            assertThat(r).isBetween(0L, (1L << 11) - 1);
            assertThat((z << 11) + r).isEqualTo(3 * x + (1L << 10));
            assertThat(z).isEqualTo((long) Math.floor(3.0 * x / 2048 + 0.5));
        }
    }

    @Test
    void maxPoolLeavesOutWhatDoesNotFillAWindow() {
        IntegerNetwork network = single(Shape.of(1, 3, 3), new MaxPool2d(Window.square(2, 2)));

        assertThat(run(network, 2, -9, -8, 5, -7, -6, 5, 5, 5, 5, 1, 2, 9, 4, 3, 9, 9, 9, 9))
                .containsExactly(-6, 4);
    }

    @Test
    void sumPoolSumsWindowsThatMayOverlap() {
        IntegerNetwork network = single(Shape.of(2, 2, 3), new SumPool2d(Window.square(2, 1)));

        assertThat(run(network, 1, 1, 2, 3, 4, 5, 6, -1, -1, -1, 0, 0, 7)).containsExactly(12, 16, -2, 5);
    }

    @Test
    void reluAddAndFlattenWorkElementByElement() {
        List<Node> nodes = List.of(
                new Node(new Relu(), List.of(0)),
                new Node(new Add(0, 2), List.of(0, 1)),
                new Node(new Flatten(), List.of(2)));
        IntegerNetwork network = Networks.random(new Input(Shape.of(2, 2), BYTE, 1), nodes, new Random(2));

        assertThat(run(network, 1, -3, 0, 4, -1)).containsExactly(-3, 0, 20, -1);
        assertThat(network.architecture().shape(3)).isEqualTo(Shape.of(4));
        assertThat(network.architecture().range(2)).isEqualTo(new Range(-128, 127 + 4 * 127));
    }

    @Test
    void samplesOfABatchDoNotMeet() {
        Random random = new Random(3);
        for (int batch : new int[] {1, 3, 33}) {
            IntegerNetwork network = Networks.everyLayer(random);
            long[] input = Networks.input(network, batch, random);
            Trace together = ReferenceExecution.run(network, batch, input);
            List<Long> alone = new ArrayList<>();
            for (int b = 0; b < batch; b++) {
                long[] one = Arrays.copyOfRange(input, b * 63, (b + 1) * 63);
                for (long y : ReferenceExecution.run(network, 1, one).output()) {
                    alone.add(y);
                }
            }
            assertThat(together.output())
                    .containsExactly(alone.stream().mapToLong(Long::longValue).toArray());
        }
    }

    @Test
    void everyValueStaysWithinPublicAndTrueBounds() {
        Random random = new Random(4);
        for (int round = 0; round < 20; round++) {
            IntegerNetwork network = Networks.everyLayer(random);
            Trace trace = ReferenceExecution.run(network, 4, Networks.input(network, 4, random));
            for (int value = 0; value < network.architecture().values(); value++) {
                Range bound = network.architecture().range(value);
                Range tight = network.worstCase(value).range();
                assertThat(bound.contains(tight)).isTrue();
                assertThat(Arrays.stream(trace.value(value))).allMatch(tight::contains);
            }
        }
    }

    @Test
    void theWorstInputReachesTheTrueBound() {
        IntegerNetwork network = single(Shape.of(3), new Dense(3, 1), new byte[] {5, -7, 127}, new int[] {11});

        assertThat(network.worstCase(1).range())
                .isEqualTo(new Range(run(network, 1, -128, 127, -128)[0], run(network, 1, 127, -128, 127)[0]));
    }

    @Test
    void refusesAnInputOutOfRange() {
        IntegerNetwork network = single(Shape.of(2), new Relu());

        assertThatThrownBy(() -> run(network, 1, 0, 128))
                .isInstanceOf(InvalidNetworkException.class)
                .hasMessage("element 1 of the input is 128; it has to lie within [-128, 127]");
        assertThatThrownBy(() -> run(network, 2, 0, 1)).hasMessage("a batch of 2 takes 4 integers and is given 2");
    }

    private static IntegerNetwork single(Shape shape, Layer layer) {
        return Networks.random(new Input(shape, BYTE, 1), Networks.chain(layer), new Random(0));
    }

    private static IntegerNetwork single(Shape shape, Layer layer, byte[] weights, int[] biases) {
        Architecture architecture = new Architecture(new Input(shape, BYTE, 1), 1, Networks.chain(layer));
        return new IntegerNetwork(
                architecture,
                new Parameters(List.of(new Parameters.Entry(ByteTensor.copyOf(weights), IntTensor.copyOf(biases)))));
    }

    private static long[] run(IntegerNetwork network, int batch, long... input) {
        return ReferenceExecution.run(network, batch, input).output();
    }
}
