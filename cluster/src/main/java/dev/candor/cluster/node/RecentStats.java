package dev.candor.cluster.node;

import dev.candor.cluster.rest.PublicStats;
import dev.candor.cluster.rest.StatsSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads figures at most once a second, however many ask. Thread-safe. */
final class RecentStats implements StatsSource {
    private static final long KEPT = TimeUnit.SECONDS.toNanos(1);

    private final Supplier<PublicStats> read;
    private final Executor blocking;
    private final LongSupplier nanoTime;

    private @Nullable CompletableFuture<PublicStats> last;
    private long asked;

    RecentStats(Supplier<PublicStats> read, Executor blocking, LongSupplier nanoTime) {
        this.read = read;
        this.blocking = blocking;
        this.nanoTime = nanoTime;
    }

    @Override
    public synchronized CompletionStage<PublicStats> stats() {
        long now = nanoTime.getAsLong();
        CompletableFuture<PublicStats> known = last;
        if (known == null || known.isCompletedExceptionally() || (now - asked > KEPT && known.isDone())) {
            known = CompletableFuture.supplyAsync(read, blocking);
            last = known;
            asked = now;
        }
        return known.copy();
    }
}
