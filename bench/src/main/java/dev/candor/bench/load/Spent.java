package dev.candor.bench.load;

import dev.candor.bench.measure.MachineCpu;
import dev.candor.bench.measure.ProcessCpu;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** Clock and processor times at one instant, or between two. Microseconds but for the clock. */
record Spent(long nanos, Map<String, Long> servers, long driver, MachineCpu machine) {
    static Spent now(Map<String, Long> pids) throws IOException {
        Map<String, Long> servers = new TreeMap<>();
        for (Map.Entry<String, Long> server : pids.entrySet()) {
            servers.put(server.getKey(), ProcessCpu.treeMicros(server.getValue()));
        }
        return new Spent(System.nanoTime(), servers, ProcessCpu.ownMicros(), MachineCpu.now());
    }

    Spent since(Spent earlier) {
        Map<String, Long> spent = new TreeMap<>(servers);
        spent.replaceAll((name, micros) -> micros - earlier.servers.getOrDefault(name, 0L));
        return new Spent(nanos - earlier.nanos, spent, driver - earlier.driver, machine.since(earlier.machine));
    }

    /** Part of the machine, 0 to 1, that went to neither servers nor driver. */
    double others() {
        long ours =
                driver + servers.values().stream().mapToLong(Long::longValue).sum();
        double all = nanos / 1e3 * Runtime.getRuntime().availableProcessors();
        return Math.max(0, (machine.busyMicros() + machine.stolenMicros() - ours) / all);
    }
}
