package dev.candor.bench.load;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * One run of the driver: a closed loop, each connection with one request in flight.
 *
 * @param target where the server listens
 * @param calls sent in turn, at least one
 * @param connections all open before the first request, 1 to 4096
 * @param warmUp time before the window; nothing of it is counted
 * @param window how long is measured
 * @param most requests after which the window ends early
 * @param sampleEvery one answer in so many is read and judged; the status of every one is
 * @param servers process ids whose processor time over the window is taken, by a name for each
 */
public record LoadPlan(
        InetSocketAddress target,
        List<PreparedCall> calls,
        int connections,
        Duration warmUp,
        Duration window,
        long most,
        int sampleEvery,
        Map<String, Long> servers) {
    /** Refuses a plan that cannot be run. */
    public LoadPlan {
        calls = List.copyOf(calls);
        servers = Map.copyOf(servers);
        if (calls.isEmpty()) {
            throw new IllegalArgumentException("a load needs at least one request to send");
        }
        if (connections < 1 || connections > 4096) {
            throw new IllegalArgumentException("connections is " + connections + "; it must lie between 1 and 4096");
        }
        if (!window.isPositive() || warmUp.isNegative() || most < 1 || sampleEvery < 1) {
            throw new IllegalArgumentException("window, most and sampleEvery must be above zero and warmUp not below");
        }
    }
}
