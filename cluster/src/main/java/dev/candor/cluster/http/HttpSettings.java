package dev.candor.cluster.http;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * Where the server listens and what it holds for its clients; {@code candor-rest.conf} documents each knob.
 *
 * @param host address to bind, a loopback address by default
 * @param port 0 for any free one
 * @param eventLoops threads that serve connections; 0 for one a processor
 * @param maxConnections connections held at once; one more is answered 503 and closed
 * @param maxRequestLine bytes of a request line
 * @param maxHeader bytes of all headers of a request
 * @param maxBody bytes of a body held in memory, as sent and after decompression
 * @param maxBuffered bytes of all bodies held in memory at once
 * @param maxInflationRatio how many bytes a compressed byte may become, once the body is over 1 MiB
 * @param compressFrom bytes from which an answer is compressed for a client that asks
 * @param headTimeout for the head of a request, from its first byte
 * @param idleTimeout for the next request on a connection, for the next bytes of a body, and for a client that does not read its answer
 * @param bodyTimeout for a body held in memory to arrive
 * @param drainTimeout for requests in flight when the server stops
 */
public record HttpSettings(
        String host,
        int port,
        int eventLoops,
        int maxConnections,
        int maxRequestLine,
        int maxHeader,
        int maxBody,
        long maxBuffered,
        int maxInflationRatio,
        int compressFrom,
        Duration headTimeout,
        Duration idleTimeout,
        Duration bodyTimeout,
        Duration drainTimeout) {

    /** The largest body that can be held in one array. */
    public static final int LARGEST_BODY = Integer.MAX_VALUE - 64;

    /** Refuses limits that cannot be kept, with the knob's name and its range. */
    public HttpSettings {
        range("port", port, 0, 65_535);
        range("event-loops", eventLoops, 0, 1024);
        range("max-connections", maxConnections, 1, 1 << 20);
        range("max-request-line", maxRequestLine, 256, 1 << 20);
        range("max-header", maxHeader, 256, 1 << 20);
        range("max-body", maxBody, 1024, LARGEST_BODY);
        range("max-buffered", maxBuffered, maxBody, Long.MAX_VALUE);
        range("max-inflation-ratio", maxInflationRatio, 1, 100_000);
        range("compress-from", compressFrom, 0, Integer.MAX_VALUE);
        positive("head-timeout", headTimeout);
        positive("idle-timeout", idleTimeout);
        positive("body-timeout", bodyTimeout);
        positive("drain-timeout", drainTimeout);
    }

    /** Reads {@code candor.rest}. */
    public static HttpSettings of(Config rest) {
        return new HttpSettings(
                rest.getString("host"),
                rest.getInt("port"),
                rest.getInt("event-loops"),
                rest.getInt("max-connections"),
                bytes(rest, "max-request-line"),
                bytes(rest, "max-header"),
                bytes(rest, "max-body"),
                rest.getBytes("max-buffered"),
                rest.getInt("max-inflation-ratio"),
                bytes(rest, "compress-from"),
                rest.getDuration("head-timeout"),
                rest.getDuration("idle-timeout"),
                rest.getDuration("body-timeout"),
                rest.getDuration("drain-timeout"));
    }

    private static int bytes(Config rest, String knob) {
        return (int) Math.min(Integer.MAX_VALUE, rest.getBytes(knob));
    }

    private static void range(String knob, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "candor.rest." + knob + " is " + value + "; it must lie between " + least + " and " + most);
        }
    }

    private static void positive(String knob, Duration value) {
        if (value.toMillis() < 1) {
            throw new IllegalArgumentException("candor.rest." + knob + " is " + value + "; it must be at least 1 ms");
        }
    }
}
