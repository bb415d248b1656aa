package dev.candor.bench.job;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What to measure and for how long.
 *
 * @param home the repository
 * @param folder where results, logs and data folders go
 * @param models the folder of the shipped models
 * @param cassandra whether to measure against Cassandra too
 * @param rounds how often everything is measured; figures are medians
 * @param settling load on each model and encoding before the first round, so that the JVMs have compiled what they will
 * @param warmUp before each window
 * @param window that is measured
 * @param nodeFlags further flags of the node's JVM
 * @param resume whether results of an earlier, unfinished run of the same commit and settings are kept
 * @param docs where the report goes besides {@code folder}; empty for nowhere else
 */
public record JobSettings(
        Path home,
        Path folder,
        Path models,
        boolean cassandra,
        int rounds,
        Duration settling,
        Duration warmUp,
        Duration window,
        String nodeFlags,
        boolean resume,
        Optional<Path> docs) {
    /** What two runs must share for their results to be one. */
    String fingerprint(String commit) {
        return String.join(
                " ",
                commit,
                Boolean.toString(cassandra),
                settling.toString(),
                warmUp.toString(),
                window.toString(),
                nodeFlags);
    }
}
