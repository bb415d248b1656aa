package dev.candor.multijvmtests.faults;

import dev.candor.actors.receipt.TrustFile;
import dev.candor.cluster.client.NodeClient;
import dev.candor.cluster.client.NodeException;
import dev.candor.multijvmtests.harness.Acknowledgement;
import dev.candor.multijvmtests.harness.Await;
import dev.candor.multijvmtests.harness.HistoryChecker;
import dev.candor.multijvmtests.harness.JournalContent;
import dev.candor.multijvmtests.harness.Recorder;
import dev.candor.multijvmtests.harness.Replays;
import dev.candor.multijvmtests.harness.TestNode;
import dev.candor.multijvmtests.harness.Workload;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * A node under load is killed at a random moment, over and over. A recorder outside keeps sending through all of it. After each kill the journal is read as
 * it lies there and held against the recorder's history; then the node is started again and everything under a key is asked again.
 */
final class KillNine implements AutoCloseable {
    /** Requests a second; more than 200 even if the recorder is late now and then. */
    static final int RATE = 250;

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int FEWEST_ANSWERS = 200;
    private static final int MOST_ANSWERS = 500;
    private static final long LAST_MOMENT_NANOS = 20_000_000;

    private final Path dataDir;
    private final TestNode.Launch launch;
    private final Random random;
    private final Workload workload;
    private final Recorder recorder;
    private TestNode node;
    private NodeClient client;
    private final TrustFile trust;
    private int replayed;

    private KillNine(
            Path dataDir, TestNode.Launch launch, Random random, Workload workload, Recorder recorder, TestNode node)
            throws Exception {
        this.dataDir = dataDir;
        this.launch = launch;
        this.random = random;
        this.workload = workload;
        this.recorder = recorder;
        this.node = node;
        this.client = node.client();
        node.register(client, Workload.MODEL);
        this.trust = node.trust(client);
    }

    /** What is done with a node before anything is sent to it. */
    @FunctionalInterface
    interface Preparation {
        void of(Path dataDir) throws Exception;
    }

    /** A node and its recorder, which begins to send. */
    static KillNine start(Path folder, TestNode.Launch launch, long seed) throws Exception {
        return start(folder, launch, seed, _ -> {});
    }

    /** As above, once the node is prepared. */
    static KillNine start(Path folder, TestNode.Launch launch, long seed, Preparation first) throws Exception {
        Path dataDir = folder.resolve("node");
        String run = "run-" + Long.toHexString(seed);
        TestNode node = TestNode.start(dataDir, launch);
        Recorder recorder = Recorder.start(folder, run, RATE, List.of(dataDir));
        KillNine scenario = new KillNine(dataDir, launch, new Random(seed), Workload.of(run), recorder, node);
        first.of(dataDir);
        recorder.go();
        return scenario;
    }

    /** One kill, and the state of the journal right after it: what is wrong. */
    List<String> killAndRead() throws Exception {
        long before = recorder.history().size();
        long target = before + FEWEST_ANSWERS + random.nextInt(MOST_ANSWERS - FEWEST_ANSWERS);
        long since = System.nanoTime();
        recorder.awaitAcknowledged(target, LIMIT);
        LockSupport.parkNanos(random.nextLong(LAST_MOMENT_NANOS));
        node.jvm().kill9();
        client.close();
        double seconds = (System.nanoTime() - since) / 1e9;
        List<Acknowledgement> history = recorder.history();
        JournalContent journal = JournalContent.read(dataDir);
        System.out.printf(
                Locale.ROOT,
                "killed after %d answers in %.1f s; journal: %d receipts, %d epochs%n",
                history.size() - before,
                seconds,
                journal.entries().size(),
                journal.epochs());
        return HistoryChecker.violations(history, journal, trust);
    }

    /** One kill whatever was answered, and the node's return. */
    void killAndRestart() throws Exception {
        node.jvm().kill9();
        client.close();
        node = TestNode.start(dataDir, launch);
        client = node.client();
        TestNode.awaitModel(client, Workload.MODEL);
    }

    /** Waits until the node answers one of the workload's requests with this code of a refusal. */
    void awaitRefused(String code) throws Exception {
        Await.until(LIMIT, "a request is refused with " + code, () -> {
            HttpResponse<byte[]> response = client.infer(workload.call(0)).get();
            try {
                NodeClient.refuseFailure(response);
                return false;
            } catch (NodeException e) {
                return e.code().equals(code);
            }
        });
    }

    /** Starts the node again and asks for the answers of the last kill's round, or of all: what came back otherwise. */
    List<String> restartAndReplay(boolean all) throws Exception {
        List<Acknowledgement> history = recorder.history();
        node = TestNode.start(dataDir, launch);
        client = node.client();
        TestNode.awaitModel(client, Workload.MODEL);
        List<Acknowledgement> part = all ? history : history.subList(replayed, history.size());
        replayed = history.size();
        return Replays.differences(client, workload, part);
    }

    /** Stops everything in order and holds the whole history against the journal. */
    List<String> finish() throws Exception {
        List<Acknowledgement> history = recorder.stop();
        client.close();
        node.jvm().stop(LIMIT);
        JournalContent journal = JournalContent.read(dataDir);
        System.out.printf(
                Locale.ROOT,
                "recorder: %s%njournal: %d receipts, %d epochs, %d void events%n",
                recorder.summary(),
                journal.entries().size(),
                journal.epochs(),
                journal.voided());
        return HistoryChecker.violations(history, journal, trust);
    }

    /** What the recorder was answered. */
    List<Acknowledgement> history() throws Exception {
        return recorder.history();
    }

    @Override
    public void close() throws IOException {
        client.close();
        node.close();
        recorder.close();
    }
}
