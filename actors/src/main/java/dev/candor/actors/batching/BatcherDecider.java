package dev.candor.actors.batching;

import dev.candor.actors.model.BatchingPolicy;
import dev.candor.actors.model.BatchingPolicy.TimeoutAction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The queue of one model version and the decision which of its requests leave together. Pure: time comes in as {@code now}, nanoseconds on any monotonic
 * clock.
 *
 * <p>Requests leave in the order of their priority, first in first out within each, and never out of that order: a batch ends at the first request that does not
 * fit into it by size or by shape. Without {@code max_queue_delay} a batch may leave whenever there is a request; with it an incomplete batch waits until
 * its oldest request is that old, until it reaches a preferred size, or until one of its requests would come too late.
 *
 * <p>Every admitted request has exactly one end: in a batch, expired ({@link #drainExpired}), or removed. Not thread-safe.
 *
 * @param <T> what the queue carries
 */
public final class BatcherDecider<T> {
    /** Why a request left the queue without a batch. */
    public enum Expiry {
        /** Its answer is no longer wanted. */
        DEADLINE,
        /** It waited longer than its queue timeout. */
        TIMEOUT,
        /** Its answer would come too late even if it ran at once and alone. */
        TOO_LATE,
        /** The queue was full and a request of a higher priority came. */
        DISPLACED
    }

    /**
     * Takes requests that expired.
     *
     * @param <T> what the queue carries
     */
    @FunctionalInterface
    public interface ExpiryConsumer<T> {
        /** Takes one. */
        void accept(Ticket<T> ticket, Expiry why);
    }

    private record Expired<T>(Ticket<T> ticket, Expiry why) {}

    /** Further than any deadline, and near enough that differences do not overflow. */
    private static final long FAR = Long.MAX_VALUE / 4;

    private final BatchingPolicy policy;
    private final Entrance entrance;
    private final long delay;
    private final boolean rejects;
    private final boolean[] preferred;
    private final List<TicketQueue<T>> queues;
    private final List<Expired<T>> expired = new ArrayList<>();
    private final Overtaking overtaking;

    private Outlook outlook = Outlook.UNKNOWN;
    private int requests;
    private int queuedItems;
    private long queuedBytes;
    /** No queued request expires before this; it may lie too early. */
    private long nextExpiry;

    // What the last assessment found.
    private int planned;
    private int plannedItems;
    private @Nullable BatchReason plannedReason;
    private long leavesAt;

    /** An empty queue under {@code policy}. */
    public BatcherDecider(BatchingPolicy policy) {
        this.policy = policy;
        this.entrance = new Entrance(policy);
        this.delay = policy.maxQueueDelay().toNanos();
        this.rejects = policy.timeoutAction() == TimeoutAction.REJECT;
        this.preferred = new boolean[policy.maxBatchSize() + 1];
        policy.preferredBatchSizes().forEach(size -> preferred[size] = true);
        this.overtaking = new Overtaking(policy.priorityLevels());
        this.queues = new ArrayList<>(2 * policy.priorityLevels());
        for (int i = 0; i < 2 * policy.priorityLevels(); i++) {
            queues.add(new TicketQueue<>(i >= policy.priorityLevels()));
        }
    }

    /** What may be expected of the devices from now on; without it nothing is refused or given up for want of time. */
    public void expect(Outlook expected) {
        outlook = expected;
    }

    /**
     * Queues a request, or says why not. An empty queue takes whatever fits into a batch, so neither bounds below one request's size nor a wrong idea of the
     * devices' speed lock it out. A request that finds the queue full takes the place of the last ones of lower priorities, if they leave it enough room.
     *
     * @param items rows, 1 or more
     * @param bytes of its tensors
     * @param priority 1 to the policy's levels
     * @param shape equal for requests that may share a batch
     * @param deadline when its answer is no longer wanted
     * @param queueTimeout how long it may wait, zero for as long as its deadline allows
     * @return its {@link Ticket} or an {@link Admission.Refused}
     */
    public Admission<T> offer(
            T payload,
            int items,
            long bytes,
            int priority,
            Object shape,
            long deadline,
            Duration queueTimeout,
            long now) {
        if (items > policy.maxBatchSize()) {
            return entrance.tooLarge(items);
        }
        if (requests > 0) {
            Admission.Refused<T> refused =
                    entrance.tooLate(outlook, ahead(priority), items, deadline, queueTimeout, now);
            refused = refused != null ? refused : makeRoom(items, bytes, priority, now);
            if (refused != null) {
                return refused;
            }
        }
        boolean timed = !queueTimeout.isZero();
        Ticket<T> ticket = new Ticket<>(
                payload, items, bytes, priority, shape, now, deadline, now + queueTimeout.toNanos(), timed);
        queues.get(priority - 1).addLast(ticket);
        entered(ticket);
        return ticket;
    }

    /** Rows that go before a request that comes now: those that wait, and those of higher priorities that will come before its turn, as they came of late. */
    private long ahead(int priority) {
        long waiting = 0;
        for (int level = 0; level < priority; level++) {
            waiting += queues.get(level).items();
        }
        return overtaking.stretched(waiting, priority);
    }

    /** Displaces requests of lower priorities if the queue is full, the last first; or says why there is no room. */
    private Admission.@Nullable Refused<T> makeRoom(int items, long bytes, int priority, long now) {
        long overItems = (long) queuedItems + items - policy.maxQueueItems();
        long overBytes = queuedBytes + bytes - policy.maxQueueBytes();
        if (overItems <= 0 && overBytes <= 0) {
            return null;
        }
        List<Ticket<T>> victims = new ArrayList<>();
        long freedItems = 0;
        long freedBytes = 0;
        for (TicketQueue<T> queue : queues.reversed()) {
            for (Ticket<T> ticket = queue.last();
                    ticket != null
                            && ticket.priority() > priority
                            && (freedItems < overItems || freedBytes < overBytes);
                    ticket = ticket.previous) {
                victims.add(ticket);
                freedItems += ticket.items();
                freedBytes += ticket.bytes();
            }
        }
        if (freedItems >= overItems && freedBytes >= overBytes) {
            for (Ticket<T> victim : victims) {
                remove(victim);
                expired.add(new Expired<>(victim, Expiry.DISPLACED));
            }
            return null;
        }
        return entrance.full(outlook, queuedItems, queuedBytes, items, bytes, now);
    }

    /** When all that waits now will have left. */
    public Duration drainsAfter(long now) {
        return entrance.roomAfter(outlook, queuedItems, now);
    }

    /**
     * Queues requests of a batch that did not run again, before everything else of their priorities and in their old order; bounds do not apply, since
     * they were admitted before.
     *
     * @param alone whether each must have a batch of its own
     */
    public List<Ticket<T>> requeue(List<Ticket<T>> tickets, boolean alone) {
        List<Ticket<T>> again = new ArrayList<>(tickets.size());
        for (int i = tickets.size() - 1; i >= 0; i--) {
            Ticket<T> ticket = alone ? tickets.get(i).alone() : tickets.get(i).again();
            queues.get(ticket.priority() - 1).addFirst(ticket);
            entered(ticket);
            again.add(ticket);
        }
        return again.reversed();
    }

    private void entered(Ticket<T> ticket) {
        long expiry = ticket.expiresAt(true);
        nextExpiry = requests == 0 || expiry - nextExpiry < 0 ? expiry : nextExpiry;
        requests++;
        queuedItems += ticket.items();
        queuedBytes += ticket.bytes();
    }

    /** Takes a request out; false if it has left already. */
    public boolean remove(Ticket<T> ticket) {
        TicketQueue<T> queue = ticket.queue;
        if (queue == null) {
            return false;
        }
        queue.remove(ticket);
        requests--;
        queuedItems -= ticket.items();
        queuedBytes -= ticket.bytes();
        return true;
    }

    /** Takes everything out, in order. */
    public List<Ticket<T>> removeAll() {
        List<Ticket<T>> all = new ArrayList<>(requests);
        for (TicketQueue<T> queue : queues) {
            for (Ticket<T> ticket = queue.first(); ticket != null; ticket = queue.first()) {
                remove(ticket);
                all.add(ticket);
            }
        }
        return all;
    }

    /**
     * Whether a batch may leave now, so that a slot is worth asking for. May say yes for requests that turn out to have expired.
     *
     * @param lead how long a batch is expected to run: requests leave that much before their deadlines
     */
    public boolean ripe(long now, long lead) {
        if (requests == 0 || delay == 0) {
            return requests > 0;
        }
        assess(now, lead);
        return plannedReason != null;
    }

    /**
     * Takes the batch that may leave now, or null.
     *
     * @param lead as in {@link #ripe}
     */
    public @Nullable Batch<T> take(long now, long lead) {
        assess(now, lead);
        BatchReason reason = plannedReason;
        if (reason == null) {
            return null;
        }
        List<Ticket<T>> tickets = new ArrayList<>(planned);
        for (TicketQueue<T> queue : queues) {
            for (Ticket<T> ticket = queue.first(); ticket != null && tickets.size() < planned; ticket = queue.first()) {
                remove(ticket);
                tickets.add(ticket);
            }
        }
        overtaking.observe(tickets, plannedItems);
        return new Batch<>(tickets, plannedItems, reason);
    }

    /**
     * When to look again if nothing happens before: an incomplete batch becomes due, or a request expires. A batch that may leave already waits for a slot and
     * not for time. Empty without requests.
     */
    public OptionalLong nextWake(long now, long lead) {
        if (delay > 0 && requests > 0) {
            assess(now, lead);
        }
        if (requests == 0) {
            return OptionalLong.empty();
        }
        boolean due = delay > 0 && plannedReason == null && leavesAt - nextExpiry < 0;
        return OptionalLong.of(due ? leavesAt : nextExpiry);
    }

    /** Looks at every request whether it has expired, if one can have. */
    public void sweep(long now) {
        if (requests == 0 || nextExpiry - now > 0) {
            return;
        }
        long earliest = now + FAR;
        for (TicketQueue<T> queue : queues) {
            for (Ticket<T> ticket = queue.first(); ticket != null; ) {
                Ticket<T> behind = ticket.next;
                if (!expire(ticket, queue, now)) {
                    long expiry = ticket.expiresAt(!queue.delayed);
                    earliest = expiry - earliest < 0 ? expiry : earliest;
                }
                ticket = behind;
            }
        }
        nextExpiry = earliest;
    }

    /** Hands over the requests that were found expired since the last call. */
    public void drainExpired(ExpiryConsumer<T> consumer) {
        if (!expired.isEmpty()) {
            for (Expired<T> each : expired) {
                consumer.accept(each.ticket(), each.why());
            }
            expired.clear();
        }
    }

    /** Requests that wait. */
    public int requests() {
        return requests;
    }

    /** Rows that wait. */
    public int queuedItems() {
        return queuedItems;
    }

    /** Bytes that wait. */
    public long queuedBytes() {
        return queuedBytes;
    }

    /** Takes the ticket out of the queue's live part if it expired; true if it is no longer where it was. */
    private boolean expire(Ticket<T> ticket, TicketQueue<T> queue, long now) {
        if (ticket.dead(now)) {
            remove(ticket);
            expired.add(new Expired<>(ticket, Expiry.DEADLINE));
            return true;
        }
        if (queue.delayed || !ticket.timedOut(now)) {
            return false;
        }
        if (rejects) {
            remove(ticket);
            expired.add(new Expired<>(ticket, Expiry.TIMEOUT));
        } else {
            queue.remove(ticket);
            queues.get(policy.priorityLevels() + ticket.priority() - 1).addLast(ticket);
        }
        return true;
    }

    /**
     * Gives a request up whose deadline is nearer than half of what it takes alone: running it would help nobody and delay the rest. Half, since the idea of what
     * it takes may be old; and never the last one, since only batches that run renew that idea.
     */
    private boolean shed(Ticket<T> ticket, long now) {
        if (requests == 1
                || !outlook.known()
                || !ticket.dead(now + outlook.cost().nanos(ticket.items()) / 2)) {
            return false;
        }
        remove(ticket);
        expired.add(new Expired<>(ticket, Expiry.TOO_LATE));
        return true;
    }

    /** Finds the batch that would leave at {@code now}: {@code planned} requests from the front if {@code plannedReason} is set. */
    private void assess(long now, long lead) {
        planned = 0;
        plannedItems = 0;
        plannedReason = null;
        int preferredCount = 0;
        int preferredItems = 0;
        Object shape = null;
        long due = now + FAR;
        long urgent = now + FAR;
        for (TicketQueue<T> queue : queues) {
            for (Ticket<T> ticket = queue.first(); ticket != null; ) {
                Ticket<T> behind = ticket.next;
                if (expire(ticket, queue, now) || shed(ticket, now)) {
                    ticket = behind;
                    continue;
                }
                if (planned > 0 && plannedItems + ticket.items() > policy.maxBatchSize()) {
                    plannedReason = BatchReason.FULL;
                    return;
                }
                if (shape != null && !shape.equals(ticket.shape())) {
                    plannedReason = BatchReason.SHAPE;
                    return;
                }
                shape = ticket.shape();
                planned++;
                plannedItems += ticket.items();
                if (plannedItems == policy.maxBatchSize()) {
                    plannedReason = BatchReason.FULL;
                    return;
                }
                if (preferred[plannedItems]) {
                    preferredCount = planned;
                    preferredItems = plannedItems;
                }
                due = ticket.arrivedAt() + delay - due < 0 ? ticket.arrivedAt() + delay : due;
                long latest = ticket.expiresAt(rejects) - lead;
                urgent = latest - urgent < 0 ? latest : urgent;
                ticket = behind;
            }
        }
        if (planned == 0) {
            return;
        }
        if (preferredCount > 0) {
            planned = preferredCount;
            plannedItems = preferredItems;
            plannedReason = BatchReason.PREFERRED;
        } else if (delay == 0) {
            plannedReason = BatchReason.IDLE;
        } else if (due - now <= 0) {
            plannedReason = BatchReason.DELAY;
        } else if (urgent - now <= 0) {
            plannedReason = BatchReason.DEADLINE;
        } else {
            leavesAt = due - urgent < 0 ? due : urgent;
        }
    }
}
