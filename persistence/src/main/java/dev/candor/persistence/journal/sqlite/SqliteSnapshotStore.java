package dev.candor.persistence.journal.sqlite;

import java.util.Optional;
import org.apache.pekko.persistence.SelectedSnapshot;
import org.apache.pekko.persistence.SnapshotMetadata;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;
import org.apache.pekko.persistence.snapshot.japi.SnapshotStore;
import scala.concurrent.Future;
import scala.jdk.javaapi.FutureConverters;
import scala.jdk.javaapi.OptionConverters;

/** Pekko's snapshot plugin over the embedded database. Pekko makes it by the class name in {@code candor.journal.sqlite.snapshot.class}. */
public final class SqliteSnapshotStore extends SnapshotStore {
    private final SqliteDatabase database;
    private final PayloadCodec codec;

    /** Opens the actor system's database if nobody has. */
    public SqliteSnapshotStore() {
        database = SqliteExtension.get(context().system()).database();
        codec = new PayloadCodec(context().system());
    }

    @Override
    public Future<Optional<SelectedSnapshot>> doLoadAsync(String persistenceId, SnapshotSelectionCriteria criteria) {
        SnapshotTable.Range range = range(persistenceId, criteria);
        return FutureConverters.asScala(
                database.read(session -> SnapshotTable.newest(session, range).map(row -> select(persistenceId, row))));
    }

    private SelectedSnapshot select(String persistenceId, SnapshotTable.Row row) {
        SnapshotMetadata metadata = new SnapshotMetadata(
                persistenceId,
                row.sequenceNr(),
                row.takenAt(),
                OptionConverters.toScala(row.metadata().map(codec::decode)));
        return SelectedSnapshot.create(metadata, codec.decode(row.payload()));
    }

    @Override
    public Future<Void> doSaveAsync(SnapshotMetadata metadata, Object snapshot) {
        SnapshotTable.Row row = new SnapshotTable.Row(
                metadata.sequenceNr(),
                metadata.timestamp(),
                codec.encode(snapshot),
                OptionConverters.toJava(metadata.metadata()).map(codec::encode));
        return FutureConverters.asScala(database.change(row.payload().bytes().length(), session -> {
            long stream = database.events().streamOf(session, metadata.persistenceId());
            SnapshotTable.save(session, stream, row);
        }));
    }

    @Override
    public Future<Void> doDeleteAsync(SnapshotMetadata metadata) {
        // A caller that knows no timestamp gives 0.
        long from = metadata.timestamp() == 0 ? Long.MIN_VALUE : metadata.timestamp();
        long to = metadata.timestamp() == 0 ? Long.MAX_VALUE : metadata.timestamp();
        return delete(new SnapshotTable.Range(
                metadata.persistenceId(), metadata.sequenceNr(), metadata.sequenceNr(), from, to));
    }

    @Override
    public Future<Void> doDeleteAsync(String persistenceId, SnapshotSelectionCriteria criteria) {
        return delete(range(persistenceId, criteria));
    }

    private Future<Void> delete(SnapshotTable.Range range) {
        return FutureConverters.asScala(database.change(0, session -> SnapshotTable.delete(session, range)));
    }

    private static SnapshotTable.Range range(String persistenceId, SnapshotSelectionCriteria criteria) {
        return new SnapshotTable.Range(
                persistenceId,
                criteria.minSequenceNr(),
                criteria.maxSequenceNr(),
                criteria.minTimestamp(),
                criteria.maxTimestamp());
    }
}
