package dev.candor.bench.load;

import java.util.Map;
import java.util.SortedMap;

/**
 * What a run came to. Times are in microseconds.
 *
 * @param requests answered with status 200 within the window
 * @param seconds the window's true length
 * @param failures answers with another status and connections lost, by what happened
 * @param judged answers that were read and compared
 * @param wrong of these, by what was wrong with them
 * @param latency from the write of a request to the last byte of its answer
 * @param cpuARequest processor time by server, divided by requests
 * @param driverCpuARequest the driver's own, which the servers could not use
 * @param othersShare part of the machine, 0 to 1, that went to neither servers nor driver, stolen time included
 * @param serverTimings means of what the servers said of themselves ({@code Server-Timing}) in the answers that were read
 */
public record LoadResult(
        long requests,
        double seconds,
        SortedMap<String, Long> failures,
        long judged,
        SortedMap<String, Long> wrong,
        Latency latency,
        SortedMap<String, Double> cpuARequest,
        double driverCpuARequest,
        double othersShare,
        Map<String, Double> serverTimings) {

    /** Quantiles of the latency. */
    public record Latency(double p50, double p90, double p99, double p999, double max, double mean) {}

    /** Whether the figures mean anything: something was answered, something was judged, and nothing was wrong. */
    public boolean counts() {
        return requests > 0 && judged > 0 && failures.isEmpty() && wrong.isEmpty();
    }

    /** Requests a second; zero where an answer was wrong or missing. */
    public double throughput() {
        return counts() ? requests / seconds : 0;
    }

    /** Processor time a request, all servers together. */
    public double totalCpuARequest() {
        return cpuARequest.values().stream().mapToDouble(Double::doubleValue).sum();
    }
}
