package dev.candor.persistence.partition;

import dev.candor.actors.value.Digest;
import dev.candor.persistence.partition.PartitionEvent.Opened;
import dev.candor.persistence.partition.PartitionEvent.ReceiptsCommitted;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;

/**
 * What a partition's log amounts to: a pure function of its events, checked link by link.
 *
 * <p>A fenced owner may have had one write in flight when the next owner took over. On a store that keeps both rows of one sequence number, that late
 * event (a zombie, never acknowledged) stands before or behind the new owner's {@link Opened} of the same number. Such a store may also show only one
 * of two rows as long as they are the last ones: an owner that sees the zombie alone goes on from the zombie, and the {@link Opened} that it did not see
 * is void instead. So events of one place are rival ends of the chain; the rival of the newest epoch counts, until an event of a newer epoch names
 * another one as its predecessor. Whatever else does not chain is a {@link BrokenChainException}.
 *
 * <p>A snapshot keeps the end that counts and no rivals: if a later event names one of those, the log must be read from its beginning.
 *
 * @param epochs every owner that opened the log, ascending
 * @param head hash of the last event that counts
 * @param previousHead hash of the one before it
 * @param sequenceNr of the last event that counts
 * @param receipts receipts in all events that count
 * @param lastReceipts receipts in the last event that counts
 * @param voided events that do not count
 * @param forks what the next event may name besides the head
 */
