package dev.candor.actors.batching;

import org.jspecify.annotations.Nullable;

/**
 * A place in a queue. It knows its neighbours, so leaving costs the same wherever it stands.
 *
 * <p>Confined to the thread of its {@link BatcherDecider}; the accessors may be read anywhere once the ticket has left the queue.
 *
 * @param <T> what the queue carries
 */
public final class Ticket<T> implements Admission<T> {
    private final T payload;
    private final int items;
    private final long bytes;
    private final int priority;
    private final Object shape;
    private final long arrivedAt;
    private final long deadline;
    private final long timeoutAt;
    private final boolean timed;

    @Nullable
    Ticket<T> previous;

    @Nullable
    Ticket<T> next;

    @Nullable
    TicketQueue<T> queue;

    Ticket(
            T payload,
            int items,
            long bytes,
            int priority,
            Object shape,
            long arrivedAt,
            long deadline,
            long timeoutAt,
            boolean timed) {
        this.payload = payload;
        this.items = items;
        this.bytes = bytes;
        this.priority = priority;
        this.shape = shape;
        this.arrivedAt = arrivedAt;
        this.deadline = deadline;
        this.timeoutAt = timeoutAt;
        this.timed = timed;
    }

    /** The same request with a shape that no other request has, so that it runs alone. */
    Ticket<T> alone() {
        return new Ticket<>(payload, items, bytes, priority, new Object(), arrivedAt, deadline, timeoutAt, timed);
    }

    /** A copy that can be queued again. */
    Ticket<T> again() {
        return new Ticket<>(payload, items, bytes, priority, shape, arrivedAt, deadline, timeoutAt, timed);
    }

    /** What was queued. */
    public T payload() {
        return payload;
    }

    /** Rows of the batch that it takes. */
    public int items() {
        return items;
    }

    /** Bytes of its tensors. */
    public long bytes() {
        return bytes;
    }

    /** Its level; 1 is served first. */
    public int priority() {
        return priority;
    }

    /** When it was queued, on the monotonic clock. */
    public long arrivedAt() {
        return arrivedAt;
    }

    Object shape() {
        return shape;
    }

    /** Whether its answer is no longer wanted at {@code now}. */
    boolean dead(long now) {
        return deadline - now <= 0;
    }

    /** Whether it has waited longer than its queue timeout at {@code now}. */
    boolean timedOut(long now) {
        return timed && timeoutAt - now <= 0;
    }

    /** When it must have left: its deadline, or its queue timeout where that comes first and counts. */
    long expiresAt(boolean timeoutCounts) {
        return timed && timeoutCounts && timeoutAt - deadline < 0 ? timeoutAt : deadline;
    }

    /** Whether it still waits. */
    boolean queued() {
        return queue != null;
    }
}
