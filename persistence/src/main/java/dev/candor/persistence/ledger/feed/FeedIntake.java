package dev.candor.persistence.ledger.feed;

import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.block.Segment;
import dev.candor.persistence.ledger.state.LedgerState;
import dev.candor.persistence.ledger.state.PartitionHead;
import dev.candor.persistence.ledger.validator.PartitionFeed;
import dev.candor.persistence.ledger.wire.Position;
import dev.candor.persistence.partition.PartitionCodec;
import dev.candor.persistence.partition.PartitionEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Puts into a validator's feed what sources bring, once it is checked: says what is wanted, and whose fault it is where something does not hold. Any number of
 * sources may bring the same; the first counts. Thread-safe.
 */
public final class FeedIntake {
    private record At(long sequenceNr, Digest head, long epoch) {}

    private final PartitionFeed feed;
    private final Supplier<LedgerState> ledger;
    private final EventCheck check;
    private final List<Optional<At>> at;
    private final List<CompletionStage<Void>> room;

    /**
     * An intake.
     *
     * @param feed of the validator
     * @param ledger the validator's present state
     */
    public FeedIntake(PartitionFeed feed, Supplier<LedgerState> ledger, EventCheck check) {
        this.feed = feed;
        this.ledger = ledger;
        this.check = check;
        int partitions = ledger.get().partitions().size();
        at = new ArrayList<>();
        room = new ArrayList<>();
        for (int i = 0; i < partitions; i++) {
            at.add(Optional.empty());
            room.add(CompletableFuture.completedStage(null));
        }
    }

    /** The positions behind which events are wanted: of every partition that has room. */
    public synchronized List<Position> wanted() {
        List<Position> wanted = new ArrayList<>();
        for (int partition = 0; partition < at.size(); partition++) {
            Optional<At> now = now(partition);
            if (now.isPresent() && room.get(partition).toCompletableFuture().isDone()) {
                wanted.add(new Position(
                        partition, now.get().sequenceNr(), now.get().head()));
            }
        }
        return wanted;
    }

    /**
     * Takes events in, as far as they are new and hold.
     *
     * @return why its source is not to be asked again soon; empty where it did nothing wrong
     */
    public synchronized Optional<String> take(Segment segment) {
        int partition = segment.partition();
        if (partition >= at.size()) {
            return Optional.of("it brought events of partition " + partition + ", there are " + at.size());
        }
        long sequenceNr = segment.firstSequenceNr();
        for (PartitionEvent event : segment.events()) {
            Optional<At> now = now(partition);
            if (now.isEmpty() || sequenceNr > now.get().sequenceNr() + 1) {
                return Optional.empty();
            }
            if (sequenceNr == now.get().sequenceNr() + 1) {
                switch (check.check(
                        ledger.get(), partition, now.get().head(), now.get().epoch(), event)) {
                    case EventCheck.Verdict.Holds _ -> {
                        room.set(partition, feed.offer(partition, sequenceNr, event));
                        at.set(partition, Optional.of(new At(sequenceNr, PartitionCodec.hash(event), event.epoch())));
                    }
                    case EventCheck.Verdict.NotYet _ -> {
                        return Optional.empty();
                    }
                    case EventCheck.Verdict.Wrong(String why) -> {
                        return Optional.of("event " + sequenceNr + " of partition " + partition + ": " + why);
                    }
                }
            }
            sequenceNr++;
        }
        return Optional.empty();
    }

    /** Where the feed stands; begins again at the certified head where the validator emptied it. Empty while the two move. */
    private Optional<At> now(int partition) {
        long last = feed.next(partition) - 1;
        Optional<At> known = at.get(partition).filter(each -> each.sequenceNr() == last);
        if (known.isEmpty()) {
            PartitionHead head = ledger.get().partitions().get(partition);
            known = head.sequenceNr() == last ? Optional.of(new At(last, head.head(), head.epoch())) : Optional.empty();
            at.set(partition, known);
        }
        return known;
    }
}
