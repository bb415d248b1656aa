package dev.candor.persistence.fakes;

import com.typesafe.config.Config;
import dev.candor.persistence.fakes.FakeDisk.Row;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.persistence.SelectedSnapshot;
import org.apache.pekko.persistence.SnapshotMetadata;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;
import org.apache.pekko.persistence.snapshot.japi.SnapshotStore;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import scala.concurrent.Future;
import scala.jdk.javaapi.FutureConverters;

/** A snapshot store on a {@link FakeDisk}, through real serialization. */
public final class FakeSnapshots extends SnapshotStore {
    private final FakeDisk disk;
    private final Serialization serialization =
            SerializationExtension.get(context().system());

    /** Made by Pekko. */
    public FakeSnapshots(Config config) {
        this.disk = FakeDisk.named(config.getString("disk"));
    }

    @Override
    public Future<Optional<SelectedSnapshot>> doLoadAsync(String persistenceId, SnapshotSelectionCriteria criteria) {
        Map.Entry<Long, Row> entry = disk.snapshots(persistenceId).floorEntry(criteria.maxSequenceNr());
        Optional<SelectedSnapshot> found = Optional.ofNullable(entry)
                .map(Map.Entry::getValue)
                .map(row -> SelectedSnapshot.create(
                        new SnapshotMetadata(persistenceId, row.sequenceNr(), 0),
                        serialization
                                .deserialize(row.bytes().toArray(), row.serializer(), row.manifest())
                                .get()));
        return FutureConverters.asScala(CompletableFuture.completedFuture(found));
    }

    @Override
    public Future<Void> doSaveAsync(SnapshotMetadata metadata, Object snapshot) {
        disk.snapshot(metadata.persistenceId(), FakeJournal.row(serialization, metadata.sequenceNr(), snapshot, ""));
        return FutureConverters.asScala(CompletableFuture.completedFuture(null));
    }

    @Override
    public Future<Void> doDeleteAsync(SnapshotMetadata metadata) {
        disk.deleteSnapshots(metadata.persistenceId(), metadata.sequenceNr(), metadata.sequenceNr());
        return FutureConverters.asScala(CompletableFuture.completedFuture(null));
    }

    @Override
    public Future<Void> doDeleteAsync(String persistenceId, SnapshotSelectionCriteria criteria) {
        disk.deleteSnapshots(persistenceId, criteria.minSequenceNr(), criteria.maxSequenceNr());
        return FutureConverters.asScala(CompletableFuture.completedFuture(null));
    }
}
