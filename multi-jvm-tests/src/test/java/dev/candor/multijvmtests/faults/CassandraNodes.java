package dev.candor.multijvmtests.faults;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.candor.multijvmtests.cassandra.CassandraKeyspace;
import dev.candor.multijvmtests.cassandra.CassandraServer;
import dev.candor.multijvmtests.harness.TestNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Nodes of one network over one keyspace, with the same keys.
 *
 * @param folder for their data, settings and keys
 * @param server of the journal
 * @param keyspace of the journal
 */
record CassandraNodes(Path folder, CassandraServer server, CassandraKeyspace keyspace) {
    /** Starts node {@code name}; it joins the cluster of {@code seed}, an address as {@code node.json} has it, unless that is empty. */
    TestNode start(String name, String seed, TestNode.Launch launch) throws IOException {
        return start(name, seed, launch, "");
    }

    /** The same with settings of its own above the network's. */
    TestNode start(String name, String seed, TestNode.Launch launch, String more) throws IOException {
        Path file = folder.resolve(name + ".conf");
        Files.writeString(file, settings(seed) + more);
        return TestNode.start(
                folder.resolve(name),
                new TestNode.Launch(launch.prefix(), launch.main(), List.of("--config", file.toString())));
    }

    /** What a reader of the journal needs. */
    Config reader() {
        return ConfigFactory.parseString(settings(""));
    }

    /** Settings of a node that joins the cluster of {@code seed}. */
    String settings(String seed) {
        return String.format(
                Locale.ROOT,
                """
                candor.journal.kind = cassandra
                candor.journal.cassandra {
                  contact-points = ["127.0.0.1:%d"]
                  local-datacenter = %s
                  keyspace = %s
                  create-schema = true
                }
                candor.blobs.folder = "%s"
                candor.node.keys.executor = "%s"
                candor.node.keys.pseudonym = "%s"
                candor.node.cluster.seed-nodes = [%s]
                """,
                server.nativePort(),
                CassandraServer.DATA_CENTRE,
                keyspace.name(),
                folder.resolve("blobs"),
                folder.resolve("executor.pem"),
                folder.resolve("pseudonym.key"),
                seed.isEmpty() ? "" : '"' + seed + '"');
    }
}
