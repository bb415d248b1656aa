package dev.candor.proving.quantise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.proving.graph.FloatGraph;
import dev.candor.proving.graph.OnnxBlocks;
import dev.candor.proving.graph.OnnxReader;
import dev.candor.proving.graph.Samples;
import dev.candor.proving.graph.TorchScriptReader;
import dev.candor.proving.graph.UnsupportedModelException;
import dev.candor.proving.network.Descriptor;
import dev.candor.proving.network.ParametersCodec;
import dev.candor.proving.network.ReferenceExecution;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Transformers compile from ONNX as they do from TorchScript. */
final class OnnxBlockTest {

    private static FloatGraph torch(String name) {
        return TorchScriptReader.read(
                Samples.file(name + ".pt"), Samples.of(name).shape());
    }

    private static ByteBuffer onnx(String name, boolean exported) {
        FloatGraph weights = torch(name);
        return name.equals("block") ? OnnxBlocks.block(weights, exported) : OnnxBlocks.tokens(weights, exported);
    }

    private static Quantised quantised(FloatGraph graph, Samples samples) {
        return Quantiser.quantise(graph, Calibration.of(graph, samples.inputs()), QuantiseOptions.DEFAULT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"block", "tokens"})
    void whatPyTorchExportsIsTheSameIntegerNetwork(String name) {
        Samples samples = Samples.of(name);
        Quantised one = quantised(torch(name), samples);
        Quantised other = quantised(OnnxReader.read(onnx(name, true), samples.shape()), samples);

        assertThat(Descriptor.encode(other.network().architecture()))
                .isEqualTo(Descriptor.encode(one.network().architecture()));
        assertThat(ParametersCodec.encode(other.network())).isEqualTo(ParametersCodec.encode(one.network()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"block", "tokens"})
    void laterOperatorsGiveTheSameIntegersAndAReport(String name) {
        Samples samples = Samples.of(name);
        Quantised one = quantised(torch(name), samples);
        FloatGraph graph = OnnxReader.read(onnx(name, false), samples.shape());
        Quantised other = quantised(graph, samples);

        for (double[] sample : samples.inputs()) {
            assertThat(ReferenceExecution.run(other.network(), 1, other.input(sample))
                            .output())
                    .isEqualTo(ReferenceExecution.run(one.network(), 1, one.input(sample))
                            .output());
        }
        QuantisationReport report = QuantisationReport.measure(graph, other, samples.inputs());
        assertThat(report.agreeing()).isEqualTo(samples.inputs().size());
    }

    @Test
    void everyChangedFileIsReadOrRefused() {
        byte[] whole = onnx("block", true).array();
        Random random = new Random(12);
        for (int round = 0; round < 2_000; round++) {
            byte[] changed = whole.clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt();
            }
            try {
                assertThat(OnnxReader.read(
                                ByteBuffer.wrap(changed), Samples.of("block").shape()))
                        .isNotNull();
            } catch (UnsupportedModelException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
    }
}
