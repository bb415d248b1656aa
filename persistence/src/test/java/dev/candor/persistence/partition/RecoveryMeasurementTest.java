package dev.candor.persistence.partition;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.candor.actors.inference.Answer;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.InferenceOutcome.Answered;
import dev.candor.actors.inference.Timings;
import dev.candor.actors.routing.Commitment;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Deadline;
import dev.candor.persistence.fakes.Fakes;
import dev.candor.persistence.journal.JournalKind;
import dev.candor.persistence.journal.JournalStores;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long a partition of many receipts takes from its start to its readiness, on the embedded journal: lease, snapshot, tail, {@code Opened}. Run by
 * {@code scripts/long/recovery}, and not otherwise: it is a measurement.
 */
@EnabledIfSystemProperty(named = "candor.recovery.receipts", matches = "[0-9]+")
final class RecoveryMeasurementTest {
    private static final int AT_ONCE = 1_024;

    @TempDir
    Path folder;

    @Test
    void recoversWithinFiveSeconds() throws Exception {
        int receipts = Integer.getInteger("candor.recovery.receipts");
        Bytes receipt = Bytes.wrap(new byte[Integer.getInteger("candor.recovery.bytes", 600)]);
        long filled = System.nanoTime();
        fill(folder, receipts, receipt);
        System.out.printf(
                Locale.ROOT,
                "%,d receipts of %d bytes written in %.1f s%n",
                receipts,
                receipt.length(),
                seconds(filled));
        for (int round = 1; round <= 3; round++) {
            long took = recover(folder);
            System.out.printf(Locale.ROOT, "recovery %d: %.3f s%n", round, took / 1e9);
            assertThat(Duration.ofNanos(took)).isLessThan(Duration.ofSeconds(5));
        }
    }

    private static void fill(Path folder, int receipts, Bytes receipt) throws Exception {
        try (Node node = new Node(folder)) {
            node.awaitReady();
            Semaphore room = new Semaphore(AT_ONCE);
            Semaphore done = new Semaphore(0);
            Behavior<InferenceOutcome> counter = Behaviors.receiveMessage(outcome -> {
                if (!(outcome instanceof Answered)) {
                    throw new IllegalStateException("not committed: " + outcome);
                }
                room.release();
                done.release();
                return Behaviors.same();
            });
            ActorRef<InferenceOutcome> replies = node.system.systemActorOf(counter, "counter", Props.empty());
            Deadline deadline = Deadline.in(Duration.ofDays(1));
            for (int written = 0; written < receipts; ) {
                int batch = Math.min(512, receipts - written);
                room.acquire(batch);
                List<Commitment> entries = new ArrayList<>(batch);
                for (int i = 0; i < batch; i++) {
                    long number = (long) written + i;
                    Answer plain = Fakes.answer(0, number);
                    Answer answer = new Answer(plain.id(), plain.model(), plain.outputs(), plain.salt(), receipt);
                    entries.add(new Commitment(
                            Fakes.uuid(number), Optional.empty(), answer, Timings.NONE, deadline, replies));
                }
                node.partition.tell(new Partition.Commit(entries));
                written += batch;
            }
            done.acquire(receipts);
        }
    }

    private static long recover(Path folder) throws Exception {
        try (Node node = new Node(folder)) {
            return node.awaitReady();
        }
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }

    private static final class Node implements AutoCloseable {
        private final CompletableFuture<Long> ready = new CompletableFuture<>();
        private final ActorSystem<Void> system;
        private final ActorRef<Partition.Command> partition;

        Node(Path folder) throws Exception {
            system = ActorSystem.create(
                    Behaviors.empty(),
                    "recovery",
                    JournalKind.layer(ConfigFactory.parseString("candor.journal.sqlite.folder = \"" + folder + "\"")));
            JournalStores stores =
                    JournalStores.open(system).toCompletableFuture().get(60, TimeUnit.SECONDS);
            PartitionMeter meter = new PartitionMeter() {
                @Override
                public void opened(int number, long epoch, long nanos) {
                    ready.complete(nanos);
                }

                @Override
                public void written(int number, int receipts, long nanos) {}

                @Override
                public void refused(int number, ErrorCode code) {}

                @Override
                public void closed(int number) {}
            };
            PartitionResources resources = new PartitionResources(
                    PartitionSettings.of(system.settings().config()).withExclusiveStore(stores.embeddedExclusive()),
                    stores.answers(),
                    stores.control(),
                    new LocalPartitions(),
                    "measurement " + System.nanoTime(),
                    System::nanoTime,
                    meter);
            partition = system.systemActorOf(Partition.create(0, resources), "partition", Props.empty());
        }

        /** Nanoseconds from the partition's start. */
        long awaitReady() throws Exception {
            return ready.get(10, TimeUnit.MINUTES);
        }

        @Override
        public void close() {
            system.terminate();
            system.getWhenTerminated()
                    .toCompletableFuture()
                    .orTimeout(2, TimeUnit.MINUTES)
                    .join();
        }
    }
}
