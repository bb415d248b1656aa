package dev.candor.multijvmtests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import com.datastax.oss.driver.api.core.data.ByteUtils;
import dev.candor.actors.receipt.Receipt;
import dev.candor.actors.value.Bytes;
import dev.candor.cluster.client.InferCall;
import dev.candor.cluster.client.NodeClient;
import dev.candor.multijvmtests.cassandra.CassandraKeyspace;
import dev.candor.multijvmtests.cassandra.CassandraServer;
import dev.candor.multijvmtests.cassandra.RequiresCassandra;
import dev.candor.multijvmtests.harness.Await;
import dev.candor.multijvmtests.harness.TestNode;
import dev.candor.multijvmtests.harness.Workload;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Somebody changes a row of the journal in Cassandra while nothing runs: its partition is not served any more, and the other one is. */
@Timeout(600)
@RequiresCassandra
final class TamperedRowIT {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final int KEYS = 16;
    private static final int TAMPERED = 0;

    @TempDir
    private Path folder;

    private record Answered(InferCall call, HttpResponse<byte[]> answer) {
        int partition() {
            return Receipt.parse(Bytes.wrap(Base64.getUrlDecoder()
                            .decode(answer.headers()
                                    .firstValue("Candor-Receipt")
                                    .orElseThrow())))
                    .leaf()
                    .id()
                    .partition();
        }
    }

    @Test
    void haltsItsPartitionAloneAndSaysWhatToDo(CassandraServer server, CassandraKeyspace keyspace) throws Exception {
        CassandraNodes nodes = new CassandraNodes(folder, server, keyspace);
        String two = "candor.node.partitions = 2\n";
        Workload workload = Workload.of("tampered");
        List<Answered> answers = new ArrayList<>();
        try (TestNode node = nodes.start("node", "", TestNode.Launch.shipped(), two);
                NodeClient client = node.client()) {
            node.register(client, Workload.MODEL);
            for (int i = 0; i < KEYS; i++) {
                InferCall call = workload.call(2L * i);
                answers.add(new Answered(call, answered(client, call)));
            }
            node.jvm().stop(LIMIT);
        }
        assertThat(answers).extracting(Answered::partition).contains(0, 1);
        tamper(server, keyspace);
        try (TestNode node = nodes.start("node", "", TestNode.Launch.shipped(), two);
                NodeClient client = node.client()) {
            TestNode.awaitModel(client, Workload.MODEL);
            for (Answered each : answers) {
                if (each.partition() != TAMPERED) {
                    assertThat(answered(client, each.call()).body())
                            .isEqualTo(each.answer().body());
                }
            }
            Path log = node.dataDir().resolve("node.log");
            Await.until(
                    LIMIT,
                    "the operator is told",
                    () -> Files.readString(log)
                            .contains("partition-" + TAMPERED
                                    + ": the journal is not what this partition's owners wrote"));
            for (Answered each : answers) {
                if (each.partition() == TAMPERED) {
                    HttpResponse<byte[]> refused = ask(client, each.call());
                    assertThat(refused.statusCode()).isEqualTo(503);
                    assertThat(new String(refused.body(), StandardCharsets.UTF_8))
                            .contains("JOURNAL_UNAVAILABLE");
                }
            }
        }
    }

    private static HttpResponse<byte[]> ask(NodeClient client, InferCall call) throws Exception {
        return client.infer(call).get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    /** After a start partitions come one after the other. */
    private static HttpResponse<byte[]> answered(NodeClient client, InferCall call) throws Exception {
        List<HttpResponse<byte[]>> last = new ArrayList<>();
        Await.until(LIMIT, "the key is answered", () -> {
            last.add(ask(client, call));
            return last.getLast().statusCode() == 200;
        });
        return last.getLast();
    }

    /** One bit of what the second event says of a key; the third does not follow it any more. */
    private static void tamper(CassandraServer server, CassandraKeyspace keyspace) {
        String table = keyspace.name() + ".messages";
        String id = "partition-" + TAMPERED;
        try (CqlSession session = server.connect()) {
            List<Row> rows = session.execute(SimpleStatement.newInstance(
                            "SELECT sequence_nr, timestamp, event FROM " + table
                                    + " WHERE persistence_id = ? AND partition_nr = 0",
                            id))
                    .all();
            assertThat(rows).hasSizeGreaterThan(2);
            byte[] event = ByteUtils.getArray(rows.get(1).getByteBuffer("event"));
            event[event.length - 1] ^= 1;
            session.execute(SimpleStatement.newInstance(
                    "UPDATE " + table
                            + " SET event = ? WHERE persistence_id = ? AND partition_nr = 0 AND sequence_nr = ? AND timestamp = ?",
                    ByteBuffer.wrap(event),
                    id,
                    rows.get(1).getLong("sequence_nr"),
                    rows.get(1).getUuid("timestamp")));
        }
    }
}
