package dev.candor.bench.load;

import java.util.SortedMap;

/**
 * What a run came to. Times are in microseconds.
 *
 * @param offered requests a second that an open loop was to send, 0 for a closed loop
 * @param requests answered with status 200 within the window
 * @param seconds the window's true length
 * @param refused answers that said the server has no room
 * @param unanswered requests of an open loop that were due within the window and had no answer some time after it
 * @param failures answers with another status and connections lost, by what happened
 * @param judged answers that were read and compared
 * @param wrong of these, by what was wrong with them
 * @param latency of what was answered, from when the request was due (open loop) or written (closed loop) to the last byte of its answer
 * @param refusals the same of what was refused
 * @param shares the same apart for each share of the load
 * @param cpuARequest processor time by server, divided by requests
 * @param residentMib memory by server at the end of the window
 * @param driverCpuARequest the driver's own, which the servers could not use
 * @param driverLagP99 how late the driver itself was: 99 of 100 requests were noticed as due at most this late
 * @param othersShare part of the machine, 0 to 1, that went to neither servers nor driver, stolen time included
 * @param serverTimings means of what the servers said of themselves ({@code Server-Timing}) in the answers that were read
 */
public record LoadResult(
        double offered,
        long requests,
        double seconds,
        long refused,
        long unanswered,
        SortedMap<String, Long> failures,
        long judged,
        SortedMap<String, Long> wrong,
        Latency latency,
        Latency refusals,
        SortedMap<String, ShareResult> shares,
        SortedMap<String, Double> cpuARequest,
        SortedMap<String, Double> residentMib,
        double driverCpuARequest,
        double driverLagP99,
        double othersShare,
        SortedMap<String, Double> serverTimings) {

    /** Quantiles of the latency; all 0 where nothing was recorded. */
    public record Latency(double p50, double p90, double p99, double p999, double max, double mean) {}

    /**
     * One share of the load.
     *
     * @param requests answered with status 200 within the window
     * @param refused as for the whole
     */
    public record ShareResult(long requests, long refused, Latency latency) {}

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
