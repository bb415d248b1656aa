package dev.candor.cluster.security;

import dev.candor.actors.gateway.Caller;
import dev.candor.actors.gateway.InferenceService;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.InferenceRequest;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.inference.RefusedException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * How much one caller may ask of this node: calls a second, with a burst of a second's worth, and requests to infer at once. Callers are known before they are
 * counted, so there are no more counters than callers. Thread-safe; never blocks.
 */
public final class CallerLimits {
    private static final long SECOND = 1_000_000_000L;

    /** No attempt was made. */
    private static final UUID NONE = new UUID(0, 0);

    private final int rate;
    private final int inFlight;
    private final LongSupplier nanoTime;
    private final Map<String, Share> shares = new ConcurrentHashMap<>();

    /** One caller's. */
    private static final class Share {
        private final AtomicInteger flying = new AtomicInteger();
        private long tokens;
        private long since;

        private Share(long now, long full) {
            since = now;
            tokens = full;
        }

        /** Takes one call's nanoseconds out of the bucket; how long until there is one where there is none. */
        private synchronized long take(long now, long each, long full) {
            tokens = Math.min(full, tokens + Math.max(0, now - since));
            since = now;
            if (tokens >= each) {
                tokens -= each;
                return 0;
            }
            return each - tokens;
        }
    }

    /**
     * Limits.
     *
     * @param rate calls a second; 0 for any number
     * @param inFlight requests to infer at once; 0 for any number
     */
    public CallerLimits(int rate, int inFlight, LongSupplier nanoTime) {
        this.rate = rate;
        this.inFlight = inFlight;
        this.nanoTime = nanoTime;
    }

    private Share share(Caller caller) {
        return shares.computeIfAbsent(caller.name(), name -> new Share(nanoTime.getAsLong(), SECOND));
    }

    /** Counts a call, or refuses it as RATE_LIMITED with the time until the next. */
    public void admit(Caller caller) {
        if (rate == 0) {
            return;
        }
        long wait = share(caller).take(nanoTime.getAsLong(), SECOND / rate, SECOND);
        if (wait > 0) {
            throw new RefusedException(Refusal.retryable(
                    ErrorCode.RATE_LIMITED,
                    "caller \"" + caller.name() + "\" sends more than " + rate + " calls a second to this node",
                    Duration.ofNanos(wait)));
        }
    }

    /** The same service for callers within their limits. */
    public InferenceService limited(InferenceService service) {
        return inFlight == 0 ? service : new Limited(service);
    }

    /** Counts what is in flight. */
    private final class Limited implements InferenceService {
        private final InferenceService service;

        private Limited(InferenceService service) {
            this.service = service;
        }

        @Override
        public Runnable infer(InferenceRequest request, Caller caller, Consumer<InferenceOutcome> onOutcome) {
            AtomicInteger flying = share(caller).flying;
            // One that is refused was never counted, so it cannot keep another out.
            if (flying.getAndUpdate(now -> now < inFlight ? now + 1 : now) >= inFlight) {
                onOutcome.accept(new InferenceOutcome.Refused(
                        NONE,
                        Refusal.retryable(
                                ErrorCode.RATE_LIMITED,
                                "caller \"" + caller.name() + "\" has " + inFlight
                                        + " requests in flight on this node, as many as it may",
                                Duration.ofMillis(100))));
                return () -> {};
            }
            AtomicBoolean ended = new AtomicBoolean();
            Runnable end = () -> {
                if (ended.compareAndSet(false, true)) {
                    flying.decrementAndGet();
                }
            };
            Runnable cancel;
            try {
                cancel = service.infer(request, caller, outcome -> {
                    end.run();
                    onOutcome.accept(outcome);
                });
            } catch (RuntimeException e) {
                end.run();
                throw e;
            }
            return () -> {
                cancel.run();
                end.run();
            };
        }

        @Override
        public Optional<Refusal> nodeReadiness() {
            return service.nodeReadiness();
        }

        @Override
        public Optional<Refusal> modelReadiness(String model, String version) {
            return service.modelReadiness(model, version);
        }
    }
}
