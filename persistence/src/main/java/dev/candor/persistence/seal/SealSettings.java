package dev.candor.persistence.seal;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.time.Duration;

/**
 * How old events become segments: {@code candor.journal.seal} in the configuration, where each is explained.
 *
 * @param enabled whether this node seals the partitions that it owns
 * @param events places of a segment at least
 * @param bytes of events after which a segment ends before that
 * @param keep places behind the segments that stay in the journal alone
 * @param interval between two looks at a partition
 * @param removeRows whether rows leave the journal once their segment was read back
 */
public record SealSettings(boolean enabled, long events, long bytes, long keep, Duration interval, boolean removeRows) {
    /** Nobody else's rows of a number come later than this many numbers: a fenced owner has one write in flight. */
    private static final long LEAST_KEPT = 2;

    /** Refuses sizes with which a segment could end where it is not settled which events count. */
    public SealSettings {
        if (events < 1 || bytes < 1 || keep < LEAST_KEPT) {
            throw new ConfigException.Generic("candor.journal.seal: events and bytes are 1 or more and keep is "
                    + LEAST_KEPT + " or more; they are " + events + ", " + bytes + " and " + keep);
        }
    }

    /** Reads {@code candor.journal.seal} of {@code root}. */
    public static SealSettings of(Config root) {
        Config seal = root.getConfig("candor.journal.seal");
        return new SealSettings(
                seal.getBoolean("enabled"),
                seal.getLong("events"),
                seal.getBytes("bytes"),
                seal.getLong("keep"),
                seal.getDuration("interval"),
                seal.getBoolean("remove-rows"));
    }
}
