package dev.candor.persistence.ledger.sim;

import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.receipt.ReceiptLeaf;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.LedgerFixture;
import dev.candor.persistence.ledger.block.Advance;
import dev.candor.persistence.ledger.block.Segment;
import dev.candor.persistence.ledger.state.LedgerState;
import dev.candor.persistence.ledger.state.PartitionHead;
import dev.candor.persistence.partition.PartitionCodec;
import dev.candor.persistence.partition.PartitionEvent;
import dev.candor.persistence.partition.PartitionEvent.Entry;
import dev.candor.persistence.partition.PartitionEvent.Opened;
import dev.candor.persistence.partition.PartitionEvent.ReceiptsCommitted;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** The serving side: partitions whose owners write, sync, acknowledge, crash, and sometimes lie about what they wrote. */
final class SimPartitions {
    static final int COUNT = 2;
    private static final Digest[] CALLERS = {LedgerFixture.CALLER, Digest.sha256(Bytes.ofHex("c1"))};

    /** One partition: what is on disk, and what an owner has in flight. */
    private static final class Log {
        final List<PartitionEvent> durable = new ArrayList<>();
        Optional<PartitionEvent> inFlight = Optional.empty();
        List<Bytes> waiting = List.of();
        long epoch;
        Digest head = Digest.ZERO;

        void append(PartitionEvent event) {
            durable.add(event);
            head = PartitionCodec.hash(event);
            epoch = event.epoch();
        }
    }

    private final List<Log> logs = new ArrayList<>();
    private final Map<Digest, Segment> forged = new HashMap<>();
    private final Map<Integer, Segment> offered = new HashMap<>();
    private final Set<Digest> acknowledged = new LinkedHashSet<>();
    private final boolean early;
    private long requests;

    /** @param early whether receipts are acknowledged before they are on disk */
    SimPartitions(boolean early) {
        this.early = early;
        for (int i = 0; i < COUNT; i++) {
            logs.add(new Log());
            open(i);
        }
    }

    private void open(int partition) {
        Log log = logs.get(partition);
        log.append(new Opened(log.epoch + 1, log.head));
    }

    /** Requests come in: the owner begins to write their receipts. */
    void serve(int partition, Random random) {
        Log log = logs.get(partition);
        if (log.inFlight.isPresent()) {
            return;
        }
        List<ReceiptLeaf> leaves = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            VerificationMode mode = random.nextInt(6) == 0 ? VerificationMode.ZKML : VerificationMode.VANILLA;
            leaves.add(LedgerFixture.leaf(partition, ++requests, CALLERS[random.nextInt(CALLERS.length)], mode));
        }
        log.waiting = LedgerFixture.batch(leaves);
        log.inFlight = Optional.of(new ReceiptsCommitted(log.epoch, log.head, entries(log.waiting)));
        if (early) {
            log.waiting.forEach(each -> acknowledged.add(Digest.sha256(each)));
        }
    }

    /** The write in flight is on disk: now it may be acknowledged. */
    void sync(int partition) {
        Log log = logs.get(partition);
        if (log.inFlight.isPresent()) {
            log.append(log.inFlight.get());
            log.inFlight = Optional.empty();
            log.waiting.forEach(each -> acknowledged.add(Digest.sha256(each)));
        }
    }

    /** The owner dies with what it has in flight; another opens the next epoch. Whether anything was lost. */
    boolean crash(int partition) {
        Log log = logs.get(partition);
        boolean lost = log.inFlight.isPresent();
        log.inFlight = Optional.empty();
        open(partition);
        return lost;
    }

    /** An owner that was fenced off offers receipts behind the head that its successor wrote. */
    void offerFenced(LedgerState state, int partition, Random random) {
        PartitionHead head = state.partitions().get(partition);
        if (head.epoch() > 1) {
            offer(head, partition, head.epoch() - 1, head.head(), random);
        }
    }

    /** Someone offers receipts that follow nothing that was written. */
    void offerUnlinked(LedgerState state, int partition, Random random) {
        PartitionHead head = state.partitions().get(partition);
        offer(head, partition, head.epoch(), Digest.sha256(head.head().toBytes()), random);
    }

    private void offer(PartitionHead head, int partition, long epoch, Digest prevHash, Random random) {
        List<Bytes> receipts = LedgerFixture.batch(List.of(LedgerFixture.leaf(
                partition, 1_000_000 + random.nextInt(1_000_000), CALLERS[0], VerificationMode.VANILLA)));
        Segment segment = new Segment(
                partition, head.sequenceNr() + 1, List.of(new ReceiptsCommitted(epoch, prevHash, entries(receipts))));
        forged.put(PartitionCodec.hash(segment.events().getLast()), segment);
        offered.put(partition, segment);
    }

    /** Nobody offers forgeries any more. */
    void offerNothing() {
        offered.clear();
    }

    /** What a builder is given for its next block: no more than a block takes, as a validator's feed holds it. */
    List<Segment> behind(LedgerState state) {
        List<Segment> segments = new ArrayList<>();
        for (int partition = 0; partition < COUNT; partition++) {
            long first = state.partitions().get(partition).sequenceNr() + 1;
            Segment lie = offered.get(partition);
            List<PartitionEvent> durable = logs.get(partition).durable;
            if (lie != null && lie.firstSequenceNr() == first) {
                segments.add(lie);
            } else if (first <= durable.size()) {
                int end = Math.min(durable.size(), (int) first - 1 + Segment.MOST_EVENTS);
                segments.add(new Segment(partition, first, durable.subList((int) first - 1, end)));
            }
        }
        return segments;
    }

    /** Whether a block has something to take in. */
    boolean hasMore(LedgerState state) {
        for (int partition = 0; partition < COUNT; partition++) {
            if (state.partitions().get(partition).sequenceNr()
                    < logs.get(partition).durable.size()) {
                return true;
            }
        }
        return false;
    }

    /** The events behind a block's advances, as far as anyone published them. */
    Optional<List<Segment>> fetch(LedgerState state, List<Advance> advances) {
        List<Segment> segments = new ArrayList<>();
        for (Advance advance : advances) {
            Segment lie = forged.get(advance.head());
            if (lie != null) {
                segments.add(lie);
                continue;
            }
            long first = state.partitions().get(advance.partition()).sequenceNr() + 1;
            List<PartitionEvent> durable = logs.get(advance.partition()).durable;
            if (first < 1 || advance.sequenceNr() < first || advance.sequenceNr() > durable.size()) {
                return Optional.empty();
            }
            segments.add(new Segment(
                    advance.partition(), first, durable.subList((int) first - 1, (int) advance.sequenceNr())));
        }
        return Optional.of(segments);
    }

    /** Whether an advance leads to what is on disk at its place. */
    boolean isTrue(Advance advance) {
        List<PartitionEvent> durable = logs.get(advance.partition()).durable;
        return advance.sequenceNr() <= durable.size()
                && PartitionCodec.hash(durable.get((int) advance.sequenceNr() - 1))
                        .equals(advance.head());
    }

    Set<Digest> acknowledged() {
        return Collections.unmodifiableSet(acknowledged);
    }

    private static List<Entry> entries(List<Bytes> receipts) {
        return receipts.stream().map(each -> new Entry(each, Optional.empty())).toList();
    }
}
