package dev.candor.bench.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** Processor time of a process: user and system, all of its threads, ended ones included. Linux only. */
public final class ProcessCpu {
    /** The kernel tells user space in units of 1/100 s (USER_HZ) on every platform that Candor runs on. */
    private static final long MICROS_A_TICK = 10_000;

    private static final int USER_TIME = 11;
    private static final int SYSTEM_TIME = 12;

    private ProcessCpu() {}

    /**
     * Microseconds that the process has used since its start, in steps of 10,000.
     *
     * @throws IOException where there is no such process, or no {@code /proc}
     */
    public static long micros(long pid) throws IOException {
        return parse(Files.readString(Path.of("/proc", Long.toString(pid), "stat")));
    }

    /** The same of a process and all that descend from it and still run: servers that work in child processes are charged for them. */
    public static long treeMicros(long pid) throws IOException {
        long sum = micros(pid);
        for (long child : descendants(pid)) {
            try {
                sum += micros(child);
            } catch (NoSuchFileException e) {
                // It ended since it was listed; its parent is charged once it was waited for, which this does not
                // count.
            }
        }
        return sum;
    }

    /** Processes below {@code pid}. */
    static List<Long> descendants(long pid) {
        return ProcessHandle.of(pid).stream()
                .flatMap(ProcessHandle::descendants)
                .map(ProcessHandle::pid)
                .toList();
    }

    /** This process. */
    public static long ownMicros() throws IOException {
        return micros(ProcessHandle.current().pid());
    }

    /** The same out of the text of {@code /proc/PID/stat}. */
    static long parse(String stat) {
        // The command's name stands in parentheses and may hold blanks and parentheses itself.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[SYSTEM_TIME])) * MICROS_A_TICK;
    }
}
