package dev.candor.multijvmtests.harness;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.value.RequestId;
import dev.candor.cluster.client.NodeClient;
import dev.candor.cluster.client.NodeException;
import dev.candor.cluster.launch.NodeAddress;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A client process that knows nothing but what it was answered. It sends the requests of a {@link Workload} at a steady rate, whether or not they are
 * answered, to one node after the other, and writes each answer to its history as soon as it has it, and what came of each attempt beside it. A request with
 * a key whose outcome it does not know it sends again; one without it lets go. It finds a restarted node by the address file in the node's data folder, and
 * passes over one that has none.
 *
 * <p>Arguments: history file, run, requests a second, port of the {@link Barriers}, data folders of nodes. It starts at the barrier {@code start} and
 * stops at {@code stop}.
 */
public final class AcknowledgementRecorder {
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final Duration LAST_ANSWERS = Duration.ofSeconds(20);
    private static final int IN_FLIGHT = 256;
    private static final long DOWN_GAP_NANOS = 50_000_000;

    private final Workload workload;
    private final List<Path> nodes;
    private final FileChannel history;
    private final FileChannel calls;
    private final Semaphore slots = new Semaphore(IN_FLIGHT);
    private final ConcurrentLinkedQueue<Long> again = new ConcurrentLinkedQueue<>();
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final long gapNanos;
    private volatile boolean stopping;
    /** Attempts without an answer, one after the other. */
    private final AtomicInteger misses = new AtomicInteger();

    private AcknowledgementRecorder(
            Workload workload, List<Path> nodes, FileChannel history, FileChannel calls, long rate) {
        this.workload = workload;
        this.nodes = nodes;
        this.history = history;
        this.calls = calls;
        this.gapNanos = 1_000_000_000L / rate;
    }

    /** Runs it. */
    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[3]);
        Path file = Path.of(arguments[0]);
        try (FileChannel history = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                FileChannel calls =
                        FileChannel.open(calls(file), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            AcknowledgementRecorder recorder = new AcknowledgementRecorder(
                    Workload.of(arguments[1]),
                    Stream.of(arguments).skip(4).map(Path::of).toList(),
                    history,
                    calls,
                    Long.parseLong(arguments[2]));
            Barriers.meet(port, "start", LIMIT);
            Thread sender = Thread.ofPlatform().name("sender").start(recorder::send);
            Barriers.meet(port, "stop", LIMIT);
            recorder.stopping = true;
            sender.join();
        }
    }

    /** Where the attempts of a history are. */
    static Path calls(Path history) {
        return history.resolveSibling("calls-" + history.getFileName());
    }

    private void send() {
        NodeClient[] clients = new NodeClient[nodes.size()];
        long next = 0;
        long due = System.nanoTime();
        long sent = 0;
        while (!stopping) {
            // After a pause of this process it does not catch up: the rate is never above the one asked for.
            due = Math.max(due + (down() ? DOWN_GAP_NANOS : gapNanos), System.nanoTime() - gapNanos);
            for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
                LockSupport.parkNanos(wait);
            }
            if (!slots.tryAcquire()) {
                continue;
            }
            Long retry = sent % 2 == 1 ? again.poll() : null;
            long number = retry == null ? next++ : retry;
            send(clients, (int) (sent++ % nodes.size()), number);
        }
        try {
            if (!slots.tryAcquire(IN_FLIGHT, LAST_ANSWERS.toMillis(), TimeUnit.MILLISECONDS)) {
                System.out.println("some requests were not answered in the end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        System.out.println(
                "sent " + sent + ", acknowledged " + acknowledged + ", without an answer or refused " + failed);
        for (NodeClient client : clients) {
            if (client != null) {
                client.close();
            }
        }
    }

    /** A client of the node's present address; of none where it has none. */
    private Optional<NodeClient> client(NodeClient[] clients, int node) {
        try {
            Optional<URI> base = NodeAddress.read(nodes.get(node)).map(NodeAddress::http);
            if (base.isPresent()
                    && (clients[node] == null || !clients[node].base().equals(base.get()))) {
                // The old one is left to its requests under way; they fail by themselves.
                clients[node] = new NodeClient(base.get(), Optional.empty());
            }
            return base.map(_ -> clients[node]);
        } catch (IOException e) {
            // The file is being replaced: the next request looks again.
            return Optional.empty();
        }
    }

    /** Nobody answers: requests then only try whether somebody does again, so that a restart has the processors for itself. */
    private boolean down() {
        return misses.get() >= nodes.size();
    }

    private void send(NodeClient[] clients, int first, long number) {
        long start = System.currentTimeMillis();
        for (int i = 0; i < nodes.size(); i++) {
            int node = (first + i) % nodes.size();
            Optional<NodeClient> client = client(clients, node);
            if (client.isPresent()) {
                var _ = client.get().infer(workload.call(number)).whenComplete((response, error) -> {
                    misses.updateAndGet(before -> response == null ? before + 1 : 0);
                    write(calls, new Call(start, System.currentTimeMillis(), node, number, outcome(response)).toLine());
                    if (response != null && response.statusCode() == 200) {
                        acknowledge(number, response);
                        slots.release();
                    } else {
                        failed(number);
                    }
                });
                return;
            }
        }
        misses.incrementAndGet();
        write(calls, new Call(start, start, first, number, Call.NOTHING).toLine());
        failed(number);
    }

    private static String outcome(@Nullable HttpResponse<byte[]> response) {
        if (response == null) {
            return Call.NOTHING;
        }
        if (response.statusCode() == 200) {
            return Call.ANSWERED;
        }
        try {
            return NodeClient.parse(response.body()).path("code").asText("STATUS_" + response.statusCode());
        } catch (NodeException e) {
            return "STATUS_" + response.statusCode();
        }
    }

    private void failed(long number) {
        failed.incrementAndGet();
        if (Workload.keyed(number)) {
            again.add(number);
        }
        slots.release();
    }

    private void acknowledge(long number, HttpResponse<byte[]> response) {
        Acknowledgement acknowledgement = new Acknowledgement(
                number,
                RequestId.parse(
                        response.headers().firstValue("Candor-Request-Id").orElseThrow()),
                Digest.sha256(Bytes.wrap(response.body())),
                Bytes.wrap(Base64.getUrlDecoder()
                        .decode(response.headers().firstValue("Candor-Receipt").orElseThrow())));
        write(history, acknowledgement.toLine());
        acknowledged.incrementAndGet();
    }

    private static void write(FileChannel file, String text) {
        ByteBuffer line = ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.UTF_8));
        try {
            // One write a line, in append mode: lines of several threads do not mix.
            synchronized (file) {
                while (line.hasRemaining()) {
                    file.write(line);
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("the history cannot be written", e);
        }
    }
}
