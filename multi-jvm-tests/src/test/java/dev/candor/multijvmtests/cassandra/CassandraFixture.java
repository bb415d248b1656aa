package dev.candor.multijvmtests.cassandra;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.candor.persistence.journal.JournalKind;
import dev.candor.persistence.journal.JournalStores;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorSystem;

/** An actor system whose journal is a keyspace of a real Cassandra. */
final class CassandraFixture implements AutoCloseable {
    private final ActorSystem system;
    private final JournalStores stores;

    CassandraFixture(CassandraServer server, CassandraKeyspace keyspace, String... overrides) throws Exception {
        system = ActorSystem.create("journal", config(server, keyspace, overrides));
        stores = JournalStores.open(system).toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    /** The configuration of a node with its journal in {@code keyspace}; {@code overrides} are lines of HOCON. */
    static Config config(CassandraServer server, CassandraKeyspace keyspace, String... overrides) {
        Map<String, Object> settings = Map.of(
                "candor.journal.kind",
                "cassandra",
                "candor.journal.cassandra.contact-points",
                List.of("127.0.0.1:" + server.nativePort()),
                "candor.journal.cassandra.local-datacenter",
                CassandraServer.DATA_CENTRE,
                "candor.journal.cassandra.keyspace",
                keyspace.name(),
                "candor.journal.cassandra.create-schema",
                true,
                "pekko.loglevel",
                "WARNING",
                "pekko.stdout-loglevel",
                "WARNING");
        return JournalKind.layer(
                ConfigFactory.parseString(String.join("\n", overrides)).withFallback(ConfigFactory.parseMap(settings)));
    }

    ActorSystem system() {
        return system;
    }

    JournalStores stores() {
        return stores;
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
