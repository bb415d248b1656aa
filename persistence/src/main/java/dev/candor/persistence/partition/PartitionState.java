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
 * event (a zombie, never acknowledged) stands before or behind the new owner's {@link Opened} of the same number; either way it is void. Whatever
 * else does not chain is a {@link BrokenChainException}.
 *
 * @param epochs every owner that opened the log, ascending
 * @param head hash of the last event that counts
 * @param previousHead hash of the one before it
 * @param sequenceNr of the last event that counts
 * @param receipts receipts in all events that count
 * @param lastReceipts receipts in the last event that counts
 * @param voided events that do not count
 */
public record PartitionState(
        List<Epoch> epochs,
        Digest head,
        Digest previousHead,
        long sequenceNr,
        long receipts,
        int lastReceipts,
        long voided) {

    /** The log before its first event. */
    public static final PartitionState EMPTY = new PartitionState(List.of(), Digest.ZERO, Digest.ZERO, 0, 0, 0, 0);

    /**
     * One owner.
     *
     * @param number its epoch, 1 or more
     * @param openedAt the sequence number of its {@link Opened}
     */
    public record Epoch(long number, long openedAt) {}

    /** What an event means for the log. */
    public enum Verdict {
        /** It follows the head. */
        CHAINED,
        /** It follows the head's predecessor: the event that was the head is void, this one takes its place. */
        VOIDS_LAST,
        /** It came from a fenced owner, too late. */
        VOID
    }

    /** Copies the list. */
    public PartitionState {
        epochs = List.copyOf(epochs);
    }

    /** The epoch that the log is in; 0 before the first. */
    public long epoch() {
        return epochs.isEmpty() ? 0 : epochs.getLast().number();
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
        return judge(sequenceNr, event, Digest::equals);
    }

    /** As above with another idea of what links two events: {@code links} is equality everywhere but in the tests of the tests. */
    PartitionState apply(long at, PartitionEvent event, BiPredicate<Digest, Digest> links) {
        return switch (judge(at, event, links)) {
            case CHAINED -> after(at, event, epochs, head, receipts, voided);
            case VOIDS_LAST -> {
                boolean opened = epochs.getLast().openedAt() == sequenceNr;
                yield after(
                        at,
                        event,
                        opened ? epochs.subList(0, epochs.size() - 1) : epochs,
                        previousHead,
                        receipts - lastReceipts,
                        voided + 1);
            }
            case VOID -> new PartitionState(epochs, head, previousHead, sequenceNr, receipts, lastReceipts, voided + 1);
        };
    }

    private static PartitionState after(
            long at, PartitionEvent event, List<Epoch> epochs, Digest before, long receipts, long voided) {
        return switch (event) {
            case Opened opened -> {
                List<Epoch> more = new ArrayList<>(epochs);
                more.add(new Epoch(opened.epoch(), at));
                yield new PartitionState(more, PartitionCodec.hash(event), before, at, receipts, 0, voided);
            }
            case ReceiptsCommitted committed -> {
                int count = committed.entries().size();
                yield new PartitionState(
                        epochs, PartitionCodec.hash(event), before, at, receipts + count, count, voided);
            }
        };
    }

    private Verdict judge(long at, PartitionEvent event, BiPredicate<Digest, Digest> links) {
        boolean next = at == sequenceNr + 1;
        boolean same = at == sequenceNr && sequenceNr > 0;
        if (!next && !same) {
            throw new BrokenChainException(
                    "event " + at + " follows event " + sequenceNr + ": events are missing or doubled");
        }
        if (same && event.epoch() < epoch() && epochs.getLast().openedAt() == sequenceNr) {
            return Verdict.VOID;
        }
        boolean chained = next && links.test(event.prevHash(), head);
        return switch (event) {
            case Opened opened
            when opened.epoch() <= epoch() ->
                throw new BrokenChainException(
                        "event " + at + " opens epoch " + opened.epoch() + ", the log is in epoch " + epoch());
            case Opened opened when chained -> Verdict.CHAINED;
            case Opened opened when same && links.test(opened.prevHash(), previousHead) -> Verdict.VOIDS_LAST;
            case ReceiptsCommitted committed
            when committed.epoch() != epoch() ->
                throw new BrokenChainException(
                        "event " + at + " is of epoch " + committed.epoch() + ", the log is in epoch " + epoch());
            case ReceiptsCommitted committed when chained -> Verdict.CHAINED;
            case PartitionEvent other ->
                throw new BrokenChainException(
                        "event " + at + " follows " + other.prevHash() + ", the head is " + head);
        };
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
