package dev.candor.bench.load;

import java.time.Duration;
import java.util.Optional;

/**
 * How requests are asked.
 *
 * @param encoding of both request and answer
 * @param version of the model; empty for the server's choice
 * @param priority 1 is served first, 0 takes the model's default and is not sent
 * @param timeout how long a request may wait in the server's queue, if sent
 * @param verification the mode of verification, if sent
 * @param apiKey sent as a bearer token, if given
 * @param receipts whether an answer without a receipt is wrong
 */
public record CallOptions(
        Encoding encoding,
        String version,
        int priority,
        Optional<Duration> timeout,
        Optional<String> verification,
        Optional<String> apiKey,
        boolean receipts) {
    /** Nothing but the encoding, from a server that signs its answers. */
    public static CallOptions of(Encoding encoding) {
        return new CallOptions(encoding, "", 0, Optional.empty(), Optional.empty(), Optional.empty(), true);
    }

    /** The path to ask at over HTTP. */
    String path(String model) {
        return "/v2/models/" + model + (version.isEmpty() ? "" : "/versions/" + version) + "/infer";
    }
}
