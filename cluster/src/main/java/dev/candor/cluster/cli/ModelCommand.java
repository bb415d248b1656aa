package dev.candor.cluster.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.proving.graph.UnsupportedModelException;
import dev.candor.proving.network.Architecture;
import dev.candor.proving.network.Descriptor;
import dev.candor.proving.network.IntegerNetwork;
import dev.candor.proving.network.InvalidNetworkException;
import dev.candor.proving.network.NetworkFolder;
import dev.candor.proving.network.Node;
import dev.candor.proving.network.Shape;
import dev.candor.proving.quantise.ModelCompiler;
import dev.candor.proving.quantise.QuantisationReport;
import dev.candor.proving.quantise.QuantiseOptions;
import dev.candor.proving.quantise.SampleFile;
import dev.candor.torchscript.InvalidModelException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Works on model files; it asks no node. */
@Command(
        name = "model",
        mixinStandardHelpOptions = true,
        description = "Makes provable networks of trained models.",
        subcommands = {ModelCommand.Compile.class, CommitCommand.class})
final class ModelCommand extends CommandGroup {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String REPORT = "report.json";

    @Command(
            name = "compile",
            mixinStandardHelpOptions = true,
            description = {
                "Makes an integer network of a trained one, by samples that show what values to expect.",
                "Writes descriptor.bin, which is public; parameters.bin and network.pt, which hold the weights and are"
                        + " readable only by you; and report.json, what the integers cost."
            })
    static final class Compile implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Parameters(paramLabel = "MODEL", description = "A traced TorchScript file, or an ONNX file.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private Path model;

        @Option(
                names = "--input-shape",
                required = true,
                split = ",",
                paramLabel = "SIZE",
                description = "The shape of one sample without the batch, such as 1,28,28.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private List<Integer> shape;

        @Option(
                names = "--samples",
                required = true,
                paramLabel = "FILE",
                description = "Samples in IDX or .npy format, gzipped or not; bytes stand for 0 to 1.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private Path samples;

        @Option(names = "--labels", paramLabel = "FILE", description = "What the samples show, as bytes in IDX format.")
        @Nullable
        private Path labels;

        @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "Where the files go.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private Path out;

        @Option(
                names = "--calibrate",
                paramLabel = "N",
                defaultValue = "200",
                description = "Calibrate by the first N samples; the report takes all. Default: ${DEFAULT-VALUE}.")
        private int calibrate;

        @Option(
                names = "--input-bits",
                paramLabel = "BITS",
                defaultValue = "8",
                description = "Bits of the input's integers, 4 to 15. Default: ${DEFAULT-VALUE}.")
        private int inputBits;

        @Option(
                names = "--activation-bits",
                paramLabel = "BITS",
                defaultValue = "15",
                description = "Magnitude bits of activations, 7 to 15. Default: ${DEFAULT-VALUE}.")
        private int activationBits;

        @Option(names = "--json", description = "Print JSON, for programs.")
        private boolean json;

        @Override
        public Integer call() {
            if (calibrate < 1) {
                throw new ParameterException(spec.commandLine(), "--calibrate takes a number of at least 1");
            }
            return Reported.run(spec, printer -> {
                try {
                    return compile(printer);
                } catch (UnsupportedModelException | InvalidModelException | InvalidNetworkException e) {
                    throw new IOException(model + ": " + e.getMessage(), e);
                }
            });
        }

        private int compile(PrintWriter printer) throws IOException {
            Shape input = new Shape(shape);
            QuantiseOptions options = new QuantiseOptions(inputBits, activationBits);
            byte[] known = labels == null ? new byte[0] : SampleFile.readLabels(Files.readAllBytes(labels));
            List<double[]> all = SampleFile.read(Files.readAllBytes(samples), input.elements());
            progress("calibrating by " + Math.min(calibrate, all.size()) + " of " + all.size() + " samples");
            ModelCompiler.Compiled compiled = ModelCompiler.compile(
                    ByteBuffer.wrap(Files.readAllBytes(model)),
                    input,
                    all.subList(0, Math.min(calibrate, all.size())),
                    options);
            progress("comparing on " + all.size() + " samples");
            QuantisationReport report = compiled.report(all);
            IntegerNetwork network = compiled.quantised().network();
            ObjectNode summary = summary(network.architecture(), report);
            if (labels != null) {
                summary.put("right", report.rightAnswers(known));
                summary.put("right_exact", report.rightExactAnswers(known));
            }
            NetworkFolder.write(out, network);
            Files.write(
                    out.resolve(REPORT), JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(summary));
            if (json) {
                printer.println(summary);
            } else {
                print(summary, network.architecture(), report, printer);
            }
            return 0;
        }

        private void progress(String line) {
            if (!json) {
                spec.commandLine().getErr().println(line);
                spec.commandLine().getErr().flush();
            }
        }

        private ObjectNode summary(Architecture architecture, QuantisationReport report) {
            ObjectNode summary = JSON.createObjectNode();
            summary.put("descriptor", Descriptor.hexHash(architecture));
            summary.put("nodes", architecture.nodes().size());
            summary.put("weights", weights(architecture));
            summary.put("multiply_accumulates", architecture.multiplyAccumulates());
            summary.put("input_scale", architecture.input().scale());
            summary.put("output_scale", architecture.outputScale());
            summary.put("samples", report.samples());
            summary.put("agreeing", report.agreeing());
            ArrayNode layers = summary.putArray("layers");
            for (QuantisationReport.LayerError layer : report.layers()) {
                ObjectNode entry = layers.addObject();
                entry.put("operation", layer.operation());
                entry.put("place", layer.place());
                entry.put("scale", layer.scale());
                entry.put("relative_error", layer.relative());
                entry.put("largest_error", layer.largest());
            }
            ArrayNode files = summary.putArray("files");
            Stream.of(NetworkFolder.DESCRIPTOR, NetworkFolder.PARAMETERS, NetworkFolder.TORCHSCRIPT, REPORT)
                    .forEach(name -> files.add(out.resolve(name).toString()));
            return summary;
        }

        private void print(
                ObjectNode summary, Architecture architecture, QuantisationReport report, PrintWriter printer) {
            printer.println("descriptor  " + summary.path("descriptor").asText());
            printer.println("network     " + summary.path("nodes").asInt() + " nodes, " + weights(architecture)
                    + " weights and biases, " + architecture.multiplyAccumulates() + " multiply-accumulates a sample");
            printer.println("agreement   the integers answer as the trained network on " + report.agreeing() + " of "
                    + report.samples() + " samples");
            if (labels != null) {
                printer.println("accuracy    integers " + summary.path("right").asInt() + ", trained network "
                        + summary.path("right_exact").asInt() + " of " + report.samples());
            }
            printer.println("error by operation (root mean square, relative; not proven by anything):");
            for (QuantisationReport.LayerError layer : report.layers()) {
                printer.println(String.format(
                        Locale.ROOT, "  %-12s %.5f  %s", layer.operation(), layer.relative(), layer.place()));
            }
            summary.path("files").forEach(file -> printer.println("wrote       " + file.asText()));
        }

        private static long weights(Architecture architecture) {
            long weights = 0;
            for (Node node : architecture.nodes()) {
                weights += node.layer().weightCount() + node.layer().biasCount();
            }
            return weights;
        }
    }
}
