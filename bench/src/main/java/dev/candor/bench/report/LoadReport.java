package dev.candor.bench.report;

import dev.candor.bench.measure.Machine;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SortedMap;

/**
 * A load test and all that is needed to run it again.
 *
 * @param title of the scenario
 * @param target the server's address
 * @param server what it says it is
 * @param servers command lines of the measured processes, by name
 * @param commit of the load tester's source
 * @param command line of the load tester
 * @param date when it began, ISO 8601 in UTC
 */
public record LoadReport(
        String title,
        String target,
        String server,
        SortedMap<String, String> servers,
        String commit,
        String command,
        long seed,
        String date,
        Machine machine,
        List<PointResult> points) {
    /** The highest rate of an open loop that the server kept up with, if it kept up with any. */
    public OptionalDouble saturation() {
        return points.stream()
                .filter(PointResult::keptUp)
                .mapToDouble(point -> point.pace().offered())
                .max();
    }

    /** Whether every answer that was looked at was right and none failed. */
    public boolean counts() {
        return points.stream().allMatch(point -> point.measured().result().counts());
    }
}
