package dev.candor.bench.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Resident memory of a process. Linux only. */
public final class ProcessMemory {
    private static final String RESIDENT = "VmRSS:";

    private ProcessMemory() {}

    /** Of a process and all that descend from it, in MiB; pages that they share count for each. */
    public static double residentMib(long pid) throws IOException {
        double sum = own(pid);
        for (long child : ProcessCpu.descendants(pid)) {
            try {
                sum += own(child);
            } catch (NoSuchFileException e) {
                // It ended since it was listed and holds nothing any more.
            }
        }
        return sum;
    }

    private static double own(long pid) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
            return lines.filter(line -> line.startsWith(RESIDENT))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                            .sum()
                    / 1024.0;
        }
    }
}
