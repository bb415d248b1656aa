package dev.candor.persistence.journal.sqlite;

import dev.candor.persistence.answers.StoredAnswer;
import dev.candor.persistence.journal.JournalException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Answers that wait in memory for their event, so that both go into one transaction. Thread-safe.
 *
 * <p>They leave when their event or a later one of the stream is written. A stream keeps a few at most, since it has one write in flight; what a stopped
 * owner leaves behind goes with the next write.
 */
final class StagedAnswers {
    private static final int MOST_EVENTS = 16;

    private final Map<String, NavigableMap<Long, List<StoredAnswer>>> waiting = new HashMap<>();

    /** Keeps the answers of one event; a second time for the same event replaces the first. */
    synchronized void stage(String persistenceId, long sequenceNr, List<StoredAnswer> answers) {
        NavigableMap<Long, List<StoredAnswer>> events = waiting.computeIfAbsent(persistenceId, id -> new TreeMap<>());
        if (events.size() >= MOST_EVENTS && !events.containsKey(sequenceNr)) {
            throw new JournalException.Unavailable("answers of " + MOST_EVENTS + " events of " + persistenceId
                    + " wait for events that have not been written; write those first");
        }
        events.put(sequenceNr, List.copyOf(answers));
    }

    /** Takes the answers of events that are about to be written, in their order, and forgets those of earlier ones. */
    synchronized List<StoredAnswer> take(String persistenceId, List<Long> sequenceNrs) {
        NavigableMap<Long, List<StoredAnswer>> events = waiting.get(persistenceId);
        if (events == null) {
            return List.of();
        }
        List<StoredAnswer> taken = new ArrayList<>();
        for (long sequenceNr : sequenceNrs) {
            taken.addAll(events.getOrDefault(sequenceNr, List.of()));
            events.headMap(sequenceNr, true).clear();
        }
        if (events.isEmpty()) {
            waiting.remove(persistenceId);
        }
        return taken;
    }
}
