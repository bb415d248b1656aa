package dev.candor.bench.load;

import java.util.Locale;

/** How tensors cross the wire in both directions. */
public enum Encoding {
    /** The binary tensor extension. */
    BINARY,
    /** Numbers in JSON. */
    JSON;

    /** In lower case. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
