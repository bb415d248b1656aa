package dev.candor.actors.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class LimiterDeciderTest {
    private static final long MILLI = 1_000_000;
    private static final LimiterSettings SETTINGS =
            new LimiterSettings(100, 10, 1_000, Duration.ofMillis(100), Duration.ofMillis(500), 1 << 20);

    private final LimiterDecider decider = new LimiterDecider(SETTINGS, 0);
    private long now;

    /** A window in which every request waited for {@code queueMillis}. */
    private void window(long queueMillis, int inFlight) {
        for (int i = 0; i < 10; i++) {
            now += 10 * MILLI;
            decider.answered(queueMillis * MILLI, 2 * queueMillis * MILLI, inFlight, now);
        }
    }

    @Test
    void fallsWhileTheQueueStands() {
        window(501, 100);
        assertThat(decider.limit()).isEqualTo(80);
        window(501, 80);
        assertThat(decider.limit()).isEqualTo(64);
    }

    @Test
    void staysWhereASingleRequestDidNotHaveToWait() {
        now += 50 * MILLI;
        decider.answered(0, 0, 10, now);
        window(900, 10);
        assertThat(decider.limit()).isEqualTo(100);
    }

    @Test
    void fallsOnRefusals() {
        decider.overloaded(100, 50 * MILLI);
        decider.answered(0, 0, 100, 100 * MILLI);
        assertThat(decider.limit()).isEqualTo(80);
    }

    @Test
    void risesOnlyWhileItIsUsed() {
        window(1, 79);
        assertThat(decider.limit()).isEqualTo(100);
        window(1, 80);
        assertThat(decider.limit()).isEqualTo(110);
    }

    @Test
    void knowsHowLongRequestsAreInFlight() {
        for (int i = 0; i < 50; i++) {
            window(30, 10);
        }
        assertThat(decider.meanNanos()).isBetween(59 * MILLI, 60 * MILLI);
    }

    @Test
    void staysWithinItsBounds() {
        for (int i = 0; i < 100; i++) {
            window(1_000, 1_000);
        }
        assertThat(decider.limit()).isEqualTo(10);
        for (int i = 0; i < 1_000; i++) {
            window(0, 1_000);
        }
        assertThat(decider.limit()).isEqualTo(1_000);
    }

    /** A server that takes 200 at a time without a queue: from either side the limit ends near it. */
    @Test
    void findsTheCapacityOfAServer() {
        for (int i = 0; i < 500; i++) {
            int inFlight = decider.limit();
            window(Math.max(0, inFlight - 200) * 10L, inFlight);
        }
        assertThat(decider.limit()).isBetween(190, 270);
    }

    @Test
    void refusesLimitsThatContradictEachOther() {
        assertThatThrownBy(() -> new LimiterSettings(5, 10, 20, Duration.ofMillis(1), Duration.ofMillis(1), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("min <= initial <= max");
    }
}
