package dev.candor.persistence.journal.sqlite;

import dev.candor.persistence.journal.JournalException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Tells live queries that a stream has grown, and keeps the last committed events of the streams that have such queries, so that these need not read what was
 * written a moment ago. Thread-safe.
 */
final class Changes {
    /** The most bytes of a stream's events that are kept; there is always room for one. */
    static final long MOST_BYTES = 512L << 10;

    private final ConcurrentMap<String, CompletableFuture<Void>> waiting = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Tail> tails = new ConcurrentHashMap<>();

    /** The last events of a stream, one behind the other without a gap. */
    private static final class Tail {
        private final Deque<EventRow> rows = new ArrayDeque<>();
        private long bytes;

        synchronized void add(EventRow row) {
            if (!rows.isEmpty() && row.sequenceNr() != rows.getLast().sequenceNr() + 1) {
                rows.clear();
                bytes = 0;
            }
            rows.addLast(row);
            bytes += row.size();
            while (bytes > MOST_BYTES && rows.size() > 1) {
                bytes -= rows.removeFirst().size();
            }
        }

        synchronized List<EventRow> from(long first, long last, int most) {
            return rows.isEmpty() || rows.getFirst().sequenceNr() > first
                    ? List.of()
                    : rows.stream()
                            .filter(row -> row.sequenceNr() >= first && row.sequenceNr() <= last)
                            .limit(most)
                            .toList();
        }
    }

    /** Completes at the next commit of an event of {@code persistenceId}: to be asked before the read that finds nothing new. From now on its last events are kept. */
    CompletableFuture<Void> next(String persistenceId) {
        tails.computeIfAbsent(persistenceId, _ -> new Tail());
        return waiting.computeIfAbsent(persistenceId, _ -> new CompletableFuture<>());
    }

    /** The committed events from {@code first} to {@code last}, {@code most} of them; none where there are none or the first is not kept: the table has them then. */
    List<EventRow> recent(String persistenceId, long first, long last, int most) {
        Tail tail = tails.get(persistenceId);
        return tail == null ? List.of() : tail.from(first, last, most);
    }

    /** These events of one stream were committed, in their order. */
    void changed(String persistenceId, List<EventRow> rows) {
        Tail tail = tails.get(persistenceId);
        if (tail != null) {
            rows.forEach(tail::add);
        }
        CompletableFuture<Void> next = waiting.remove(persistenceId);
        if (next != null) {
            // Not on the writer's thread: a live query goes on to read.
            next.completeAsync(() -> null);
        }
    }

    /** Fails whoever waits. */
    void close() {
        Collection<CompletableFuture<Void>> all = waiting.values();
        all.forEach(next -> next.completeExceptionally(new JournalException.Unavailable("the journal is closed")));
        all.clear();
    }
}
