package dev.candor.persistence.seal;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.value.Deadline;
import dev.candor.persistence.blob.FolderBlobStore;
import dev.candor.persistence.export.JournalExport;
import dev.candor.persistence.fakes.Fakes;
import dev.candor.persistence.journal.JournalKind;
import dev.candor.persistence.journal.JournalStores;
import dev.candor.persistence.partition.LocalPartitions;
import dev.candor.persistence.partition.Partition;
import dev.candor.persistence.partition.PartitionMeter;
import dev.candor.persistence.partition.PartitionResources;
import dev.candor.persistence.partition.PartitionSettings;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.stream.javadsl.Sink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A partition on the embedded journal whose old events are sealed while it serves, and whose next owner starts from what is left. */
final class SealedPartitionTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    @Test
    void goesOnWhereItsRowsLeftTheJournal() throws Exception {
        String before;
        try (Node node = new Node()) {
            node.commit(0, 40);
            before = node.export();
            Sealer sealer = node.events.sealer(
                    node.kit.system(), new SealSettings(true, 10, 1 << 20, 5, Duration.ZERO, true), Runnable::run);
            int segments = 0;
            while (get(sealer.seal(0)).isPresent()) {
                segments++;
            }
            assertThat(segments).isEqualTo(3);
            assertThat(node.export()).isEqualTo(before);
            assertThat(node.first()).as("the journal's first row").isEqualTo(21);
            node.commit(40, 45);
        }
        try (Node node = new Node()) {
            node.commit(45, 50);
            String after = node.export();
            assertThat(after).startsWith(before.stripTrailing());
            assertThat(after.lines().filter(line -> line.contains("\"receipt\"")))
                    .hasSize(50);
            assertThat(node.first()).isEqualTo(21);
        }
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private final class Node implements AutoCloseable {
        private final ActorTestKit kit;
        private final JournalStores journal;
        private final SealedEvents events;
        private final ActorRef<Partition.Command> partition;
        private final TestProbe<InferenceOutcome> outcomes;

        Node() throws Exception {
            kit = ActorTestKit.create(JournalKind.layer(
                    ConfigFactory.parseString("candor.journal.sqlite.folder = \"" + folder.resolve("journal") + "\"")));
            journal = get(JournalStores.open(kit.system()));
            events = new SealedEvents(
                    journal,
                    new FolderBlobStore(folder.resolve("blobs"), InstantSource.system()),
                    folder.resolve("copies"));
            outcomes = kit.createTestProbe(InferenceOutcome.class);
            partition = kit.spawn(Partition.create(
                    0,
                    new PartitionResources(
                            PartitionSettings.of(kit.system().settings().config())
                                    .withExclusiveStore(true),
                            journal.answers(),
                            journal.control(),
                            new LocalPartitions(),
                            "owner " + System.nanoTime(),
                            System::nanoTime,
                            PartitionMeter.NONE)));
        }

        /** One event each. */
        void commit(int from, int to) {
            for (int number = from; number < to; number++) {
                partition.tell(new Partition.Commit(List.of(Fakes.commitment(
                        0, number, Optional.empty(), Deadline.in(Duration.ofHours(1)), outcomes.getRef()))));
                assertThat(outcomes.receiveMessage(PATIENCE)).isInstanceOf(InferenceOutcome.Answered.class);
            }
        }

        String export() throws Exception {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            get(new JournalExport(kit.system(), events).write(1, out));
            return out.toString(StandardCharsets.UTF_8);
        }

        long first() throws Exception {
            return get(journal.currentEvents()
                    .currentEventsByPersistenceId(Partition.persistenceId(0), 1, Long.MAX_VALUE)
                    .map(EventEnvelope::sequenceNr)
                    .runWith(Sink.head(), kit.system()));
        }

        @Override
        public void close() {
            kit.shutdownTestKit();
        }
    }
}
