package dev.candor.proving.quantise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.proving.graph.FloatGraph;
import dev.candor.proving.graph.FloatOperation;
import dev.candor.proving.graph.FloatOperation.Linear;
import dev.candor.proving.graph.FloatTensor;
import dev.candor.proving.graph.Samples;
import dev.candor.proving.graph.TorchScriptReader;
import dev.candor.proving.graph.UnsupportedModelException;
import dev.candor.proving.network.Layer;
import dev.candor.proving.network.ReferenceExecution;
import dev.candor.proving.network.Shape;
import dev.candor.proving.network.Window;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class QuantiserTest {
    @ParameterizedTest
    @ValueSource(strings = {"residual", "sequential", "pools", "single", "tokens", "block"})
    void integersStayNearTheTrainedNetwork(String name) {
        Samples samples = Samples.of(name);
        FloatGraph graph = TorchScriptReader.read(Samples.file(name + ".pt"), samples.shape());
        Quantised quantised =
                Quantiser.quantise(graph, Calibration.of(graph, samples.inputs()), new QuantiseOptions(12, 15));

        for (int i = 0; i < samples.inputs().size(); i++) {
            long[] input = quantised.input(samples.inputs().get(i));
            double[] answer = quantised.output(
                    ReferenceExecution.run(quantised.network(), 1, input).output());
            double[] exact = samples.answers().get(i);
            double largest = Arrays.stream(exact).map(Math::abs).max().orElseThrow();
            for (int o = 0; o < exact.length; o++) {
                assertThat(Math.abs(answer[o] - exact[o])).isLessThan(0.03 * largest);
            }
        }
    }

    @Test
    void batchNormalisationIsFoldedAndSumsNeedNoRounding() {
        Samples samples = Samples.of("residual");
        FloatGraph graph = TorchScriptReader.read(Samples.file("residual.pt"), samples.shape());
        Quantised quantised =
                Quantiser.quantise(graph, Calibration.of(graph, samples.inputs()), QuantiseOptions.DEFAULT);

        assertThat(quantised.network().architecture().nodes())
                .extracting(node -> node.layer().name())
                .containsExactly(
                        "conv2d",
                        "requantise",
                        "conv2d",
                        "add",
                        "requantise",
                        "conv2d",
                        "conv2d",
                        "add",
                        "requantise",
                        "sum_pool2d",
                        "flatten",
                        "dense");
    }

    @Test
    void scalesThatAreNoPowerOfTwoApartMeetByAMultiplier() {
        Samples samples = Samples.of("pools");
        FloatGraph graph = TorchScriptReader.read(Samples.file("pools.pt"), samples.shape());
        Quantised quantised =
                Quantiser.quantise(graph, Calibration.of(graph, samples.inputs()), QuantiseOptions.DEFAULT);

        // An average of 2 x 2 and a maximum differ by a power of two; an average of 3 x 3 would not.
        assertThat(quantised.network().architecture().nodes())
                .extracting(node -> node.layer().name())
                .contains("add");
        FloatGraph.Builder builder = new FloatGraph.Builder(Shape.of(1, 3, 3));
        int average = builder.add(new FloatOperation.AveragePool(Window.square(3, 1, 1), 9), List.of(0), "a");
        FloatGraph uneven = builder.build(builder.add(new FloatOperation.Add(), List.of(average, 0), "b"));
        Quantised result = Quantiser.quantise(
                uneven,
                Calibration.of(uneven, List.of(new double[] {1, 2, 3, 4, 5, 6, 7, 8, 9})),
                QuantiseOptions.DEFAULT);
        assertThat(result.network().architecture().nodes())
                .anySatisfy(node -> assertThat(node.layer())
                        .isInstanceOfSatisfying(
                                Layer.Requantise.class,
                                requantise ->
                                        assertThat(requantise.multiplier()).isGreaterThan(1 << 23)));
        assertThat(QuantisationReport.measure(uneven, result, List.of(new double[] {9, 1, 8, 2, 7, 3, 6, 4, 5}))
                        .layers()
                        .getLast()
                        .relative())
                .isLessThan(0.005);
    }

    @Test
    void noInputOverflowsHoweverLittleTheSamplesShow() {
        Random random = new Random(9);
        for (int round = 0; round < 50; round++) {
            FloatGraph graph = perceptron(random, 1 + random.nextInt(40), 1 + random.nextInt(20), 3);
            double[] sample = new double[graph.input().elements()];
            Arrays.setAll(sample, i -> random.nextGaussian() * 1e-3);
            // The constructor of the integer network refuses whatever could overflow.
            Quantised quantised = Quantiser.quantise(
                    graph,
                    Calibration.of(graph, List.of(sample)),
                    new QuantiseOptions(4 + random.nextInt(12), 7 + random.nextInt(9)));
            double[] wild = new double[sample.length];
            Arrays.setAll(wild, i -> random.nextGaussian() * 1e9);
            ReferenceExecution.run(quantised.network(), 1, quantised.input(wild));
        }
    }

    @Test
    void deadAndConstantNetworksCompile() {
        FloatGraph.Builder builder = new FloatGraph.Builder(Shape.of(2));
        int zero = builder.add(
                new Linear(FloatTensor.of(List.of(2, 2), 0, 0, 0, 0), FloatTensor.of(List.of(2), -1, 3e9)),
                List.of(0),
                "a");
        int relu = builder.add(new FloatOperation.Relu(), List.of(zero), "b");
        FloatGraph graph = builder.build(builder.add(
                new Linear(FloatTensor.of(List.of(1, 2), 1, 1), FloatTensor.zeros(1)), List.of(relu), "c"));
        Quantised quantised =
                Quantiser.quantise(graph, Calibration.of(graph, List.of(new double[2])), QuantiseOptions.DEFAULT);

        double[] answer = quantised.output(
                ReferenceExecution.run(quantised.network(), 1, new long[2]).output());
        assertThat(answer[0]).isBetween(2.9e9, 3.1e9);
    }

    @Test
    void refusesNumbersThatAreNotFinite() {
        FloatGraph.Builder builder = new FloatGraph.Builder(Shape.of(1));
        Linear broken = new Linear(FloatTensor.of(List.of(1, 1), Double.NaN), FloatTensor.zeros(1));
        FloatGraph graph = builder.build(builder.add(broken, List.of(0), "here"));

        assertThatThrownBy(() -> Calibration.of(graph, List.of(new double[] {1})))
                .hasMessage("a calibration sample makes linear (here) give no finite number");
        assertThatThrownBy(() -> Calibration.of(graph, List.of(new double[] {Double.NaN})))
                .hasMessage("a calibration sample holds a number that is not finite");
        assertThatThrownBy(() -> Calibration.of(graph, List.of())).hasMessage("calibration needs at least one sample");
    }

    @Test
    void refusesBatchNormalisationWithoutWeightsBeforeIt() {
        FloatGraph.Builder builder = new FloatGraph.Builder(Shape.of(1));
        FloatTensor one = FloatTensor.of(List.of(1), 1);
        FloatGraph graph =
                builder.build(builder.add(new FloatOperation.ChannelAffine(one, one), List.of(0), "norm.py line 3"));

        assertThatThrownBy(() -> Quantiser.quantise(
                        graph, Calibration.of(graph, List.of(new double[1])), QuantiseOptions.DEFAULT))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessage("batch_norm (norm.py line 3) stands behind no convolution or linear layer that it could be"
                        + " folded into");
    }

    private static FloatGraph perceptron(Random random, int inputs, int hidden, int outputs) {
        FloatGraph.Builder builder = new FloatGraph.Builder(Shape.of(inputs));
        int sums = builder.add(linear(random, inputs, hidden), List.of(0), "first");
        int relu = builder.add(new FloatOperation.Relu(), List.of(sums), "relu");
        int more = builder.add(linear(random, hidden, hidden), List.of(relu), "second");
        return builder.build(builder.add(linear(random, hidden, outputs), List.of(more), "third"));
    }

    private static Linear linear(Random random, int inputs, int outputs) {
        double[] weights = new double[inputs * outputs];
        Arrays.setAll(weights, i -> random.nextGaussian());
        double[] biases = new double[outputs];
        Arrays.setAll(biases, i -> random.nextGaussian());
        return new Linear(FloatTensor.of(List.of(outputs, inputs), weights), FloatTensor.of(List.of(outputs), biases));
    }
}
