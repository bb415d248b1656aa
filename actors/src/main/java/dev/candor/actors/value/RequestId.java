package dev.candor.actors.value;

import java.util.UUID;

/**
 * The server's name for one request: the partition that judges it and a UUIDv7 (RFC 9562).
 *
 * <p>As text: the partition in decimal, a hyphen, the UUID: {@code 3-0193...}.
 *
 * @param partition 0 to 255
 * @param uuid time-ordered, made by the gateway
 */
public record RequestId(int partition, UUID uuid) {
    /** The largest number of partitions that a genesis record may name. */
    public static final int MAX_PARTITIONS = 256;

    /** Refuses a partition that no genesis record can name. */
    public RequestId {
        if (partition < 0 || partition >= MAX_PARTITIONS) {
            throw new IllegalArgumentException("partition " + partition + " is outside 0 to 255");
        }
    }

    /** Parses {@link #toString()}'s form; throws {@link IllegalArgumentException} with the form wanted. */
    public static RequestId parse(String text) {
        int hyphen = text.indexOf('-');
        if (hyphen < 1 || hyphen > 3 || text.length() != hyphen + 37) {
            throw new IllegalArgumentException("a request id is PARTITION-UUID, such as 3-0193f0c2-...; this is \""
                    + text.substring(0, Math.min(60, text.length())) + "\"");
        }
        return new RequestId(Integer.parseInt(text.substring(0, hyphen)), UUID.fromString(text.substring(hyphen + 1)));
    }

    @Override
    public String toString() {
        return partition + "-" + uuid;
    }
}
