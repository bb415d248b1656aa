package dev.candor.gpuconfig.tune;

import dev.candor.gpuconfig.device.DeviceProfile;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;

/** A profile as text: what {@code candor.executor.profile} reads, with what was measured in comments. */
public final class TunedProfile {
    private TunedProfile() {}

    /**
     * The file.
     *
     * @param model whose batches were measured
     * @param nanos median time of a batch by its rows
     * @param memoryFraction the part of the device's memory that models may take
     */
    public static String text(
            DeviceProfile device, String model, SortedMap<Integer, Long> nanos, double memoryFraction) {
        List<Integer> rungs = LadderMeasurement.rungs(nanos);
        StringBuilder text = new StringBuilder();
        text.append("# Measured by `candor gpu tune` with the model ").append(oneLine(model));
        text.append(" on ").append(oneLine(device.model())).append(" (").append(device.id());
        text.append(", libtorch ")
                .append(oneLine(device.flavour()))
                .append(", ")
                .append(device.threads());
        text.append(" thread(s) an operator).\n# rows  milliseconds  rows a second\n");
        for (Map.Entry<Integer, Long> each : nanos.entrySet()) {
            text.append(String.format(
                    Locale.ROOT,
                    "# %4d  %12.3f  %13.0f%s%n",
                    each.getKey(),
                    each.getValue() / 1e6,
                    LadderMeasurement.rate(each.getKey(), each.getValue()),
                    rungs.contains(each.getKey()) ? "" : "  left out"));
        }
        text.append("executors = 1\nthreads = ").append(device.threads());
        text.append("\nladder = ").append(rungs);
        text.append("\nmemory-fraction = ").append(memoryFraction);
        text.append("\nprecision = ")
                .append(device.precision().name().toLowerCase(Locale.ROOT))
                .append('\n');
        return text.toString();
    }

    /** A maker's or model's name must not end its comment. */
    private static String oneLine(String text) {
        return text.replaceAll("\\p{Cntrl}", " ");
    }
}
