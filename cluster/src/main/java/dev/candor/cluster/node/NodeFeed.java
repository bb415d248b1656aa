package dev.candor.cluster.node;

import dev.candor.cluster.validator.EventSource;
import dev.candor.persistence.ledger.block.Segment;
import dev.candor.persistence.ledger.feed.JournalFeed;
import dev.candor.persistence.ledger.wire.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands validators what this node's journal has; where that is nothing, waits for the next write of a partition here, or a little. Thread-safe; never blocks. */
final class NodeFeed implements EventSource {
    private static final Logger LOG = LoggerFactory.getLogger(NodeFeed.class);
    private static final Duration PATIENCE = Duration.ofMillis(500);
    /** Partitions of an answer, of a little more than 1 MiB each: so it stays within its bounds. */
    private static final int MOST = 8;

    private final JournalFeed journal;
    private final AtomicReference<CompletableFuture<Void>> written = new AtomicReference<>(new CompletableFuture<>());

    NodeFeed(JournalFeed journal) {
        this.journal = journal;
    }

    /** A partition of this node wrote. Called by partitions' threads. */
    void wrote(int partition) {
        journal.wrote(partition);
        written.getAndSet(new CompletableFuture<>()).completeAsync(() -> null);
    }

    @Override
    public CompletionStage<List<Segment>> behind(List<Position> positions) {
        CompletableFuture<Void> next = written.get();
        return now(positions)
                .thenCompose(found -> found.isEmpty()
                        ? next.copy()
                                .completeOnTimeout(null, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                                .thenCompose(_ -> now(positions))
                        : CompletableFuture.completedStage(found));
    }

    /** One partition that cannot be read does not hold up the others. */
    private CompletionStage<List<Segment>> now(List<Position> positions) {
        List<CompletableFuture<Segment>> all = positions.stream()
                .map(each -> journal.behind(each).toCompletableFuture().exceptionally(failure -> {
                    LOG.warn("Partition {} has no events for validators: {}", each.partition(), failure.getMessage());
                    return new Segment(each.partition(), each.sequenceNr() + 1, List.of());
                }))
                .toList();
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).thenApply(_ -> {
            List<Segment> found = new ArrayList<>();
            all.stream()
                    .map(CompletableFuture::join)
                    .filter(each -> !each.events().isEmpty())
                    .limit(MOST)
                    .forEach(found::add);
            return found;
        });
    }
}
