package dev.candor.persistence.seal;

import dev.candor.persistence.blob.BlobStore;
import dev.candor.persistence.blob.BlobStore.Blob;
import dev.candor.persistence.partition.Partition;
import dev.candor.persistence.partition.PartitionEvent;
import dev.candor.persistence.partition.PartitionState;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.persistence.query.javadsl.CurrentEventsByPersistenceIdQuery;
import org.apache.pekko.stream.ActorAttributes;
import org.apache.pekko.stream.javadsl.Sink;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Seals the old events of partitions. A segment is in the blob store, synced, before the seal names it; rows leave the journal only when the segment after theirs
 * is sealed and theirs was read back under its digest, so that whoever read them in the journal had time to end. Several nodes may seal one partition: one of them
 * wins. Thread-safe; blocking work is done by {@code blocking}.
 */
public final class Sealer {
    private static final Logger LOG = LoggerFactory.getLogger(Sealer.class);

    private final ActorSystem<?> system;
    private final CurrentEventsByPersistenceIdQuery journal;
    private final JournalRows rows;
    private final Seals seals;
    private final BlobStore blobs;
    private final Path folder;
    private final SealSettings settings;
    private final Executor blocking;
    private final Predicate<PartitionState> settled;

    /** Takes rows out of the journal. */
    @FunctionalInterface
    interface JournalRows {
        /** Removes the rows of {@code persistenceId} up to the number {@code to}. */
        CompletionStage<Void> remove(String persistenceId, long to);
    }

    /** Use {@link SealedEvents#sealer}; {@code settled} says in which states all events so far count or do not for good. */
    Sealer(
            ActorSystem<?> system,
            CurrentEventsByPersistenceIdQuery journal,
            JournalRows rows,
            Seals seals,
            BlobStore blobs,
            Path folder,
            SealSettings settings,
            Executor blocking,
            Predicate<PartitionState> settled) {
        this.system = system;
        this.journal = journal;
        this.rows = rows;
        this.seals = seals;
        this.blobs = blobs;
        this.folder = folder;
        this.settings = settings;
        this.blocking = blocking;
        this.settled = settled;
    }

    /**
     * Seals the next segment of {@code partition}, if there are events enough for one.
     *
     * @return the segment; empty where there are too few events, or another node sealed them meanwhile
     */
    public CompletionStage<Optional<Seal.Part>> seal(int partition) {
        return seals.read(partition)
                .thenCompose(read -> hasEnough(partition, read.seal().to())
                        .thenCompose(enough -> enough
                                ? seal(partition, read)
                                : CompletableFuture.completedStage(Optional.<Seal.Part>empty())));
    }

    private CompletionStage<Boolean> hasEnough(int partition, long sealed) {
        long place = sealed + settings.events() + settings.keep();
        return journal.currentEventsByPersistenceId(Partition.persistenceId(partition), place, place)
                .runWith(Sink.headOption(), system)
                .thenApply(Optional::isPresent);
    }

    private CompletionStage<Optional<Seal.Part>> seal(int partition, Seals.Read read) {
        return CompletableFuture.supplyAsync(() -> begin(read.seal().state()), blocking)
                .thenCompose(cut -> journal.currentEventsByPersistenceId(
                                Partition.persistenceId(partition), read.seal().to() + 1, Long.MAX_VALUE)
                        .takeWhile(cut::accept)
                        .withAttributes(ActorAttributes.dispatcher("pekko.actor.default-blocking-io-dispatcher"))
                        .runWith(Sink.ignore(), system)
                        .thenApplyAsync(_ -> cut.store(partition), blocking)
                        .whenCompleteAsync((_, _) -> cut.close(), blocking))
                .thenCompose(stored -> stored.isEmpty()
                        ? CompletableFuture.completedStage(Optional.<Seal.Part>empty())
                        : name(partition, read, stored.get()));
    }

