package dev.candor.gpuconfig.device;

import ai.djl.util.Platform;
import ai.djl.util.Utils;
import ai.djl.util.cuda.CudaUtils;
import dev.candor.gpuconfig.device.DeviceDiscovery.Machine;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The machine this process runs on; looked at when it is first asked. */
final class ThisMachine implements Accelerators {
    private static final Logger log = LoggerFactory.getLogger(ThisMachine.class);
    private static final int MOST_OUTPUT = 1 << 16;
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    private @Nullable String flavour;
    private @Nullable List<Gpu> gpus;

    /** Processors and memory, as the container limits them. */
    static Machine describe() {
        long memory =
                ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                        ? system.getTotalMemorySize()
                        : Runtime.getRuntime().maxMemory() * 2;
        long free = Math.max(memory / 8, memory - Runtime.getRuntime().maxMemory());
        return new Machine(cpuName(), Runtime.getRuntime().availableProcessors(), free);
    }

    @Override
    public synchronized String flavour() {
        if (flavour == null) {
            flavour = readFlavour();
        }
        return flavour;
    }

    @Override
    public synchronized List<Gpu> gpus() {
        if (gpus == null) {
            gpus = flavour().startsWith("cu") ? countGpus() : List.of();
        }
        return gpus;
    }

    private static String readFlavour() {
        String set = Utils.getEnvOrSystemProperty("PYTORCH_FLAVOR");
        return set != null && !set.isEmpty()
                ? set
                : Platform.detectPlatform("pytorch").getFlavor();
    }

    @Override
    public List<String> slices() {
        return listing().slices().stream()
                .map(slice -> slice.uuid() + " " + slice.gpu() + " " + slice.profile())
                .toList();
    }

    private static NvidiaListing listing() {
        return NvidiaListing.parse(nvidiaSmi("-L"));
    }

    private static List<Gpu> countGpus() {
        String visible = System.getenv().getOrDefault("CUDA_VISIBLE_DEVICES", "");
        List<Gpu> named = listing()
                .visible(visible)
                .map(slice -> List.of(slice.asGpu()))
                .orElseGet(() -> parse(nvidiaSmi("--query-gpu=name,memory.total", "--format=csv,noheader,nounits")));
        int count = CudaUtils.getGpuCount();
        return IntStream.range(0, count)
                .mapToObj(i -> i < named.size() ? named.get(i) : new Gpu("CUDA device " + i, OptionalLong.empty()))
                .toList();
    }

    private static String nvidiaSmi(String... arguments) {
        List<String> command = new ArrayList<>(List.of("nvidia-smi"));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            try (InputStream out = process.getInputStream()) {
                String text = new String(out.readNBytes(MOST_OUTPUT), StandardCharsets.UTF_8);
                if (process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0) {
                    return text;
                }
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            log.info("nvidia-smi cannot be run ({}); GPUs are known by number alone", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return "";
    }

    /** Lines such as {@code NVIDIA H200, 143771}: name and mebibytes. */
    static List<Gpu> parse(String lines) {
        List<Gpu> gpus = new ArrayList<>();
        for (String line : lines.lines().toList()) {
            int comma = line.lastIndexOf(',');
            if (comma > 0) {
                String mebibytes = line.substring(comma + 1).strip();
                boolean number = mebibytes.matches("[0-9]{1,12}");
                OptionalLong memory = number ? OptionalLong.of(Long.parseLong(mebibytes) << 20) : OptionalLong.empty();
                gpus.add(new Gpu(line.substring(0, comma).strip(), memory));
            }
        }
        return gpus;
    }

    private static String cpuName() {
        if (Files.isReadable(CPU_INFO)) {
            try (BufferedReader lines = Files.newBufferedReader(CPU_INFO)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.startsWith("model name")) {
                        return line.substring(line.indexOf(':') + 1).strip();
                    }
                }
            } catch (IOException e) {
                log.debug("no processor name in {}", CPU_INFO, e);
            }
        }
        return System.getProperty("os.arch", "processor");
    }
}
