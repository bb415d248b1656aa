package dev.candor.bench.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What the figures were measured on.
 *
 * @param processor its name
 * @param cores that this JVM may use
 * @param memoryGib of the machine
 * @param kernel name and version
 * @param java version of this JVM
 * @param fileSystem type of the one below the data folders
 */
public record Machine(String processor, int cores, long memoryGib, String kernel, String java, String fileSystem) {
    /** This machine, with data below {@code folder}. */
    public static Machine of(Path folder) throws IOException {
        return new Machine(
                value("/proc/cpuinfo", "model name"),
                Runtime.getRuntime().availableProcessors(),
                Math.round(kibibytes(value("/proc/meminfo", "MemTotal")) / 1024.0 / 1024.0),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("java.vendor") + " " + Runtime.version(),
                Files.getFileStore(folder).type());
    }

    private static long kibibytes(String text) {
        return Long.parseLong(text.substring(0, text.indexOf(' ')));
    }

    private static String value(String file, String key) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.startsWith(key))
                    .findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .orElse("unknown");
        }
    }
}