public record PartitionState(
        List<Epoch> epochs,
        Digest head,
        Digest previousHead,
        long sequenceNr,
        long receipts,
        int lastReceipts,
        long voided,
        Forks forks) {

    /** The log before its first event. */
    public static final PartitionState EMPTY = new PartitionState(List.of(), Digest.ZERO, Digest.ZERO, 0, 0, 0, 0);

    /**
     * One owner.
     *
     * @param number its epoch, 1 or more
     * @param openedAt the sequence number of its {@link Opened}
     */
    public record Epoch(long number, long openedAt) {}

    /**
     * The states of other ends of the log, each without forks of its own.
     *
     * @param rivals after other events of the head's place: the next event may follow them
     * @param parents before the events of the head's place: another event of that place may follow them
     */
    record Forks(List<PartitionState> rivals, List<PartitionState> parents) {
        /** None are known: at the beginning, and behind a snapshot. */
        static final Forks NONE = new Forks(List.of(), List.of());

        Forks {
            rivals = List.copyOf(rivals);
            parents = List.copyOf(parents);
        }
    }

    /** What an event means for the log. */
    public enum Verdict {
        /** It follows the head. */
        CHAINED,
        /** It does not follow the head but a rival or the head's predecessor, and is of a newer epoch: the head is void, this one takes over. */
        VOIDS_LAST,
        /** It came from a fenced owner, too late. */
        VOID
    }

    /** Copies the list. */
    public PartitionState {
        epochs = List.copyOf(epochs);
    }

    /** A state without rivals. */
    public PartitionState(
            List<Epoch> epochs,
            Digest head,
            Digest previousHead,
            long sequenceNr,
            long receipts,
            int lastReceipts,
            long voided) {
        this(epochs, head, previousHead, sequenceNr, receipts, lastReceipts, voided, Forks.NONE);
    }

    /** The epoch that the log is in; 0 before the first. */
    public long epoch() {
        return epochs.isEmpty() ? 0 : epochs.getLast().number();
    }

    /** Whether the next event may follow another event than the head, and the head then be void. */
    public boolean hasRivals() {
        return !forks.rivals().isEmpty();
    }

    /**
     * The state after one more event.
     *
     * @param sequenceNr the event's place in the journal
     * @throws BrokenChainException where the event neither chains nor is void
     */
    public PartitionState apply(long sequenceNr, PartitionEvent event) {
        return apply(sequenceNr, event, Digest::equals);
    }

    /** What {@code event} means at {@code sequenceNr}; {@link BrokenChainException} where it means nothing. */
    public Verdict judge(long sequenceNr, PartitionEvent event) {
        PartitionState parent = parent(sequenceNr, event, Digest::equals);
        if (parent.head().equals(head)) {
            return Verdict.CHAINED;
        }
        return event.epoch() > epoch() ? Verdict.VOIDS_LAST : Verdict.VOID;
    }

    /** As above with another idea of what links two events: {@code links} is equality everywhere but in the tests of the tests. */
    PartitionState apply(long at, PartitionEvent event, BiPredicate<Digest, Digest> links) {
        PartitionState child = parent(at, event, links).after(at, event);
        // Of all events seen, the chain to the head has one at each place; the others are void.
        long seen = sequenceNr + voided + 1;
        if (at > sequenceNr) {
            return child.leading(seen, List.of(), ends());
        }
        List<PartitionState> rivals = new ArrayList<>(forks.rivals());
        boolean leads = child.epoch() > epoch();
        rivals.add(leads ? alone() : child);
        return (leads ? child : this).leading(seen, rivals, forks.parents());
    }

    /** The state that {@code event} follows. */
    private PartitionState parent(long at, PartitionEvent event, BiPredicate<Digest, Digest> links) {
        boolean next = at == sequenceNr + 1;
        boolean same = at == sequenceNr && sequenceNr > 0;
        if (!next && !same) {
            throw new BrokenChainException(
                    "event " + at + " follows event " + sequenceNr + ": events are missing or doubled");
        }
        if (next ? event.epoch() < epoch() : isEpochOfAnEnd(event.epoch())) {
            throw new BrokenChainException("event " + at + " is of epoch " + event.epoch() + ", the log is in epoch "
                    + epoch() + " at event " + sequenceNr);
        }
        for (PartitionState candidate : next ? ends() : forks.parents()) {
            if (links.test(event.prevHash(), candidate.head())) {
                candidate.checkEpoch(at, event);
                return candidate;
            }
        }
        throw new BrokenChainException("event " + at + " follows " + event.prevHash() + ", the head is " + head);
    }

    /** An owner writes one event at a place. */
    private boolean isEpochOfAnEnd(long epoch) {
        return epoch == epoch() || forks.rivals().stream().anyMatch(rival -> rival.epoch() == epoch);
    }

    private void checkEpoch(long at, PartitionEvent event) {
        switch (event) {
            case Opened opened -> {
                if (opened.epoch() <= epoch()) {
                    throw new BrokenChainException(
                            "event " + at + " opens epoch " + opened.epoch() + ", the log is in epoch " + epoch());
                }
            }
            case ReceiptsCommitted committed -> {
                if (committed.epoch() != epoch()) {
                    throw new BrokenChainException(
                            "event " + at + " is of epoch " + committed.epoch() + ", the log is in epoch " + epoch());
                }
            }
        }
    }

    private PartitionState after(long at, PartitionEvent event) {
        return switch (event) {
            case Opened opened -> {
                List<Epoch> more = new ArrayList<>(epochs);
                more.add(new Epoch(opened.epoch(), at));
                yield new PartitionState(more, PartitionCodec.hash(event), head, at, receipts, 0, voided);
            }
            case ReceiptsCommitted committed -> {
                int count = committed.entries().size();
                yield new PartitionState(epochs, PartitionCodec.hash(event), head, at, receipts + count, count, voided);
            }
        };
    }

    /** Every end of the log that the next event may follow, this one first. */
    private List<PartitionState> ends() {
        List<PartitionState> ends = new ArrayList<>(1 + forks.rivals().size());
        ends.add(alone());
        ends.addAll(forks.rivals());
        return ends;
    }

    private PartitionState alone() {
        return new PartitionState(epochs, head, previousHead, sequenceNr, receipts, lastReceipts, voided);
    }

    private PartitionState leading(long seen, List<PartitionState> rivals, List<PartitionState> parents) {
        return new PartitionState(
                epochs,
                head,
                previousHead,
                sequenceNr,
                receipts,
                lastReceipts,
                seen - sequenceNr,
                new Forks(rivals, parents));
    }

    /**
     * Whether an answer's row counts: its epoch was in charge of the log at that place.
     *
     * @param epoch of the row
     * @param at the sequence number that the row names
     */
    public boolean counts(long epoch, long at) {
        for (int i = epochs.size() - 1; i >= 0; i--) {
            Epoch candidate = epochs.get(i);
            if (candidate.number() == epoch) {
                boolean inCharge = i == epochs.size() - 1
                        ? at <= sequenceNr
                        : at < epochs.get(i + 1).openedAt();
                return candidate.openedAt() < at && inCharge;
            }
            if (candidate.number() < epoch) {
                return false;
            }
        }
        return false;
    }
}
