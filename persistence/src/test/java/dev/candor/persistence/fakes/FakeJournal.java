package dev.candor.persistence.fakes;

import com.typesafe.config.Config;
import dev.candor.actors.value.Bytes;
import dev.candor.persistence.fakes.FakeDisk.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.pekko.persistence.AtomicWrite;
import org.apache.pekko.persistence.PersistentRepr;
import org.apache.pekko.persistence.journal.japi.AsyncWriteJournal;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.Serializers;
import scala.concurrent.Future;
import scala.jdk.javaapi.CollectionConverters;
import scala.jdk.javaapi.FutureConverters;

/** A journal on a {@link FakeDisk}, through real serialization. */
public final class FakeJournal extends AsyncWriteJournal {
    private final FakeDisk disk;
    private final Serialization serialization =
            SerializationExtension.get(context().system());

    /** Made by Pekko. */
    public FakeJournal(Config config) {
        this.disk = FakeDisk.named(config.getString("disk"));
    }

    @Override
    public Future<Iterable<Optional<Exception>>> doAsyncWriteMessages(Iterable<AtomicWrite> messages) {
        record Write(String id, List<Row> rows) {}
        List<Write> writes = new ArrayList<>();
        for (AtomicWrite message : messages) {
            List<Row> rows = new ArrayList<>();
            for (PersistentRepr event : CollectionConverters.asJava(message.payload())) {
                rows.add(row(serialization, event.sequenceNr(), event.payload(), event.writerUuid()));
            }
            writes.add(new Write(message.persistenceId(), rows));
        }
        CompletableFuture<Iterable<Optional<Exception>>> done = disk.gate().thenApply(_ -> {
            List<Optional<Exception>> results = new ArrayList<>();
            for (Write write : writes) {
                disk.append(write.id(), write.rows());
                results.add(Optional.empty());
            }
            return results;
        });
        return FutureConverters.asScala(done);
    }

    @Override
    public Future<Void> doAsyncDeleteMessagesTo(String persistenceId, long toSequenceNr) {
        return FutureConverters.asScala(CompletableFuture.failedFuture(new UnsupportedOperationException()));
    }

    @Override
    public Future<Void> doAsyncReplayMessages(
            String persistenceId, long from, long to, long max, Consumer<PersistentRepr> replay) {
        long left = max;
        for (Row row : disk.events(persistenceId)) {
            if (row.sequenceNr() >= from && row.sequenceNr() <= to && left-- > 0) {
                Object event = serialization
                        .deserialize(row.bytes().toArray(), row.serializer(), row.manifest())
                        .get();
                replay.accept(PersistentRepr.apply(
                        event, row.sequenceNr(), persistenceId, row.manifest(), false, null, row.writer()));
            }
        }
        return FutureConverters.asScala(CompletableFuture.completedFuture(null));
    }

    @Override
    public Future<Long> doAsyncReadHighestSequenceNr(String persistenceId, long from) {
        long highest = disk.events(persistenceId).stream()
                .mapToLong(Row::sequenceNr)
                .max()
                .orElse(0);
        return FutureConverters.asScala(CompletableFuture.completedFuture(highest));
    }

    static Row row(Serialization serialization, long sequenceNr, Object payload, String writer) {
        var serializer = serialization.findSerializerFor(payload);
        return new Row(
                sequenceNr,
                serializer.identifier(),
                Serializers.manifestFor(serializer, payload),
                Bytes.wrap(serializer.toBinary(payload)),
                writer);
    }
}
