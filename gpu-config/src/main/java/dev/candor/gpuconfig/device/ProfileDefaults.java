package dev.candor.gpuconfig.device;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import java.util.List;
import java.util.Locale;

/**
 * What a kind of device is best used with, from a file in {@code profiles/} beside this class.
 *
 * @param matches text that the maker's name contains, in lower case; empty matches every one
 * @param ladder batch sizes
 * @param memoryFraction the part of the device's memory that models may take
 */
record ProfileDefaults(String matches, BatchLadder ladder, double memoryFraction) {
    private static final ProfileDefaults CPU = load("cpu");

    // The first that matches is taken.
    private static final List<ProfileDefaults> GPUS = List.of(
            load("nvidia-h200"),
            load("nvidia-h100"),
            load("nvidia-a100"),
            load("nvidia-l4"),
            load("nvidia-t4"),
            load("cuda"));

    /** Refuses a fraction outside of 0 to 1. */
    ProfileDefaults {
        if (!(memoryFraction > 0 && memoryFraction <= 1)) {
            throw new IllegalArgumentException("memory-fraction lies above 0 and up to 1, not " + memoryFraction);
        }
    }

    static ProfileDefaults ofCpu() {
        return CPU;
    }

    static ProfileDefaults ofGpu(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return GPUS.stream()
                .filter(each -> lower.contains(each.matches))
                .findFirst()
                .orElseThrow();
    }

    private static ProfileDefaults load(String name) {
        Config config = ConfigFactory.parseResources(
                ProfileDefaults.class,
                "profiles/" + name + ".conf",
                ConfigParseOptions.defaults().setAllowMissing(false));
        return new ProfileDefaults(
                config.getString("matches").toLowerCase(Locale.ROOT),
                DeviceSettings.ladder(config, "ladder"),
                config.getDouble("memory-fraction"));
    }
}
