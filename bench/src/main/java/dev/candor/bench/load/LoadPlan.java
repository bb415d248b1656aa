package dev.candor.bench.load;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;

/**
 * One run of the driver.
 *
 * @param target where the server listens for HTTP, or for gRPC if that is all that is sent
 * @param grpcTarget where it listens for gRPC
 * @param traffic what is sent and when
 * @param connections requests that may be on their way at one time, 1 to 4096; HTTP has a connection for each, gRPC shares them ({@link #GRPC_CHANNELS})
 * @param warmUp time before the window; nothing of it is counted
 * @param window how long is measured
 * @param most requests after which the window ends early
 * @param sampleEvery one answer in so many is read and judged; the status of every one is
 * @param servers process ids whose processor time over the window is taken, those of their children included, by a name for each
 */
public record LoadPlan(
        InetSocketAddress target,
        InetSocketAddress grpcTarget,
        Traffic traffic,
        int connections,
        Duration warmUp,
        Duration window,
        long most,
        int sampleEvery,
        Map<String, Long> servers) {
    /** HTTP/2 connections of a run, as far as there are requests for them. */
    public static final int GRPC_CHANNELS = 8;

    /** Refuses a plan that cannot be run. */
    public LoadPlan {
        servers = Map.copyOf(servers);
        if (connections < 1 || connections > 4096) {
            throw new IllegalArgumentException("connections is " + connections + "; it must lie between 1 and 4096");
        }
        if (!window.isPositive() || warmUp.isNegative() || most < 1 || sampleEvery < 1) {
            throw new IllegalArgumentException("window, most and sampleEvery must be above zero and warmUp not below");
        }
    }
}
