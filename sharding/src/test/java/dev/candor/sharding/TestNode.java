package dev.candor.sharding;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.candor.persistence.answers.AnswerStore;
import dev.candor.persistence.control.ControlStore;
import dev.candor.persistence.journal.JournalKind;
import dev.candor.persistence.journal.JournalStores;
import dev.candor.persistence.partition.PartitionMeter;
import dev.candor.persistence.proof.Callbacks;
import dev.candor.persistence.proof.Settler;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;

/** One node of a cluster in this JVM: an ActorSystem with all entities, and lanes that do nothing but answer. */
final class TestNode implements AutoCloseable {
    static final int PARTITIONS = 4;

    final ActorSystem<Void> system;
    final FakeLanes lanes = new FakeLanes();
    final Sharding sharding;

    private TestNode(
            ActorSystem<Void> system,
            AnswerStore answers,
            ControlStore control,
            boolean exclusive,
            Optional<Settler> settler,
            Callbacks callbacks) {
        this.system = system;
        sharding = Sharding.start(
                system,
                new Sharding.Resources(
                        ShardingSettings.of(system.settings().config()).settling(settler.isPresent()),
                        PARTITIONS,
                        answers,
                        control,
                        exclusive,
                        lanes,
                        new NoProofs(),
                        settler.orElse(Settler.NONE),
                        callbacks,
                        PartitionMeter.NONE,
                        System::nanoTime));
        lanes.connect(sharding.commits());
    }

    /** A cluster of one with the embedded journal in {@code folder}. */
    static TestNode embedded(Path folder, String settings) {
        return embedded(folder, settings, Optional.empty());
    }

    /** The same, with a ledger. */
    static TestNode embedded(Path folder, String settings, Optional<Settler> settler) {
        return embedded(folder, settings, settler, Callbacks.NONE);
    }

    /** The same, and somebody to call back. */
    static TestNode embedded(Path folder, String settings, Optional<Settler> settler, Callbacks callbacks) {
        Config config = JournalKind.layer(ConfigFactory.parseString(settings)
                .withFallback(ConfigFactory.parseString("candor.journal.sqlite.folder = \"" + folder + "\""))
                .withFallback(cluster()));
        ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "candor", config);
        JournalStores stores;
        try {
            stores = JournalStores.open(system).toCompletableFuture().get(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("the journal does not open", e);
        }
        Cluster cluster = Cluster.get(system);
        cluster.manager().tell(Join.create(cluster.selfMember().address()));
        TestNode node = new TestNode(
                system, stores.answers(), stores.control(), stores.embeddedExclusive(), settler, callbacks);
        await("all partitions are ready", () -> node.sharding.localPartitions().count() == PARTITIONS);
        return node;
    }

    /** One of several nodes with given stores. */
    static TestNode joining(Address seed, Config journal, AnswerStore answers, ControlStore control) {
        ActorSystem<Void> system = ActorSystem.create(
                Behaviors.empty(), "candor", journal.withFallback(cluster()).withFallback(ConfigFactory.load()));
        Cluster cluster = Cluster.get(system);
        cluster.manager().tell(Join.create(seed == null ? cluster.selfMember().address() : seed));
        return new TestNode(system, answers, control, false, Optional.empty(), Callbacks.NONE);
    }

    Address address() {
        return Cluster.get(system).selfMember().address();
    }

    private static Config cluster() {
        return ConfigFactory.parseString("""
                pekko {
                  loglevel = WARNING
                  actor.provider = cluster
                  remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
                  cluster {
                    roles = [core]
                    jmx.multi-mbeans-in-same-jvm = on
                    sharding.rebalance-interval = 1s
                    sharding.updating-state-timeout = 2s
                    shutdown-after-unsuccessful-join-seed-nodes = off
                  }
                  coordinated-shutdown.run-by-jvm-shutdown-hook = off
                  actor.allow-java-serialization = off
                }
                """);
    }

    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("within a minute it did not come true that " + what);
            }
            Thread.onSpinWait();
            java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
        }
    }

    @Override
    public void close() {
        system.terminate();
        system.getWhenTerminated()
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }
}
