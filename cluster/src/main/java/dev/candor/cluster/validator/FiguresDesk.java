package dev.candor.cluster.validator;

import dev.candor.actors.value.Bytes;
import dev.candor.persistence.ledger.stats.LedgerStats;
import dev.candor.persistence.ledger.stats.StatsJson;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives a validator's public figures to whoever asks. They are computed on a thread of their own, at most once a height and for all who wait together: however
 * often somebody asks, neither votes nor blocks wait. Thread-safe; never blocks.
 */
final class FiguresDesk implements AutoCloseable {
    private final LongSupplier height;
    private final Supplier<LedgerStats> read;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("candor-validator-figures").daemon().factory());

    private @Nullable CompletableFuture<Bytes> last;
    private long of;

    /**
     * A desk.
     *
     * @param height of the last final block
     * @param read blocks
     */
    FiguresDesk(LongSupplier height, Supplier<LedgerStats> read) {
        this.height = height;
        this.read = read;
    }

    /** The figures in JSON. */
    synchronized CompletionStage<Bytes> figures() {
        long now = height.getAsLong();
        CompletableFuture<Bytes> known = last;
        if (known == null || (known.isDone() && (of != now || known.isCompletedExceptionally()))) {
            known = CompletableFuture.supplyAsync(() -> StatsJson.write(read.get()), thread);
            last = known;
            of = now;
        }
        return known.copy();
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}
