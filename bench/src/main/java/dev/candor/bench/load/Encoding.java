package dev.candor.bench.load;

import java.util.Locale;

/** How tensors cross the wire in both directions. */
public enum Encoding {
    /** Over HTTP, by the binary tensor extension. */
    BINARY,
    /** Over HTTP, as numbers in JSON. */
    JSON,
    /** Over gRPC, as raw contents. */
    GRPC;

    /** In lower case. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
