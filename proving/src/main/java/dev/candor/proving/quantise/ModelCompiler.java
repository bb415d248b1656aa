package dev.candor.proving.quantise;

import dev.candor.proving.graph.FloatGraph;
import dev.candor.proving.graph.OnnxReader;
import dev.candor.proving.graph.TorchScriptReader;
import dev.candor.proving.network.Shape;
import java.nio.ByteBuffer;
import java.util.List;

/** From a model's file to an integer network. */
public final class ModelCompiler {
    private ModelCompiler() {}

    /**
     * A compiled model.
     *
     * @param graph the trained network
     * @param quantised the integer network
     */
    public record Compiled(FloatGraph graph, Quantised quantised) {
        /** Runs both networks on samples and compares. */
        public QuantisationReport report(List<double[]> samples) {
            return QuantisationReport.measure(graph, quantised, samples);
        }
    }

    /**
     * Compiles a TorchScript file (a zip archive) or an ONNX model (anything else).
     *
     * @param input the shape of one sample, without the batch
     * @param calibration samples that show what values to expect, at least one
     * @throws dev.candor.proving.graph.UnsupportedModelException where the model asks for what cannot be compiled
     * @throws dev.candor.torchscript.InvalidModelException where an archive is no sound TorchScript file
     * @throws IllegalArgumentException where the samples do not fit
     */
    public static Compiled compile(ByteBuffer file, Shape input, List<double[]> calibration, QuantiseOptions options) {
        boolean archive =
                file.remaining() > 1 && file.get(file.position()) == 'P' && file.get(file.position() + 1) == 'K';
        FloatGraph graph = archive ? TorchScriptReader.read(file, input) : OnnxReader.read(file, input);
        return new Compiled(graph, Quantiser.quantise(graph, Calibration.of(graph, calibration), options));
    }
}
