package dev.candor.multijvmtests.faults;

import dev.candor.actors.receipt.SigningKey;
import dev.candor.actors.receipt.TrustFile;
import dev.candor.actors.receipt.TrustedKey;
import dev.candor.actors.value.Digest;
import dev.candor.cluster.client.NodeClient;
import dev.candor.multijvmtests.cassandra.CassandraServer;
import dev.candor.multijvmtests.harness.Acknowledgement;
import dev.candor.multijvmtests.harness.Await;
import dev.candor.multijvmtests.harness.FaultyTransport;
import dev.candor.multijvmtests.harness.HistoryChecker;
import dev.candor.multijvmtests.harness.JournalContent;
import dev.candor.multijvmtests.harness.Linearizability;
import dev.candor.multijvmtests.harness.Recorder;
import dev.candor.multijvmtests.harness.TestNode;
import dev.candor.multijvmtests.harness.Workload;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/**
 * A cluster over one journal, under the load of clients outside it, to which faults are done: nodes {@code a}, {@code b} and {@code c} own partitions and take
 * requests, {@code c} and {@code d} run models. Not thread-safe.
 */
final class Stage implements AutoCloseable {
    /** Nodes that own partitions and take requests. */
    static final List<String> CORE = List.of("a", "b", "c");

    /** Nodes that join later. */
    static final List<String> MORE = List.of("e", "f");

    /** Requests a second. */
    static final int RATE = 60;

    /** For anything to happen, on a machine that is busy with other things. */
    static final Duration LIMIT = Duration.ofMinutes(3);

    private static final String ROLES_OF_CORE = "candor.node.roles = [gateway, core]\n";
    private static final String ROLES_OF_ALL = "candor.node.roles = [gateway, core, cpu]\n";
    private static final String ROLES_OF_EXECUTOR = "candor.node.roles = [cpu]\n";

    private final CassandraNodes nodes;
    private final String settings;
    private final Map<String, TestNode> running = new LinkedHashMap<>();
    private final Recorder recorder;
    private final Retries retries;
    private final TrustFile trust;

    private Stage(CassandraNodes nodes, String settings, long seed) throws Exception {
        this.nodes = nodes;
        this.settings = settings;
        for (String name : List.of("a", "b", "c", "d")) {
            start(name);
        }
        try (NodeClient client = running.get("a").client()) {
            running.get("a").register(client, Workload.MODEL);
            trust = TrustFile.EMPTY
                    .forNetwork(
                            Digest.ofHex(client.get("/health").path("network").asText()))
                    .with(TrustedKey.of(
                            SigningKey.load(nodes.folder().resolve("executor.pem"))
                                    .publicKey(),
                            TrustedKey.Role.EXECUTOR));
        }
        String run = "stage-" + Long.toHexString(seed);
        recorder = Recorder.start(nodes.folder(), run, RATE, folders());
        retries = Retries.start(run, folders(), seed);
        recorder.go();
        awaitWhole();
        awaitAnswers(100);
    }

    /**
     * A cluster that is whole and answers.
     *
     * @param settings of every node, above what the stage needs
     */
    static Stage open(CassandraNodes nodes, String settings, long seed) throws Exception {
        return new Stage(nodes, settings, seed);
    }

    private List<Path> folders() {
        List<Path> folders = new ArrayList<>();
        CORE.forEach(name -> folders.add(nodes.folder().resolve(name)));
        MORE.forEach(name -> folders.add(nodes.folder().resolve(name)));
        return folders;
    }

    /** The journal. */
    CassandraServer cassandra() {
        return nodes.server();
    }

    /** Starts a node, which joins those that run, or founds the cluster where none does; waits until it serves. */
    void start(String name) throws Exception {
        String seed = "";
        for (TestNode each : running.values()) {
            if (each.jvm().alive()) {
                seed = each.awaitReady().pekko();
            }
        }
        TestNode node =
                nodes.start(name, seed, TestNode.Launch.shipped(), FaultyTransport.SETTINGS + roles(name) + settings);
        running.put(name, node);
        node.awaitReady();
    }

    private static String roles(String name) {
        return switch (name) {
            case "c" -> ROLES_OF_ALL;
            case "d" -> ROLES_OF_EXECUTOR;
            default -> ROLES_OF_CORE;
        };
    }

    /** A node that tries to join with settings of its own. */
    TestNode stranger(String name, String more) throws Exception {
        return nodes.start(
                name,
                running.values().iterator().next().awaitReady().pekko(),
                TestNode.Launch.shipped(),
                FaultyTransport.SETTINGS + roles(name) + settings + more);
    }

    /** SIGKILL. */
    void kill(String name) throws Exception {
        running.get(name).jvm().kill9();
        forget(name);
    }

