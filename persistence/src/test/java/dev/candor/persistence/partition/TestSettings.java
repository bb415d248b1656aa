package dev.candor.persistence.partition;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;

/** Settings with bounds that tests reach. */
final class TestSettings {
    /** Four receipts or 2,000 bytes a write. */
    static final PartitionSettings SMALL = new PartitionSettings(
            new PartitionSettings.Group(4, 2_000, 1 << 20),
            OwnerLeaseTest.SETTINGS,
            3,
            1 << 20,
            Duration.ofMinutes(5),
            3,
            50,
            10,
            2,
            Duration.ofMillis(200),
            Duration.ofSeconds(10),
            Duration.ofSeconds(5),
            "",
            "");

    /** What ships. */
    static final PartitionSettings DEFAULTS = PartitionSettings.of(ConfigFactory.load());

    private TestSettings() {}
}
