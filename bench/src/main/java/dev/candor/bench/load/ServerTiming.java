package dev.candor.bench.load;

import java.util.Map;
import java.util.TreeMap;

/** Reads {@code Server-Timing: queue;dur=0.12, run;dur=1.5}. */
final class ServerTiming {
    private ServerTiming() {}

    /** Milliseconds by name; what has no duration is left out. */
    static Map<String, Double> parse(String header) {
        Map<String, Double> timings = new TreeMap<>();
        for (String metric : header.split(",", -1)) {
            int duration = metric.indexOf(";dur=");
            if (duration > 0) {
                timings.put(
                        metric.substring(0, duration).strip(),
                        Double.parseDouble(
                                metric.substring(duration + ";dur=".length()).strip()));
            }
        }
        return timings;
    }
}
