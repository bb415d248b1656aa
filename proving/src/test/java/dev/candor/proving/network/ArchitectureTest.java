package dev.candor.proving.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.proving.network.Architecture.Input;
import dev.candor.proving.network.Layer.Add;
import dev.candor.proving.network.Layer.Conv2d;
import dev.candor.proving.network.Layer.Dense;
import dev.candor.proving.network.Layer.MaxPool2d;
import dev.candor.proving.network.Layer.Relu;
import dev.candor.proving.network.Layer.Requantise;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ArchitectureTest {
    private static final Input INPUT = new Input(Shape.of(1, 4, 4), new Range(0, 255), 1.0 / 255);

    @Test
    void derivesShapesRangesAndProducts() {
        Architecture architecture = of(new Conv2d(1, 2, Window.square(3, 1, 1)), new Requantise(1, 9, 0, 127));

        assertThat(architecture.shape(1)).isEqualTo(Shape.of(2, 4, 4));
        assertThat(architecture.range(1))
                .isEqualTo(new Range(-9L * 127 * 255 - (1L << 31), 9L * 127 * 255 + (1L << 31) - 1));
        assertThat(architecture.range(2)).isEqualTo(new Range(0, 127));
        assertThat(architecture.multiplyAccumulates()).isEqualTo(2 * 16 * 9);
    }

    @Test
    void refusesWeightsOnAccumulators() {
        refuses(
                "node 1 (conv2d): conv2d takes activations, within [-32768, 32767], and is given values within "
                        + "[-2147613188, 2147613187]; requantise them before",
                new Conv2d(1, 1, Window.square(2, 1)),
                new Conv2d(1, 1, Window.square(2, 1)));
    }

    @Test
    void refusesShapesThatDoNotFit() {
        refuses("node 0 (dense): dense takes an innermost dimension of 5 and is given 1x4x4", new Dense(5, 2));
        refuses(
                "node 0 (conv2d): conv2d takes 2 channels of height x width and is given 1x4x4",
                new Conv2d(2, 1, Window.square(1, 1)));
        refuses(
                "node 0 (max_pool2d): max_pool2d has a window of 5x5, which does not fit into 1x4x4",
                new MaxPool2d(Window.square(5, 1)));
    }

    @Test
    void refusesGraphsThatAreNotInOrderOrLeaveValues() {
        assertThatThrownBy(() -> new Architecture(INPUT, 1, List.of(new Node(new Relu(), List.of(1)))))
                .hasMessage("node 0 (relu) takes value 1, which does not come before it");
        assertThatThrownBy(() -> new Architecture(
                        INPUT, 1, List.of(new Node(new Relu(), List.of(0)), new Node(new Relu(), List.of(0)))))
                .hasMessage("value 1 is taken by no node");
        assertThatThrownBy(() -> new Architecture(INPUT, 1, List.of(new Node(new Add(0, 0), List.of(0)))))
                .hasMessage("node 0 (add) is given 1 inputs and takes 2");
    }

    @Test
    void refusesAccumulatorsThatPass59Bits() {
        // Each addition of a value to itself doubles it.
        List<Node> doublings = IntStream.range(0, 52)
                .mapToObj(i -> new Node(new Add(0, 0), List.of(i, i)))
                .toList();

        assertThatThrownBy(() -> new Architecture(INPUT, 1, doublings))
                .isInstanceOf(InvalidNetworkException.class)
                .hasMessageStartingWith("node 51 (add): its values within [0, ")
                .hasMessageEndingWith("] pass 2^59");
    }

    @Test
    void refusesParametersThatCouldOverflowSixteenBits() {
        Architecture architecture = new Architecture(
                new Input(Shape.of(2), new Range(0, 255), 1),
                1,
                Networks.chain(new Dense(2, 1), new Requantise(1, 1, 0, 127)));

        assertThatThrownBy(() -> new IntegerNetwork(architecture, parameters((byte) 127, (byte) 127, 767)))
                .isInstanceOf(InvalidNetworkException.class)
                .hasMessage("node 1 (requantise): values within [767, 65537] become [384, 32769] at shift 1, "
                        + "which does not fit 16 bits; a larger shift is needed");
        new IntegerNetwork(architecture, parameters((byte) 127, (byte) 127, 764));
    }

    @Test
    void refusesAWeightOfMinus128() {
        Architecture architecture =
                new Architecture(new Input(Shape.of(2), new Range(0, 1), 1), 1, Networks.chain(new Dense(2, 1)));

        assertThatThrownBy(() -> new IntegerNetwork(architecture, parameters((byte) 0, (byte) -128, 0)))
                .hasMessage("node 0 (dense) has a weight of -128; weights lie within [-127, 127]");
    }

    @Test
    void refusesParametersOfAnotherSize() {
        Architecture architecture =
                new Architecture(new Input(Shape.of(3), new Range(0, 1), 1), 1, Networks.chain(new Dense(3, 1)));

        assertThatThrownBy(() -> new IntegerNetwork(architecture, parameters((byte) 0, (byte) 0, 0)))
                .hasMessage("node 0 (dense) is given 2 weights and 1 biases and takes 3 and 1");
    }

    private static Parameters parameters(byte first, byte second, int bias) {
        Parameters.Entry dense =
                new Parameters.Entry(ByteTensor.copyOf(new byte[] {first, second}), IntTensor.copyOf(new int[] {bias}));
        return bias == 0 ? new Parameters(List.of(dense)) : new Parameters(List.of(dense, Parameters.Entry.NONE));
    }

    private static Architecture of(Layer... layers) {
        return new Architecture(INPUT, 1, Networks.chain(layers));
    }

    private static void refuses(String message, Layer... layers) {
        assertThatThrownBy(() -> of(layers))
                .as(Arrays.toString(layers))
                .isInstanceOf(InvalidNetworkException.class)
                .hasMessage(message);
    }
}
