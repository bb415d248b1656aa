package dev.candor.proving.quantise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.proving.graph.FloatGraph;
import dev.candor.proving.graph.TorchScriptReader;
import dev.candor.proving.network.Descriptor;
import dev.candor.proving.network.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The trained models, compiled from their files and held against the 2,000 digits that they were not trained on. */
final class DigitsTest {
    private static final List<double[]> IMAGES = Digits.images();
    private static final byte[] LABELS = Digits.labels();
    private static final Shape ROW = Shape.of(784);
    private static final Shape PLANE = Shape.of(1, 28, 28);
    private static final QuantiseOptions NARROW = new QuantiseOptions(8, 7);

    private record Compiled(Quantised quantised, QuantisationReport report) {}

    @Test
    void perceptronKeepsItsAccuracy() {
        Compiled compiled = compile("mnist-mlp", ROW, QuantiseOptions.DEFAULT);

        assertThat(compiled.report().rightExactAnswers(LABELS)).isEqualTo(1904);
        assertThat(compiled.report().rightAnswers(LABELS)).isEqualTo(1906);
        assertThat(compiled.report().agreeing()).isEqualTo(1997);
    }

    @Test
    void lenetKeepsItsAccuracy() {
        Compiled compiled = compile("lenet5", PLANE, QuantiseOptions.DEFAULT);

        assertThat(compiled.report().rightExactAnswers(LABELS)).isEqualTo(1944);
        assertThat(compiled.report().rightAnswers(LABELS)).isEqualTo(1944);
        assertThat(compiled.report().agreeing()).isEqualTo(2000);
    }

    @Test
    void activationsOfEightBitsLoseLittle() {
        assertThat(compile("mnist-mlp", ROW, NARROW).report().agreeing()).isEqualTo(1993);
        assertThat(compile("lenet5", PLANE, NARROW).report().agreeing()).isEqualTo(1995);
    }

    @Test
    void theSameFileAndSamplesGiveTheSameDescriptor() {
        assertThat(Descriptor.hexHash(compile("mnist-mlp", ROW, QuantiseOptions.DEFAULT)
                        .quantised()
                        .network()
                        .architecture()))
                .isEqualTo("bf93c2d6d930657b588495b7a854f8013d6e274919a3e206ee4f790f4f7174fc");
        assertThat(Descriptor.hexHash(compile("lenet5", PLANE, QuantiseOptions.DEFAULT)
                        .quantised()
                        .network()
                        .architecture()))
                .isEqualTo("e7809104cea96047850b63f58ad64c67e8d5456428e1303f4a02a4d6f7ef898c");
    }

    @Test
    void reportSaysWhereTheErrorArises() {
        QuantisationReport report =
                compile("mnist-mlp", ROW, QuantiseOptions.DEFAULT).report();

        assertThat(report.layers())
                .extracting(QuantisationReport.LayerError::operation)
                .containsExactly("linear", "relu", "linear");
        assertThat(report.layers())
                .extracting(QuantisationReport.LayerError::place)
                .contains("code/__torch__.py line 12");
        assertThat(report.layers())
                .allSatisfy(layer -> assertThat(layer.relative()).isLessThan(0.007));
    }

    private static Compiled compile(String model, Shape input, QuantiseOptions options) {
        FloatGraph graph = TorchScriptReader.read(Digits.model(model), input);
        Quantised quantised = Quantiser.quantise(graph, Calibration.of(graph, IMAGES.subList(0, 200)), options);
        return new Compiled(quantised, QuantisationReport.measure(graph, quantised, IMAGES));
    }
}