    private CompletionStage<Optional<Seal.Part>> name(int partition, Seals.Read read, Stored stored) {
        return seals.replace(partition, read, read.seal().with(stored.part(), stored.after()))
                .thenCompose(won -> {
                    if (!won) {
                        return CompletableFuture.completedStage(Optional.<Seal.Part>empty());
                    }
                    LOG.info(
                            "partition {}: the events {} to {} are sealed in segment {} of {} bytes",
                            partition,
                            stored.part().from(),
                            stored.part().to(),
                            stored.part().blob(),
                            stored.part().size());
                    return removeRows(partition, read.seal()).thenApply(_ -> Optional.of(stored.part()));
                });
    }

    /** Removes the rows of what was sealed before. */
    private CompletionStage<Void> removeRows(int partition, Seal before) {
        if (!settings.removeRows() || before.parts().isEmpty()) {
            return CompletableFuture.completedStage(null);
        }
        return CompletableFuture.runAsync(() -> readBack(partition, before), blocking)
                .thenCompose(_ -> rows.remove(Partition.persistenceId(partition), before.to()));
    }

    private void readBack(int partition, Seal before) {
        try {
            for (Seal.Part part : before.parts()) {
                if (!blobs.size(part.blob()).equals(Optional.of(part.size()))) {
                    throw new IOException(
                            "segment " + part.blob() + " of partition " + partition + " is not in the blob store");
                }
            }
            new SegmentFile.Reader(blobs, partition, before.parts().getLast(), folder).close();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "no rows of partition " + partition + " leave the journal: " + e.getMessage(), e);
        }
    }

    private Cut begin(PartitionState sealed) {
        try {
            Files.createDirectories(folder);
            return new Cut(sealed, Files.createTempFile(folder, "segment-", ".part"));
        } catch (IOException e) {
            throw new UncheckedIOException("a segment cannot be written in " + folder + ": " + e.getMessage(), e);
        }
    }

    private record Stored(Seal.Part part, PartitionState after) {}

    /** One segment as it is cut out of the journal's rows; used by one stream. */
    private final class Cut {
        private final Path file;
        private final SegmentFile.Writer writer;
        private final long sealed;
        private final List<SegmentFile.Row> unsettled = new ArrayList<>();
        private PartitionState state;
        private PartitionState end;
        private boolean full;

        Cut(PartitionState sealed, Path file) throws IOException {
            this.sealed = sealed.sequenceNr();
            this.state = sealed;
            this.end = sealed;
            this.file = file;
            this.writer = new SegmentFile.Writer(file);
        }

        /** Takes a row; false once the segment is full: the row is not part of it. */
        boolean accept(EventEnvelope envelope) {
            if (!(envelope.event() instanceof PartitionEvent event)) {
                throw new IllegalStateException(envelope.persistenceId() + " has a "
                        + envelope.event().getClass().getName() + " at " + envelope.sequenceNr());
            }
            try {
                if (envelope.sequenceNr() > state.sequenceNr() && settled.test(state)) {
                    settle();
                }
                if (full) {
                    return false;
                }
                state = state.apply(envelope.sequenceNr(), event);
                unsettled.add(new SegmentFile.Row(envelope.sequenceNr(), event));
                return true;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void settle() throws IOException {
            for (SegmentFile.Row row : unsettled) {
                writer.add(row.sequenceNr(), row.event());
            }
            unsettled.clear();
            end = state;
            full = end.sequenceNr() - sealed >= settings.events() || writer.bytes() >= settings.bytes();
        }

        Optional<Stored> store(int partition) {
            if (!full) {
                return Optional.empty();
            }
            long from = sealed + 1;
            long to = end.sequenceNr();
            try {
                writer.close();
                try (InputStream rows = Files.newInputStream(file);
                        InputStream all = new SequenceInputStream(
                                new ByteArrayInputStream(SegmentFile.header(partition, from, to)), rows)) {
                    Blob blob = blobs.put(all, Long.MAX_VALUE);
                    return Optional.of(new Stored(new Seal.Part(from, to, blob.id(), blob.size()), end));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(
                        "the events " + from + " to " + to + " of partition " + partition
                                + " cannot be stored as a segment: " + e.getMessage(),
                        e);
            }
        }

        void close() {
            try {
                writer.close();
                Files.deleteIfExists(file);
            } catch (IOException e) {
                LOG.warn("{} stays behind", file, e);
            }
        }
    }
}
