package dev.candor.bench.measure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/** How a process was started. Linux only. */
public final class CommandLineOf {
    private static final int LONGEST = 160;

    private CommandLineOf() {}

    /** Its arguments with blanks between; long ones, such as class paths, are cut. */
    public static String pid(long pid) throws IOException {
        String line = Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"), StandardCharsets.UTF_8);
        return Arrays.stream(line.split("\0", -1))
                .map(word -> word.length() <= LONGEST ? word : word.substring(0, LONGEST) + "...")
                .collect(Collectors.joining(" "))
                .strip();
    }
}
