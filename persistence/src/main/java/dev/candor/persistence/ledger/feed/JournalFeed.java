package dev.candor.persistence.ledger.feed;

import dev.candor.actors.value.Digest;
import dev.candor.persistence.journal.JournalException;
import dev.candor.persistence.journal.JournalStores;
import dev.candor.persistence.ledger.block.Segment;
import dev.candor.persistence.ledger.wire.Position;
import dev.candor.persistence.partition.Partition;
import dev.candor.persistence.partition.PartitionCodec;
import dev.candor.persistence.partition.PartitionEvent;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.stream.javadsl.Sink;
import org.jspecify.annotations.Nullable;

/**
 * Reads the serving cluster's journal for validators: the settled events behind a position ({@link SettledEvents}). Validators that ask for the same share one
 * reading. Thread-safe; never blocks.
 */
public final class JournalFeed {
    /** The most places that one answer holds. */
    private static final int MOST_PLACES = 256;

    /** Receipts' bytes beyond which an answer takes no further place. */
    private static final int MOST_BYTES = 1 << 20;

    /** How long a reading that found nothing stands for a partition of which nothing is heard here: its owner may be another node. */
    private static final long FRESH_NANOS = 500_000_000;

    private final ActorSystem<?> system;
    private final JournalStores stores;
    private final LongSupplier nanoTime;
    private final Map<Integer, Reading> readings = new ConcurrentHashMap<>();
    private final Map<Integer, Long> writes = new ConcurrentHashMap<>();

    private record Found(Segment settled, Digest head) {}

    private record Reading(Position behind, long writes, long since, CompletableFuture<Found> found) {
        boolean stands(long writesNow, long now) {
            if (!found.isDone()) {
                return true;
            }
            return !found.isCompletedExceptionally()
                    && (!found.join().settled().events().isEmpty()
                            || (writes == writesNow && now - since < FRESH_NANOS));
        }

        Optional<Digest> head() {
            return found.isDone() && !found.isCompletedExceptionally()
                    ? Optional.of(found.join().head())
                    : Optional.empty();
        }
    }

    /** Reads the journal of {@code stores}. */
    public JournalFeed(ActorSystem<?> system, JournalStores stores, LongSupplier nanoTime) {
        this.system = system;
        this.stores = stores;
        this.nanoTime = nanoTime;
    }

    /** A partition of this process wrote: there is something new. */
    public void wrote(int partition) {
        writes.merge(partition, 1L, Long::sum);
    }

    /**
     * The settled events behind a position, none where there are none.
     *
     * @return fails with {@link JournalException.Refused} where the journal has no such event
     */
    public CompletionStage<Segment> behind(Position position) {
        long now = nanoTime.getAsLong();
        long version = writes.getOrDefault(position.partition(), 0L);
        Reading reading = readings.compute(position.partition(), (_, known) -> {
            boolean same = known != null && known.behind().equals(position);
            if (same && known.stands(version, now)) {
                return known;
            }
            Optional<Digest> before = same ? known.head() : Optional.empty();
            return new Reading(position, version, now, read(position, before));
        });
        return reading.found().thenApply(Found::settled);
    }

    private CompletableFuture<Found> read(Position position, Optional<Digest> headBefore) {
        Collector collector = new Collector(position);
        return stores.currentEvents()
                .currentEventsByPersistenceId(
                        Partition.persistenceId(position.partition()),
                        Math.max(1, position.sequenceNr()),
                        Long.MAX_VALUE)
                .takeWhile(collector::accept)
                .runWith(Sink.ignore(), system)
                .thenCompose(_ -> stores.embeddedExclusive()
                        ? CompletableFuture.completedStage(OptionalLong.empty())
                        : Partition.ownerEpoch(stores.control(), position.partition()))
                .thenApply(owner -> collector.found(owner, headBefore, stores.embeddedExclusive()))
                .toCompletableFuture();
    }

    /** One reading; used by one stream. */
    private static final class Collector {
        private final Position position;
        private @Nullable SettledEvents events;
        private long bytes;
        private boolean more;

        Collector(Position position) {
            this.position = position;
            events = position.sequenceNr() == 0 ? new SettledEvents(position, 0) : null;
        }

        /** Whether it goes on. */
        boolean accept(EventEnvelope envelope) {
            if (!(envelope.event() instanceof PartitionEvent event)) {
                throw new JournalException.Refused("event " + envelope.sequenceNr() + " of "
                        + envelope.persistenceId() + " is a "
                        + envelope.event().getClass().getName());
            }
            if (envelope.sequenceNr() == position.sequenceNr()) {
                if (PartitionCodec.hash(event).equals(position.head())) {
                    events = new SettledEvents(position, event.epoch());
                }
                return true;
            }
            SettledEvents into = known();
            boolean full = into.places() >= MOST_PLACES || bytes >= MOST_BYTES;
            if (full && envelope.sequenceNr() > position.sequenceNr() + into.places()) {
                more = true;
                return false;
            }
            into.read(envelope.sequenceNr(), event);
            bytes += size(event);
            return true;
        }

        private SettledEvents known() {
            if (events == null) {
                throw new JournalException.Refused("event " + position.sequenceNr() + " of partition "
                        + position.partition() + " with the hash " + position.head() + " is not in this journal");
            }
            return events;
        }

        private static long size(PartitionEvent event) {
            return switch (event) {
                case PartitionEvent.Opened _ -> 64;
                case PartitionEvent.ReceiptsCommitted committed ->
                    committed.entries().stream()
                            .mapToLong(each -> each.receipt().length() + 128L)
                            .sum();
            };
        }

        Found found(OptionalLong owner, Optional<Digest> headBefore, boolean exclusive) {
            SettledEvents read = known();
            boolean seenBefore = headBefore.equals(Optional.of(read.head()));
            return new Found(
                    new Segment(
                            position.partition(),
                            position.sequenceNr() + 1,
                            exclusive ? read.all() : read.settled(owner, seenBefore, more)),
                    read.head());
        }
    }
}
