package dev.candor.actors.batching;

import org.jspecify.annotations.Nullable;

/**
 * A first-in-first-out list of tickets that are linked through themselves.
 *
 * @param <T> what the tickets carry
 */
final class TicketQueue<T> {
    /** Whether its tickets are past their queue timeout and wait behind all others. */
    final boolean delayed;

    private @Nullable Ticket<T> first;
    private @Nullable Ticket<T> last;
    private long items;

    TicketQueue(boolean delayed) {
        this.delayed = delayed;
    }

    @Nullable
    Ticket<T> first() {
        return first;
    }

    @Nullable
    Ticket<T> last() {
        return last;
    }

    /** Rows of all. */
    long items() {
        return items;
    }

    void addLast(Ticket<T> ticket) {
        ticket.queue = this;
        items += ticket.items();
        ticket.previous = last;
        ticket.next = null;
        if (last == null) {
            first = ticket;
        } else {
            last.next = ticket;
        }
        last = ticket;
    }

    void addFirst(Ticket<T> ticket) {
        ticket.queue = this;
        items += ticket.items();
        ticket.previous = null;
        ticket.next = first;
        if (first == null) {
            last = ticket;
        } else {
            first.previous = ticket;
        }
        first = ticket;
    }

    void remove(Ticket<T> ticket) {
        Ticket<T> before = ticket.previous;
        Ticket<T> behind = ticket.next;
        if (before == null) {
            first = behind;
        } else {
            before.next = behind;
        }
        if (behind == null) {
            last = before;
        } else {
            behind.previous = before;
        }
        ticket.queue = null;
        items -= ticket.items();
        ticket.previous = null;
        ticket.next = null;
    }
}
