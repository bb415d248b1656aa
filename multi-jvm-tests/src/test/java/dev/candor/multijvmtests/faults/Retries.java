package dev.candor.multijvmtests.faults;

import dev.candor.cluster.client.InferCall;
import dev.candor.cluster.client.NodeClient;
import dev.candor.cluster.launch.NodeAddress;
import dev.candor.multijvmtests.harness.Linearizability.Answered;
import dev.candor.multijvmtests.harness.Linearizability.Conflict;
import dev.candor.multijvmtests.harness.Linearizability.Operation;
import dev.candor.multijvmtests.harness.Linearizability.Outcome;
import dev.candor.multijvmtests.harness.Linearizability.Unknown;
import dev.candor.multijvmtests.harness.Workload;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * Callers that ask under the same keys at the same time, each through another node, now and then with another request: what they saw, for the checker of
 * linearizability. Each caller is a thread that takes its keys from a list that all have, so that several are at the same key at about the same time.
 */
final class Retries implements AutoCloseable {
    private static final int CALLERS = 4;
    private static final int ODD_ONE = 7;
    private static final Duration GIVEN_UP = Duration.ofSeconds(5);
    private static final long GAP_NANOS = 60_000_000;

    private final Workload workload;
    private final List<Path> nodes;
    private final Queue<Operation> history = new ConcurrentLinkedQueue<>();
    private final Map<URI, NodeClient> clients = new ConcurrentHashMap<>();
    private final List<Thread> callers = new ArrayList<>();
    private volatile boolean stopping;

    private Retries(Workload workload, List<Path> nodes) {
        this.workload = workload;
        this.nodes = nodes;
    }

    /** Starts the callers. */
    static Retries start(String run, List<Path> nodes, long seed) throws IOException {
        Retries retries = new Retries(Workload.of(run), nodes);
        for (int caller = 0; caller < CALLERS; caller++) {
            int number = caller;
            Random random = new Random(seed + caller);
            retries.callers.add(
                    Thread.ofPlatform().daemon().name("caller-" + caller).start(() -> retries.ask(number, random)));
        }
        return retries;
    }

    /** Lets them end; what they saw. */
    List<Operation> stop() throws InterruptedException {
        stopping = true;
        for (Thread caller : callers) {
            caller.join();
        }
        return List.copyOf(history);
    }

    private void ask(int caller, Random random) {
        for (long turn = 0; !stopping; turn++) {
            // Each key is asked for eight times: by all, in two turns that are some keys apart.
            long key = turn % 2 == 0 ? turn / 2 : Math.max(0, turn / 2 - 3);
            int request = random.nextInt(ODD_ONE) == 0 ? 1 : 0;
            Path node = nodes.get((int) ((caller + turn) % nodes.size()));
            long start = System.nanoTime();
            String name = workload.run() + "-retries-" + key;
            Outcome outcome = asked(node, name, 2 * key + request);
            history.add(new Operation(name, request, start, System.nanoTime(), outcome));
            LockSupport.parkNanos(GAP_NANOS / 2 + random.nextLong(GAP_NANOS));
        }
    }

    private Outcome asked(Path node, String key, long number) {
        try {
            Optional<NodeAddress> address = NodeAddress.read(node);
            if (address.isEmpty()) {
                return new Unknown();
            }
            InferCall call = workload.call(number).withKey(key);
            NodeClient client =
                    clients.computeIfAbsent(address.get().http(), base -> new NodeClient(base, Optional.empty()));
            HttpResponse<byte[]> response = client.infer(call).get(GIVEN_UP.toMillis(), TimeUnit.MILLISECONDS);
            return switch (response.statusCode()) {
                case 200 ->
                    new Answered(response.headers().firstValue("Candor-Receipt").orElseThrow());
                case 409 -> new Conflict();
                default -> new Unknown();
            };
        } catch (IOException | ExecutionException | TimeoutException e) {
            return new Unknown();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stopping = true;
            return new Unknown();
        }
    }

    @Override
    public void close() {
        // The callers are daemons that see it within a call's time.
        stopping = true;
        clients.values().forEach(NodeClient::close);
    }
}
