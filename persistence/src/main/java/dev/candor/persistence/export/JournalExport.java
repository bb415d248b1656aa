package dev.candor.persistence.export;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.partition.BrokenChainException;
import dev.candor.persistence.partition.Partition;
import dev.candor.persistence.partition.PartitionEvent;
import dev.candor.persistence.partition.PartitionState;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.persistence.query.javadsl.CurrentEventsByPersistenceIdQuery;
import org.apache.pekko.stream.ActorAttributes;
import org.apache.pekko.stream.javadsl.Source;

/**
 * Writes all events of all partitions as lines of JSON (see {@link ExportLine}) and verifies each chain on the way; memory stays small whatever the
 * journal's size. Thread-safe; the stream's bytes are written on a dispatcher for blocking work.
 */
public final class JournalExport {
    private final ActorSystem<?> system;
    private final CurrentEventsByPersistenceIdQuery events;

    /** Reads {@code events}. */
    public JournalExport(ActorSystem<?> system, CurrentEventsByPersistenceIdQuery events) {
        this.system = system;
        this.events = events;
    }

    /**
     * One partition, read to its end.
     *
     * @param partition its number
     * @param sequenceNr of the head
     * @param head hash of the last event that counts
     * @param receipts receipts in events that count
     * @param voided events that do not count
     */
    public record Summary(int partition, long sequenceNr, Digest head, long receipts, long voided) {
        static Summary of(int partition, PartitionState state) {
            return new Summary(partition, state.sequenceNr(), state.head(), state.receipts(), state.voided());
        }
    }

    /**
     * Writes the events that are there now.
     *
     * @param partitions how many partitions the genesis record names
     * @param out is flushed at the end, and left open
     * @return a summary a partition; fails with {@link BrokenChainException} where a chain does not hold
     */
    public CompletionStage<List<Summary>> write(int partitions, OutputStream out) {
        JsonGenerator json;
        try {
            json = new JsonFactory().createGenerator(out);
        } catch (IOException e) {
            return CompletableFuture.failedStage(e);
        }
        json.setPrettyPrinter(new MinimalPrettyPrinter("\n"));
        CompletionStage<List<Summary>> written = CompletableFuture.completedStage(new ArrayList<>());
        for (int number = 0; number < partitions; number++) {
            int partition = number;
            written = written.thenCompose(before -> one(partition, json).thenApply(summary -> {
                before.add(summary);
                return before;
            }));
        }
        return written.thenApply(all -> {
            try {
                if (all.stream().anyMatch(summary -> summary.sequenceNr() > 0)) {
                    json.writeRaw("\n");
                }
                json.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return List.copyOf(all);
        });
    }

    private CompletionStage<Summary> one(int partition, JsonGenerator json) {
        ChainVerifier verifier = new ChainVerifier(link -> {
            try {
                new ExportLine(partition, link).writeTo(json);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        Source<EventEnvelope, NotUsed> source =
                events.currentEventsByPersistenceId(Partition.persistenceId(partition), 0, Long.MAX_VALUE);
        return source.map(envelope -> {
                    if (!(envelope.event() instanceof PartitionEvent event)) {
                        throw new BrokenChainException("event " + envelope.sequenceNr() + " of partition " + partition
                                + " is a " + envelope.event().getClass().getName());
                    }
                    try {
                        verifier.next(envelope.sequenceNr(), event);
                    } catch (BrokenChainException e) {
                        throw new BrokenChainException("partition " + partition + ": " + e.getMessage());
                    }
                    return envelope.sequenceNr();
                })
                .withAttributes(ActorAttributes.dispatcher("pekko.actor.default-blocking-io-dispatcher"))
                .runFold(0L, (_, last) -> last, system)
                .thenApply(_ -> Summary.of(partition, verifier.end()));
    }
}
