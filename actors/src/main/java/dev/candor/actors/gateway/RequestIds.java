package dev.candor.actors.gateway;

import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Makes UUIDv7s (RFC 9562, section 5.7 with method 1 of section 6.2): 48 bits of milliseconds since 1970, 12 bits of counter, 62 random bits. Each is greater
 * than all before it from this instance, also when the clock goes back or more than 4,096 are made in a millisecond. Thread-safe.
 */
final class RequestIds {
    private final AtomicLong last = new AtomicLong();
    private final RandomBytes random;
    private final LongSupplier wallMillis;

    RequestIds(RandomBytes random, LongSupplier wallMillis) {
        this.random = random;
        this.wallMillis = wallMillis;
    }

    /** The next one. */
    UUID next() {
        long floor = wallMillis.getAsLong() << 12;
        long tick = last.updateAndGet(before -> Math.max(before + 1, floor));
        long high = (tick >>> 12 << 16) | 0x7000L | (tick & 0xfff);
        long low = (random.nextLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }
}
