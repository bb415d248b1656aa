package dev.candor.actors.payload;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * How tensors travel between nodes ({@code candor.payload}).
 *
 * @param inlineBytes inputs of up to this many bytes travel inside their job
 * @param maxBytes the largest payload that is fetched
 * @param maxTotalBytes bytes of all payloads that are being fetched at one time
 * @param window pieces of one payload asked for at one time
 * @param retryAfter a piece that has not come by then is asked for again
 */
public record PayloadSettings(long inlineBytes, long maxBytes, long maxTotalBytes, int window, Duration retryAfter) {
    /** Refuses what cannot be kept. */
    public PayloadSettings {
        if (inlineBytes < 0
                || maxBytes < 1
                || maxBytes > Integer.MAX_VALUE - 8
                || maxTotalBytes < maxBytes
                || window < 1) {
            throw new IllegalArgumentException(
                    "candor.payload needs inline-bytes >= 0, max-bytes between 1 and 2147483639, max-total-bytes >= max-bytes"
                            + " and window >= 1");
        }
    }

    /** Reads {@code candor.payload} out of {@code config}. */
    public static PayloadSettings of(Config config) {
        Config payload = config.getConfig("candor.payload");
        return new PayloadSettings(
                payload.getBytes("inline-bytes"),
                payload.getBytes("max-bytes"),
                payload.getBytes("max-total-bytes"),
                payload.getInt("window"),
                payload.getDuration("retry-after"));
    }
}
