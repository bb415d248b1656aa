package dev.candor.persistence.journal.sqlite;

import dev.candor.persistence.answers.StoredAnswer;
import java.io.NotSerializableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.pekko.persistence.AtomicWrite;
import org.apache.pekko.persistence.PersistentRepr;
import org.apache.pekko.persistence.journal.Tagged;
import org.apache.pekko.persistence.journal.japi.AsyncWriteJournal;
import org.jspecify.annotations.Nullable;
import scala.concurrent.Future;
import scala.jdk.javaapi.CollectionConverters;
import scala.jdk.javaapi.FutureConverters;
import scala.jdk.javaapi.OptionConverters;

/**
 * Pekko's journal plugin over the embedded database. Pekko makes it by the class name in {@code candor.journal.sqlite.journal.class}.
 *
 * <p>A sequence number that is taken fails the write (and so stops its actor): the stream has another writer. An event that cannot be serialised, or
 * that carries tags (there is no index of them), is rejected alone.
 */
public final class SqliteJournal extends AsyncWriteJournal {
    /** One turn of a replay at a reader's thread. */
    private static final int PAGE_EVENTS = 256;

    private static final long PAGE_BYTES = 4L << 20;

    private final SqliteDatabase database;
    private final PayloadCodec codec;

    /** Opens the actor system's database if nobody has. */
    public SqliteJournal() {
        database = SqliteExtension.get(context().system()).database();
        codec = new PayloadCodec(context().system());
    }

    @Override
    public Future<Iterable<Optional<Exception>>> doAsyncWriteMessages(Iterable<AtomicWrite> messages) {
        List<EventRow> rows = new ArrayList<>();
        List<Optional<Exception>> rejections = new ArrayList<>();
        for (AtomicWrite message : messages) {
            try {
                rows.addAll(rows(message));
                rejections.add(Optional.empty());
            } catch (NotSerializableException | RuntimeException e) {
                rejections.add(Optional.of(e));
            }
        }
        if (rows.isEmpty()) {
            return FutureConverters.asScala(CompletableFuture.completedFuture(rejections));
        }
        String persistenceId = rows.getFirst().persistenceId();
        List<StoredAnswer> answers = database.staged()
                .take(persistenceId, rows.stream().map(EventRow::sequenceNr).toList());
        long bytes = rows.stream().mapToLong(EventRow::size).sum() + SqliteAnswerStore.size(answers);
        CompletableFuture<Iterable<Optional<Exception>>> written = database.write(bytes, session -> {
            database.events().insert(session, rows);
            AnswerTable.insert(session, answers, System.currentTimeMillis());
            return rejections;
        });
        return FutureConverters.asScala(written.whenComplete((done, failure) -> {
            if (failure == null) {
                database.changes().changed(persistenceId, rows);
            }
        }));
    }

    private List<EventRow> rows(AtomicWrite message) throws NotSerializableException {
        List<EventRow> rows = new ArrayList<>(message.size());
        long now = System.currentTimeMillis();
        for (PersistentRepr event : CollectionConverters.asJava(message.payload())) {
            if (event.payload() instanceof Tagged) {
                throw new NotSerializableException("event " + event.sequenceNr() + " of " + event.persistenceId()
                        + " has tags, and the embedded journal keeps none; read streams by their persistence ids");
            }
            rows.add(new EventRow(
                    event.persistenceId(),
                    event.sequenceNr(),
                    event.timestamp() == 0 ? now : event.timestamp(),
                    event.writerUuid(),
                    event.manifest(),
                    codec.encode(event.payload()),
                    OptionConverters.toJava(event.metadata()).map(codec::encode)));
        }
        return rows;
    }

    @Override
    public Future<Void> doAsyncDeleteMessagesTo(String persistenceId, long toSequenceNr) {
        return FutureConverters.asScala(
                database.change(0, session -> database.events().deleteTo(session, persistenceId, toSequenceNr)));
    }

    @Override
    public Future<Void> doAsyncReplayMessages(
            String persistenceId,
            long fromSequenceNr,
            long toSequenceNr,
            long max,
            Consumer<PersistentRepr> replayCallback) {
        Replay replay = new Replay(persistenceId, toSequenceNr, replayCallback, new CompletableFuture<>());
        nextPage(replay, fromSequenceNr, max);
        return FutureConverters.asScala(replay.done());
    }

    private record Replay(
            String persistenceId, long to, Consumer<PersistentRepr> target, CompletableFuture<@Nullable Void> done) {}

    /** Replays a page and then the next: each with a stage of its own, since a chain of them would grow with the stream. */
    private void nextPage(Replay replay, long from, long left) {
        if (left <= 0 || from > replay.to()) {
            replay.done().complete(null);
            return;
        }
        int most = (int) Math.min(PAGE_EVENTS, left);
        var _ = database.read(session -> {
                    List<EventRow> page = database.events()
                            .page(session, replay.persistenceId(), from, replay.to(), most, PAGE_BYTES);
                    page.forEach(row -> replay.target().accept(event(row)));
                    return page;
                })
                .whenCompleteAsync((page, failure) -> {
                    if (failure != null) {
                        replay.done().completeExceptionally(failure);
                    } else if (page.isEmpty()) {
                        replay.done().complete(null);
                    } else {
                        nextPage(replay, page.getLast().sequenceNr() + 1, left - page.size());
                    }
                });
    }

    private PersistentRepr event(EventRow row) {
        PersistentRepr event = PersistentRepr.apply(
                        codec.decode(row.payload()),
                        row.sequenceNr(),
                        row.persistenceId(),
                        row.adapterManifest(),
                        false,
                        org.apache.pekko.actor.ActorRef.noSender(),
                        row.writer())
                .withTimestamp(row.writtenAt());
        return row.metadata()
                .map(meta -> event.withMetadata(codec.decode(meta)))
                .orElse(event);
    }

    /** Asked on the writer's thread: a write of an earlier incarnation of the actor that still waits comes first. */
    @Override
    public Future<Long> doAsyncReadHighestSequenceNr(String persistenceId, long fromSequenceNr) {
        return FutureConverters.asScala(
                database.write(0, session -> database.events().highest(session, persistenceId)));
    }
}
