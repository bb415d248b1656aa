package dev.candor.gpuconfig.device;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * What a kind of device is best used with, from a file in {@code profiles/} beside this class or one that {@code candor gpu tune} wrote.
 *
 * @param name of the profile
 * @param matches text that the maker's name contains, in lower case; empty matches every one
 * @param mostProcessors of processors: up to how many it is for
 * @param executors how many executors share the device's processors; 1 for a GPU
 * @param threads threads an operator, or empty for what fits the processors
 * @param ladder batch sizes
 * @param memoryFraction the part of the device's memory that models may take
 * @param precision of single-precision products
 */
record ProfileDefaults(
        String name,
        String matches,
        int mostProcessors,
        int executors,
        OptionalInt threads,
        BatchLadder ladder,
        double memoryFraction,
        Precision precision) {
    private static final String AUTO = "auto";

    // The first that matches is taken.
    private static final List<ProfileDefaults> CPUS = List.of(load("cpu-2c"), load("cpu-16c"), load("cpu"));

    private static final List<ProfileDefaults> GPUS = List.of(
            load("mig-1g"),
            load("mig-2g"),
            load("mig-3g"),
            load("mig-4g"),
            load("mig-7g"),
            load("nvidia-h200"),
            load("nvidia-h100"),
            load("nvidia-a100"),
            load("nvidia-l4"),
            load("nvidia-t4"),
            load("cuda"));

    /** Refuses a fraction outside of 0 to 1, and numbers below 1. */
    ProfileDefaults {
        if (!(memoryFraction > 0 && memoryFraction <= 1)) {
            throw new IllegalArgumentException("memory-fraction lies above 0 and up to 1, not " + memoryFraction);
        }
        if (executors < 1 || mostProcessors < 1 || threads.orElse(1) < 1) {
            throw new IllegalArgumentException(
                    "executors, threads and most-processors of profile " + name + " are 1 or more");
        }
    }

    static ProfileDefaults ofCpu(int processors) {
        return CPUS.stream()
                .filter(each -> processors <= each.mostProcessors)
                .findFirst()
                .orElseThrow();
    }

    static ProfileDefaults ofGpu(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return GPUS.stream()
                .filter(each -> lower.contains(each.matches))
                .findFirst()
                .orElseThrow();
    }

    /** A profile of this name, or in this file. */
    static ProfileDefaults named(String nameOrFile) {
        Path file = Path.of(nameOrFile);
        return nameOrFile.endsWith(".conf")
                ? of(
                        nameOrFile,
                        ConfigFactory.parseFile(
                                file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false)))
                : load(nameOrFile);
    }

    private static ProfileDefaults load(String name) {
        return of(
                name,
                ConfigFactory.parseResources(
                        ProfileDefaults.class,
                        "profiles/" + name + ".conf",
                        ConfigParseOptions.defaults().setAllowMissing(false)));
    }

    private static ProfileDefaults of(String name, Config file) {
        Config config = file.withFallback(ConfigFactory.parseString(
                "matches = \"\", most-processors = any, executors = 1, threads = auto, precision = float32"));
        return new ProfileDefaults(
                name,
                config.getString("matches").toLowerCase(Locale.ROOT),
                config.getString("most-processors").equals("any")
                        ? Integer.MAX_VALUE
                        : config.getInt("most-processors"),
                config.getInt("executors"),
                config.getString("threads").equals(AUTO)
                        ? OptionalInt.empty()
                        : OptionalInt.of(config.getInt("threads")),
                DeviceSettings.ladder(config, "ladder"),
                config.getDouble("memory-fraction"),
                precision(config));
    }

    private static Precision precision(Config config) {
        String word = config.getString("precision");
        return switch (word) {
            case "float32" -> Precision.FLOAT32;
            case "tf32" -> Precision.TF32;
            default ->
                throw new ConfigException.BadValue(
                        config.getValue("precision").origin(),
                        "precision",
                        "it is float32 or tf32, not \"" + word + "\"");
        };
    }
}
