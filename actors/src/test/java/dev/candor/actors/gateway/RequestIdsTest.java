package dev.candor.actors.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class RequestIdsTest {
    private static final Comparator<UUID> UNSIGNED = Comparator.comparing(UUID::toString);

    private final AtomicLong clock = new AtomicLong(0x0193_f0c2_0000L);
    private final RequestIds ids = new RequestIds(new RandomBytes(new SecureRandom()), clock::get);

    @Test
    void hasTheFormOfVersionSeven() {
        UUID id = ids.next();
        assertThat(id.version()).isEqualTo(7);
        assertThat(id.variant()).isEqualTo(2);
        assertThat(id.toString()).startsWith("0193f0c2-0000-7");
    }

    @Test
    void growsAlsoWhenTheClockStandsOrGoesBack() {
        List<UUID> made = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            made.add(ids.next());
            if (i % 1_000 == 999) {
                clock.addAndGet(i % 2_000 == 999 ? -500 : 400);
            }
        }
        assertThat(made).isSortedAccordingTo(UNSIGNED).doesNotHaveDuplicates();
        assertThat(made).allSatisfy(id -> assertThat(id.version()).isEqualTo(7));
    }

    @Test
    void followsTheClock() {
        ids.next();
        clock.addAndGet(0x10);
        assertThat(ids.next().toString()).startsWith("0193f0c2-0010-7");
    }

    @Test
    void drawsItsRandomBitsAnew() {
        Set<Long> low = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            low.add(ids.next().getLeastSignificantBits());
        }
        assertThat(low).hasSize(1_000);
    }
}