    /** SIGTERM, and waits until it is gone. */
    void stop(String name) throws Exception {
        running.get(name).jvm().stop(LIMIT);
        forget(name);
    }

    /** SIGSTOP. */
    void freeze(String name) throws Exception {
        running.get(name).jvm().freeze();
    }

    /** SIGCONT. */
    void thaw(String name) throws Exception {
        running.get(name).jvm().thaw();
    }

    /** Waits until a node's process has ended by itself, as one must that the others have given up. */
    void awaitEnded(String name) throws Exception {
        awaitEnded(name, LIMIT);
    }

    /** The same with a limit of its own. */
    void awaitEnded(String name, Duration limit) throws Exception {
        running.get(name).jvm().awaitEnd(limit);
        forget(name);
    }

    private void forget(String name) {
        running.remove(name).close();
    }

    /** Drops everything between the nodes of different groups, both ways. */
    void partition(List<List<String>> groups) throws Exception {
        for (int group = 0; group < groups.size(); group++) {
            for (int other = 0; other < groups.size(); other++) {
                if (group != other) {
                    for (String from : groups.get(group)) {
                        for (String to : groups.get(other)) {
                            tell(from, "cut", to);
                        }
                    }
                }
            }
        }
    }

    /** Tells a node what to do with its connections to another: {@code cut}, {@code cut-sending}, {@code mend}. */
    void tell(String from, String what, String to) throws Exception {
        String answer = FaultyTransport.tell(
                running.get(from).dataDir(),
                what + " " + running.get(to).awaitReady().pekko());
        if (!answer.equals("done")) {
            throw new IOException(from + " was told to " + what + " " + to + " and said: " + answer);
        }
    }

    /** The names of the nodes that run. */
    List<String> running() {
        return List.copyOf(running.keySet());
    }

    /** Waits until each of these nodes sees exactly {@code members} members, all of them up. */
    void awaitMembers(Collection<String> names, int members) throws Exception {
        Await.until(
                LIMIT,
                names + " see " + members + " members, all up",
                () -> names.stream().allMatch(name -> sees(name, members)));
    }

    /** Waits until every node that runs sees all of them. */
    void awaitWhole() throws Exception {
        awaitMembers(running(), running.size());
    }

    /** The same, and starts again whoever was given up and ended by itself, as a supervisor would; not before the others are agreed. */
    void awaitRecovered() throws Exception {
        Await.until(LIMIT, "the cluster is whole again", () -> {
            List<String> alive = running().stream()
                    .filter(name -> running.get(name).jvm().alive())
                    .toList();
            if (!alive.stream().allMatch(name -> sees(name, alive.size()))) {
                return false;
            }
            for (String name : running()) {
                if (!alive.contains(name)) {
                    System.out.println(name + " had ended and is started again");
                    forget(name);
                    start(name);
                }
            }
            return running().stream().allMatch(name -> sees(name, running.size()));
        });
    }

    private boolean sees(String name, int members) {
        try {
            return FaultyTransport.tell(running.get(name).dataDir(), "members").equals(members + " " + members);
        } catch (IOException e) {
            // It is on its way down, or not yet up.
            return false;
        }
    }

    /** Waits until clients have so many answers more. */
    void awaitAnswers(int more) throws Exception {
        recorder.awaitAcknowledged(recorder.history().size() + more, LIMIT);
    }

    /** What clients saw since {@code since}, in milliseconds since 1970. */
    Seen seenSince(long since) throws IOException {
        return Seen.of(
                recorder.calls().stream().filter(each -> each.end() >= since).toList(), since);
    }

    /** What is wrong with what was acknowledged by now, held against the journal as it is. */
    List<String> violations() throws Exception {
        List<Acknowledgement> history = recorder.history();
        List<String> wrong = new ArrayList<>();
        for (int tries = 0; ; tries++) {
            try {
                wrong.addAll(HistoryChecker.violations(history, JournalContent.read(nodes.reader()), trust));
                return wrong;
            } catch (TimeoutException e) {
                // Reading goes on beside everything else; an answer that came late says nothing of the journal.
                if (tries == 2) {
                    throw e;
                }
            }
        }
    }

    /** Ends the clients; what no order explains of what they saw of their keys. */
    List<String> unexplained() throws Exception {
        List<Linearizability.Operation> seen = retries.stop();
        System.out.println("retries: " + seen.size() + " calls, " + Linearizability.counts(seen));
        return Linearizability.violations(seen);
    }

    /** Ends the recorder. */
    void finish() throws Exception {
        recorder.stop();
        System.out.println("recorder: " + recorder.summary());
    }

    @Override
    public void close() throws IOException {
        retries.close();
        recorder.close();
        running.values().forEach(TestNode::close);
    }
}
