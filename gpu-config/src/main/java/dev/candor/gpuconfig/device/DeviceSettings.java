package dev.candor.gpuconfig.device;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import dev.candor.torchscript.InspectionLimits;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What {@code candor.executor} says of devices; see {@code reference.conf} for each key.
 *
 * @param devices which devices run models
 * @param profile the name or file of the profile to use, or empty for the one that fits the device
 * @param threads threads an operator, or empty for what the profile says
 * @param ladder batch sizes, or empty for the device's profile
 * @param memoryBudget bytes for models on each device, or empty for what fits the device
 * @param maxBatchBytes most bytes of one input of one batch
 * @param graphOptimizer whether libtorch profiles and fuses
 * @param nativeFolder where native libraries are unpacked, or empty for a folder of the user's
 * @param inspection bounds on model files
 */
public record DeviceSettings(
        DeviceChoice devices,
        Optional<String> profile,
        OptionalInt threads,
        Optional<BatchLadder> ladder,
        OptionalLong memoryBudget,
        long maxBatchBytes,
        boolean graphOptimizer,
        Optional<Path> nativeFolder,
        InspectionLimits inspection) {
    private static final String ROOT = "candor.executor";
    private static final String AUTO = "auto";
    private static final String NONE = "none";

    /** Which devices run models. */
    public sealed interface DeviceChoice {
        /** Every usable GPU, or the processors where there is none. */
        record Auto() implements DeviceChoice {}

        /** None: the node answers no new requests itself. */
        record None() implements DeviceChoice {}

        /** These. */
        record Named(List<DeviceId> ids) implements DeviceChoice {}
    }

    /** Reads the settings from a configuration with {@code reference.conf}; a {@link ConfigException} names the key that is wrong. */
    public static DeviceSettings of(Config config) {
        Config executor = config.getConfig(ROOT);
        Config inspection = executor.getConfig("inspection");
        return new DeviceSettings(
                devices(executor),
                isAuto(executor, "profile") ? Optional.empty() : Optional.of(executor.getString("profile")),
                isAuto(executor, "threads") ? OptionalInt.empty() : OptionalInt.of(range(executor, "threads", 1, 1024)),
                isAuto(executor, "ladder") ? Optional.empty() : Optional.of(ladder(executor, "ladder")),
                isAuto(executor, "memory-budget")
                        ? OptionalLong.empty()
                        : OptionalLong.of(bytes(executor, "memory-budget")),
                bytes(executor, "max-batch-bytes"),
                executor.getBoolean("graph-optimizer"),
                folder(executor),
                new InspectionLimits(
                        bytes(inspection, "max-file-bytes"),
                        range(inspection, "max-entries", 1, 10_000_000),
                        intBytes(inspection, "max-code-bytes"),
                        intBytes(inspection, "max-pickle-bytes"),
                        range(inspection, "max-pickle-values", 1, Integer.MAX_VALUE),
                        Set.copyOf(inspection.getStringList("extra-operators"))));
    }

    /** A ladder from a list of numbers. */
    static BatchLadder ladder(Config config, String key) {
        try {
            return new BatchLadder(config.getIntList(key));
        } catch (IllegalArgumentException e) {
            throw wrong(config, key, e);
        }
    }

    private static DeviceChoice devices(Config executor) {
        ConfigValue value = executor.getValue("devices");
        if (value instanceof ConfigList) {
            Set<DeviceId> ids = new LinkedHashSet<>();
            for (String name : executor.getStringList("devices")) {
                try {
                    ids.add(DeviceId.parse(name));
                } catch (IllegalArgumentException e) {
                    throw wrong(executor, "devices", e);
                }
            }
            return ids.isEmpty() ? new DeviceChoice.None() : new DeviceChoice.Named(List.copyOf(ids));
        }
        String word = executor.getString("devices");
        return switch (word) {
            case AUTO -> new DeviceChoice.Auto();
            case NONE -> new DeviceChoice.None();
            default ->
                throw wrong(
                        executor,
                        "devices",
                        new IllegalArgumentException(
                                "it is auto, none or a list such as [\"cpu:0\"], not \"" + word + "\""));
        };
    }

    private static Optional<Path> folder(Config executor) {
        String folder = executor.getString("native-folder");
        return folder.isEmpty() ? Optional.empty() : Optional.of(Path.of(folder).toAbsolutePath());
    }

    private static boolean isAuto(Config config, String key) {
        ConfigValue value = config.getValue(key);
        return value.valueType() == ConfigValueType.STRING && value.unwrapped().equals(AUTO);
    }

    private static long bytes(Config config, String key) {
        long bytes = config.getBytes(key);
        if (bytes < 1) {
            throw wrong(config, key, new IllegalArgumentException("it is at least 1 byte"));
        }
        return bytes;
    }

    private static int intBytes(Config config, String key) {
        long bytes = bytes(config, key);
        if (bytes > Integer.MAX_VALUE) {
            throw wrong(config, key, new IllegalArgumentException("it is less than 2 GiB"));
        }
        return (int) bytes;
    }

    private static int range(Config config, String key, int least, int most) {
        int value = config.getInt(key);
        if (value < least || value > most) {
            throw wrong(
                    config,
                    key,
                    new IllegalArgumentException("it lies between " + least + " and " + most + ", not " + value));
        }
        return value;
    }

    private static ConfigException wrong(Config config, String key, IllegalArgumentException cause) {
        return new ConfigException.BadValue(
                config.getValue(key).origin(), key, String.valueOf(cause.getMessage()), cause);
    }
}
