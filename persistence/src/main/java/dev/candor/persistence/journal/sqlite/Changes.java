package dev.candor.persistence.journal.sqlite;

import dev.candor.persistence.journal.JournalException;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Tells live queries that a stream has grown. Thread-safe. */
final class Changes {
    private final ConcurrentMap<String, CompletableFuture<Void>> waiting = new ConcurrentHashMap<>();

    /** Completes at the next commit of an event of {@code persistenceId}: to be asked before the read that finds nothing new. */
    CompletableFuture<Void> next(String persistenceId) {
        return waiting.computeIfAbsent(persistenceId, id -> new CompletableFuture<>());
    }

    /** Events of this stream were committed. */
    void changed(String persistenceId) {
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
