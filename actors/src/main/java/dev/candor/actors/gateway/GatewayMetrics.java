package dev.candor.actors.gateway;

import dev.candor.actors.inference.ErrorCode;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/** The counters of one gateway. Thread-safe; counting neither blocks nor allocates. */
public final class GatewayMetrics {
    private final LongAdder answered = new LongAdder();
    private final LongAdder replayed = new LongAdder();
    private final LongAdder late = new LongAdder();
    private final Map<ErrorCode, LongAdder> refused = new EnumMap<>(ErrorCode.class);
    private final IntSupplier inFlight;
    private final LongSupplier bytesInFlight;
    private final IntSupplier limit;

    GatewayMetrics(IntSupplier inFlight, LongSupplier bytesInFlight, IntSupplier limit) {
        this.inFlight = inFlight;
        this.bytesInFlight = bytesInFlight;
        this.limit = limit;
        for (ErrorCode code : ErrorCode.values()) {
            refused.put(code, new LongAdder());
        }
    }

    void countAnswered(boolean fromTheStore) {
        (fromTheStore ? replayed : answered).increment();
    }

    void countRefused(ErrorCode code) {
        counter(code).increment();
    }

    void countLate() {
        late.increment();
    }

    /** Requests answered by a run of their own. */
    public long answered() {
        return answered.sum();
    }

    /** Requests answered by what an earlier attempt had committed. */
    public long replayed() {
        return replayed.sum();
    }

    /** Outcomes that came when nobody waited for them any more. */
    public long late() {
        return late.sum();
    }

    /** Requests refused with this code. */
    public long refused(ErrorCode code) {
        return counter(code).sum();
    }

    private LongAdder counter(ErrorCode code) {
        return Objects.requireNonNull(refused.get(code));
    }

    /** Requests in flight. */
    public int inFlight() {
        return inFlight.getAsInt();
    }

    /** Bytes of tensors in flight. */
    public long bytesInFlight() {
        return bytesInFlight.getAsLong();
    }

    /** How many may be in flight at present. */
    public int limit() {
        return limit.getAsInt();
    }
}
