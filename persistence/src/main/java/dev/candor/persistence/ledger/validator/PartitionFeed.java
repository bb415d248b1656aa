package dev.candor.persistence.ledger.validator;

import dev.candor.persistence.ledger.block.Segment;
import dev.candor.persistence.partition.PartitionEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Events of partitions on their way into blocks: partition owners put in those that count, in their order; the validator takes them out once a block has taken
 * them in. Memory is bounded: an {@link #offer} beyond the bound completes when there is room. Thread-safe.
 */
public final class PartitionFeed {
    /** Receipts' bytes of one partition that wait, and that one block takes in. */
    public static final int MOST_BYTES = 4 << 20;

    private record Waiting(PartitionEvent event, int bytes) {}

    private static final class Queue {
        final Deque<Waiting> events = new ArrayDeque<>();
        long first = 1;
        long bytes;
        CompletableFuture<Void> room = CompletableFuture.completedFuture(null);

        boolean isFull() {
            return bytes >= MOST_BYTES || events.size() >= Segment.MOST_EVENTS;
        }
    }

    private final List<Queue> queues = new ArrayList<>();

    /** A feed of {@code partitions} partitions. */
    public PartitionFeed(int partitions) {
        for (int i = 0; i < partitions; i++) {
            queues.add(new Queue());
        }
    }

    /** The next event to put in is the one behind {@code sequenceNr}. */
    public void begin(int partition, long sequenceNr) {
        Queue queue = queues.get(partition);
        synchronized (queue) {
            queue.events.clear();
            queue.bytes = 0;
            queue.first = sequenceNr + 1;
        }
    }

    /** The number of the event that {@link #offer} expects. */
    public long next(int partition) {
        Queue queue = queues.get(partition);
        synchronized (queue) {
            return queue.first + queue.events.size();
        }
    }

    /**
     * Puts an event in.
     *
     * @return completes when there is room for another
     * @throws IllegalArgumentException where it is not the next one
     */
    public CompletionStage<Void> offer(int partition, long sequenceNr, PartitionEvent event) {
        Queue queue = queues.get(partition);
        synchronized (queue) {
            long next = queue.first + queue.events.size();
            if (sequenceNr < next) {
                return queue.room;
            }
            if (sequenceNr > next) {
                throw new IllegalArgumentException("event " + sequenceNr + " of partition " + partition
                        + " came where event " + next + " belongs");
            }
            int bytes = size(event);
            queue.events.add(new Waiting(event, bytes));
            queue.bytes += bytes;
            if (queue.isFull() && queue.room.isDone()) {
                queue.room = new CompletableFuture<>();
            }
            return queue.room;
        }
    }

    private static int size(PartitionEvent event) {
        return switch (event) {
            case PartitionEvent.Opened _ -> 64;
            case PartitionEvent.ReceiptsCommitted committed ->
                committed.entries().stream()
                        .mapToInt(each -> each.receipt().length() + 128)
                        .sum();
        };
    }

    /** What is there of a partition behind {@code sequenceNr}, as far as a block takes it; empty where that is nothing. */
    List<PartitionEvent> behind(int partition, long sequenceNr, long upTo) {
        Queue queue = queues.get(partition);
        synchronized (queue) {
            List<PartitionEvent> events = new ArrayList<>();
            long at = queue.first;
            for (Waiting each : queue.events) {
                if (at > upTo || events.size() == Segment.MOST_EVENTS) {
                    break;
                }
                if (at > sequenceNr) {
                    events.add(each.event());
                }
                at++;
            }
            return queue.first > sequenceNr + 1 ? List.of() : events;
        }
    }

    /** Whether anything is there behind {@code sequenceNr}. */
    boolean hasMore(int partition, long sequenceNr) {
        Queue queue = queues.get(partition);
        synchronized (queue) {
            return queue.first + queue.events.size() - 1 > sequenceNr;
        }
    }

    /** Events up to {@code sequenceNr} are final. */
    void taken(int partition, long sequenceNr) {
        Queue queue = queues.get(partition);
        CompletableFuture<Void> room;
        synchronized (queue) {
            while (!queue.events.isEmpty() && queue.first <= sequenceNr) {
                queue.bytes -= queue.events.remove().bytes();
                queue.first++;
            }
            if (queue.events.isEmpty() && queue.first <= sequenceNr) {
                queue.first = sequenceNr + 1;
            }
            if (queue.isFull()) {
                return;
            }
            room = queue.room;
        }
        room.complete(null);
    }
}
