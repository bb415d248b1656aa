package dev.candor.multijvmtests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.receipt.TrustFile;
import dev.candor.actors.value.Bytes;
import dev.candor.cluster.client.NodeClient;
import dev.candor.multijvmtests.cassandra.CassandraKeyspace;
import dev.candor.multijvmtests.cassandra.CassandraServer;
import dev.candor.multijvmtests.cassandra.RequiresCassandra;
import dev.candor.multijvmtests.harness.Acknowledgement;
import dev.candor.multijvmtests.harness.Await;
import dev.candor.multijvmtests.harness.HistoryChecker;
import dev.candor.multijvmtests.harness.JournalContent;
import dev.candor.multijvmtests.harness.Recorder;
import dev.candor.multijvmtests.harness.Replays;
import dev.candor.multijvmtests.harness.TestNode;
import dev.candor.multijvmtests.harness.Workload;
import dev.candor.multijvmtests.mutants.MutantNode;
import dev.candor.persistence.partition.PartitionEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two live nodes believe that they own the same partitions: each is a cluster of its own over one journal. The first stands still under load until the
 * second has taken over, then goes on where it stood.
 */
@Timeout(900)
@RequiresCassandra
final class TwoWritersIT {
    private static final int RATE = 100;
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final String RUN = "two-writers";
    /** Even, so that a request with a key stays one. */
    private static final long SECOND_CLIENT = 1_000_000_000L;

    @TempDir
    private Path folder;

    /** What came of it: all answers of both nodes, and those of the first that left after it went on. */
    private record Outcome(List<Acknowledgement> first, List<Acknowledgement> second, List<Acknowledgement> late) {}

    @Test
    void onlyOneOfTwoLiveWritersAcknowledges(CassandraServer server, CassandraKeyspace keyspace) throws Exception {
        CassandraNodes nodes = new CassandraNodes(folder, server, keyspace);
        Outcome outcome = takeover(nodes, TestNode.Launch.shipped());
        List<Acknowledgement> history = merged(outcome);
        TrustFile trust;
        try (TestNode fresh = nodes.start("fresh", "", TestNode.Launch.shipped());
                NodeClient client = fresh.client()) {
            Files.copy(folder.resolve("executor.pem"), folder.resolve("fresh").resolve("executor.pem"));
            trust = fresh.trust(client);
            client.upload(Workload.models().resolve(Workload.MODEL + ".pt"));
            TestNode.awaitModel(client, Workload.MODEL);
            assertThat(Replays.differences(client, Workload.of(RUN), history)).isEmpty();
            fresh.jvm().stop(LIMIT);
        }
        JournalContent journal = JournalContent.read(nodes.reader());
        System.out.println(outcome.first().size() + " + " + outcome.second().size() + " answers, journal: "
                + journal.entries().size() + " receipts, " + journal.epochs() + " epochs, " + journal.voided()
                + " void events, " + outcome.late().size() + " answers after the first node went on");
        assertThat(unfounded(outcome.late(), journal)).isEmpty();
        assertThat(HistoryChecker.violations(history, journal, trust)).isEmpty();
    }

    @Test
    void catchesTheMutantThatIgnoresTheLease(CassandraServer server, CassandraKeyspace keyspace) throws Exception {
        CassandraNodes nodes = new CassandraNodes(folder, server, keyspace);
        Outcome outcome = takeover(
                nodes,
                TestNode.Launch.shipped().as(MutantNode.class.getName(), MutantNode.Mutant.IGNORE_THE_LEASE.name()));
        assertThat(unfounded(outcome.late(), JournalContent.read(nodes.reader())))
                .isNotEmpty();
    }

    /**
     * Answers that the chain does not bear. A node may stand still after the commit of an answer and before the answer leaves: such an answer is in the
     * chain before the takeover, the new owner honours it, and it may leave at any time. What a node that was taken over commits later is in no chain.
     */
    private static List<Acknowledgement> unfounded(List<Acknowledgement> late, JournalContent journal) {
        Set<Bytes> chain =
                journal.entries().stream().map(PartitionEvent.Entry::receipt).collect(Collectors.toSet());
        return late.stream().filter(each -> !chain.contains(each.receipt())).toList();
    }

    private Outcome takeover(CassandraNodes nodes, TestNode.Launch launch) throws Exception {
        Path clients = Files.createDirectories(folder.resolve("clients"));
        try (TestNode first = nodes.start("first", "", launch);
                NodeClient firstClient = first.client()) {
            first.register(firstClient, Workload.MODEL);
            try (TestNode second = nodes.start("second", "", TestNode.Launch.shipped());
                    NodeClient secondClient = second.client();
                    Recorder firstRecorder = recorder(clients, "first");
                    Recorder secondRecorder = recorder(clients, "second")) {
                secondClient.upload(Workload.models().resolve(Workload.MODEL + ".pt"));
                TestNode.awaitModel(secondClient, Workload.MODEL);
                firstRecorder.go();
                firstRecorder.awaitAcknowledged(300, LIMIT);
                first.jvm().freeze();
                secondRecorder.go();
                secondRecorder.awaitAcknowledged(300, LIMIT);
                int before = firstRecorder.history().size();
                first.jvm().thaw();
                assertThat(firstClient.status("/v2/health/live")).isEqualTo(200);
                int enough = secondRecorder.history().size() + 600;
                Await.until(
                        LIMIT,
                        "the second node answers on, or the first one does so too",
                        () -> secondRecorder.history().size() >= enough
                                || firstRecorder.history().size() >= before + 200);
                List<Acknowledgement> ofSecond = secondRecorder.stop();
                List<Acknowledgement> ofFirst = firstRecorder.history();
                first.jvm().kill9();
                second.jvm().kill9();
                return new Outcome(ofFirst, ofSecond, List.copyOf(ofFirst.subList(before, ofFirst.size())));
            }
        }
    }

    /** Clients that use the same keys. */
    private Recorder recorder(Path clients, String node) throws Exception {
        return Recorder.start(Files.createDirectories(clients.resolve(node)), RUN, RATE, List.of(folder.resolve(node)));
    }

    /** One history of both: what both were answered under a key is the same, what has no key is two requests. */
    private static List<Acknowledgement> merged(Outcome outcome) {
        Map<Long, Acknowledgement> keyed = new HashMap<>();
        List<Acknowledgement> merged = new ArrayList<>(outcome.first());
        outcome.first().forEach(each -> keyed.put(each.number(), each));
        for (Acknowledgement each : outcome.second()) {
            Acknowledgement earlier = Workload.keyed(each.number()) ? keyed.get(each.number()) : null;
            if (earlier != null) {
                assertThat(each)
                        .as("the second node's answer under a key of the first")
                        .isEqualTo(earlier);
            } else {
                long number = Workload.keyed(each.number()) ? each.number() : each.number() + SECOND_CLIENT;
                merged.add(new Acknowledgement(number, each.id(), each.body(), each.receipt()));
            }
        }
        return merged;
    }
}
