package dev.candor.cluster.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.model.ModelSpecJson;
import dev.candor.gpuconfig.device.DeviceDiscovery;
import dev.candor.gpuconfig.device.DeviceProfile;
import dev.candor.gpuconfig.device.DeviceSettings;
import dev.candor.gpuconfig.device.MachineReport;
import dev.candor.gpuconfig.inference.DjlBackend;
import dev.candor.gpuconfig.tune.LadderMeasurement;
import dev.candor.gpuconfig.tune.TunedProfile;
import dev.candor.gpuconfig.tune.Tuner;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Looks at this machine's devices; it asks no node. */
@Command(
        name = "gpu",
        mixinStandardHelpOptions = true,
        description = "Shows the devices of this machine and measures batch sizes on them.",
        subcommands = {GpuCommand.Probe.class, GpuCommand.Tune.class})
final class GpuCommand extends CommandGroup {
    @Command(
            name = "probe",
            mixinStandardHelpOptions = true,
            description = "Prints what this machine has and how a node with these settings would use it.")
    static final class Probe implements Callable<Integer> {
        @Mixin
        private NodeConfig options = new NodeConfig();

        @Option(names = "--json", description = "Print JSON, for programs.")
        private boolean json;

        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Override
        public Integer call() {
            DeviceDiscovery discovery = DeviceDiscovery.ofThisMachine(DeviceSettings.of(options.resolve()));
            MachineReport report = discovery.report();
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(json(report));
            } else {
                print(report, out);
            }
            out.flush();
            return 0;
        }

        private static ObjectNode json(MachineReport report) {
            ObjectNode json = JsonNodeFactory.instance
                    .objectNode()
                    .put("processor", report.machine().name())
                    .put("processors", report.machine().processors())
                    .put("memory", report.machine().memory())
                    .put("libtorch", report.flavour());
            ArrayNode gpus = json.putArray("gpus");
            report.gpus().forEach(gpu -> {
                ObjectNode each = gpus.addObject().put("name", gpu.name());
                gpu.memory().ifPresent(bytes -> each.put("memory", bytes));
            });
            report.slices().forEach(json.putArray("mig_slices")::add);
            ArrayNode devices = json.putArray("devices");
            for (DeviceProfile device : report.devices()) {
                ObjectNode each = devices.addObject()
                        .put("device", device.id().toString())
                        .put("profile", device.profile())
                        .put("threads", device.threads())
                        .put("memory_budget", device.memoryBudget())
                        .put("precision", device.precision().name().toLowerCase(Locale.ROOT));
                device.ladder().rungs().forEach(each.putArray("ladder")::add);
            }
            return json;
        }

        private static void print(MachineReport report, PrintWriter out) {
            out.printf(
                    Locale.ROOT,
                    "processors  %d, %s, %,d MiB for models and the rest%n",
                    report.machine().processors(),
                    report.machine().name(),
                    report.machine().memory() >> 20);
            out.println("libtorch    " + report.flavour());
            if (report.gpus().isEmpty()) {
                out.println("GPUs        none that this build of libtorch drives");
            }
            report.gpus()
                    .forEach(gpu -> out.println("GPU         " + gpu.name()
                            + (gpu.memory().isPresent() ? ", " + (gpu.memory().getAsLong() >> 20) + " MiB" : "")));
            report.slices().forEach(slice -> out.println("MIG slice   " + slice));
            if (report.devices().isEmpty()) {
                out.println("devices     none: candor.executor.devices turns them off");
            }
            for (DeviceProfile device : report.devices()) {
                out.printf(
                        Locale.ROOT,
                        "device      %s, profile %s, %d thread(s) an operator, %,d MiB for models, %s%n            batches of %s%n",
                        device.id(),
                        device.profile(),
                        device.threads(),
                        device.memoryBudget() >> 20,
                        device.precision().name().toLowerCase(Locale.ROOT),
                        device.ladder().rungs());
            }
        }
    }

    @Command(
            name = "tune",
            mixinStandardHelpOptions = true,
            description = {
                "Measures a model at every batch size of its profile on the first device, and writes a profile with the sizes that are worth it.",
                "Use it with candor.executor.profile = \"FILE.conf\". Nothing else should run on the machine meanwhile."
            })
    static final class Tune implements Callable<Integer> {
        @Mixin
        private NodeConfig options = new NodeConfig();

        @Parameters(paramLabel = "MODEL", description = "A TorchScript file.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private Path model;

        @Option(names = "--spec", paramLabel = "FILE", description = "Its specification; by default MODEL with .json.")
        @Nullable
        private Path specification;

        @Option(
                names = "--out",
                paramLabel = "FILE.conf",
                defaultValue = "profile.conf",
                description = "By default profile.conf.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private Path file;

        @Option(
                names = "--milliseconds",
                paramLabel = "N",
                defaultValue = "1000",
                description = "How long each size is measured; by default 1000.")
        private int milliseconds;

        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Override
        public Integer call() throws IOException {
            PrintWriter out = spec.commandLine().getOut();
            if (!file.toString().endsWith(".conf")) {
                throw new ParameterException(spec.commandLine(), "--out takes a file that ends in .conf");
            }
            Path described = specification != null
                    ? specification
                    : Path.of(model.toString().replaceFirst("\\.pt$", "") + ".json");
            ModelSpec modelSpec =
                    ModelSpecJson.read(Files.readAllBytes(described)).spec();
            DeviceSettings settings = DeviceSettings.of(options.resolve());
            List<DeviceProfile> devices =
                    DeviceDiscovery.ofThisMachine(settings).discover();
            if (devices.isEmpty()) {
                throw new ParameterException(
                        spec.commandLine(), "candor.executor.devices names no device to measure on");
            }
            DeviceProfile device = devices.getFirst();
            out.println("rows  milliseconds  rows a second   on " + device.id() + ", " + device.model());
            SortedMap<Integer, Long> measured;
            try (DjlBackend backend = DjlBackend.open(device, settings)) {
                measured = new Tuner(backend, System::nanoTime)
                        .measure(model, modelSpec, device.ladder(), Duration.ofMillis(milliseconds), (rows, nanos) -> {
                            out.printf(
                                    Locale.ROOT,
                                    "%4d  %12.3f  %13.0f%n",
                                    rows,
                                    nanos / 1e6,
                                    LadderMeasurement.rate(rows, nanos));
                            out.flush();
                        });
            }
            Files.writeString(
                    file,
                    TunedProfile.text(
                            device,
                            String.valueOf(model.getFileName()),
                            measured,
                            DeviceDiscovery.memoryFraction(device)));
            out.println("wrote " + file + ": ladder = " + LadderMeasurement.rungs(measured));
            out.flush();
            return 0;
        }
    }
}
