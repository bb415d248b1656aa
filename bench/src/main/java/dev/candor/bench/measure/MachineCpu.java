package dev.candor.bench.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Processor time of the whole machine since its start.
 *
 * @param busyMicros spent by anybody, interrupts included
 * @param stolenMicros wanted by this machine but given to another by the hypervisor
 */
public record MachineCpu(long busyMicros, long stolenMicros) {
    private static final long MICROS_A_TICK = 10_000;

    /** Now. */
    public static MachineCpu now() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/stat"))) {
            return parse(lines.findFirst().orElseThrow(() -> new IOException("/proc/stat is empty")));
        }
    }

    /** Out of the first line of {@code /proc/stat}: user, nice, system, idle, iowait, irq, softirq, steal. */
    static MachineCpu parse(String line) {
        String[] fields = line.strip().split("\\s+", -1);
        long busy = 0;
        for (int field : new int[] {1, 2, 3, 6, 7}) {
            busy += Long.parseLong(fields[field]);
        }
        return new MachineCpu(busy * MICROS_A_TICK, Long.parseLong(fields[8]) * MICROS_A_TICK);
    }

    /** What was spent since {@code earlier}. */
    public MachineCpu since(MachineCpu earlier) {
        return new MachineCpu(busyMicros - earlier.busyMicros, stolenMicros - earlier.stolenMicros);
    }
}
