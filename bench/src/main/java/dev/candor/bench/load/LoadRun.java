package dev.candor.bench.load;

import dev.candor.bench.measure.MachineCpu;
import dev.candor.bench.measure.ProcessCpu;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** The state of one run. Confined to the event loop, but for {@link #result()}. */
final class LoadRun {
    private static final long MOST_NANOS = TimeUnit.MINUTES.toNanos(2);

    private enum Phase {
        OPENING,
        WARM_UP,
        WINDOW,
        DRAINING
    }

    private final LoadPlan plan;
    private final EventLoop loop;
    private final BiConsumer<LoadRun, EventLoop> connect;
    private final CompletableFuture<LoadResult> result = new CompletableFuture<>();
    private final Set<LoadConnection> connections = new HashSet<>();
    private final Histogram latency = new Histogram(MOST_NANOS, 3);
    private final SortedMap<String, Long> failures = new TreeMap<>();
    private final SortedMap<String, Long> wrong = new TreeMap<>();
    private final Map<String, Double> timings = new TreeMap<>();
    private Phase phase = Phase.OPENING;
    private int next;
    private long requests;
    private long judged;
    private long timed;
    private @Nullable Spent begin;
    private @Nullable Spent end;

    LoadRun(LoadPlan plan, EventLoop loop, BiConsumer<LoadRun, EventLoop> connect) {
        this.plan = plan;
        this.loop = loop;
        this.connect = connect;
    }

    LoadPlan plan() {
        return plan;
    }

    /** Completes when the last answer of the run is there. */
    CompletableFuture<LoadResult> result() {
        return result;
    }

    void open() {
        for (int i = 0; i < plan.connections(); i++) {
            connect.accept(this, loop);
        }
    }

    void opened(LoadConnection connection) {
        connections.add(connection);
        if (phase == Phase.OPENING) {
            if (connections.size() == plan.connections()) {
                phase = Phase.WARM_UP;
                after(plan.warmUp(), this::beginWindow);
                // A connection that fails at once takes itself out of the set.
                Set.copyOf(connections).forEach(this::send);
            }
        } else if (phase == Phase.DRAINING) {
            connection.close();
        } else {
            send(connection);
        }
    }

    private void send(LoadConnection connection) {
        int number = next++;
        connection.send(
                plan.calls().get(Math.floorMod(number, plan.calls().size())),
                Math.floorMod(number, plan.sampleEvery()) == 0);
    }

    private void after(Duration delay, Runnable step) {
        loop.schedule(step, delay.toNanos(), TimeUnit.NANOSECONDS).addListener(ran -> {
            if (!ran.isSuccess()) {
                fail(ran.cause());
            }
        });
    }

    private void beginWindow() {
        try {
            begin = Spent.now(plan);
            phase = Phase.WINDOW;
            after(plan.window(), this::endWindow);
        } catch (IOException e) {
            fail(e);
        }
    }

    private void endWindow() {
        if (phase != Phase.WINDOW) {
            return;
        }
        try {
            end = Spent.now(plan);
            phase = Phase.DRAINING;
            finishIfQuiet();
        } catch (IOException e) {
            fail(e);
        }
    }

    void judge(PreparedCall call, SampledAnswer answer, @Nullable String timing) {
        if (phase != Phase.WINDOW) {
            return;
        }
        judged++;
        Optional<String> problem = call.check().problem(answer);
        problem.ifPresent(what -> wrong.merge(what, 1L, Long::sum));
        if (timing != null) {
            timed++;
            ServerTiming.parse(timing).forEach((name, millis) -> timings.merge(name, millis, Double::sum));
        }
    }

    void answered(LoadConnection connection, int status, long nanos) {
        if (phase == Phase.WINDOW) {
            if (status == 200) {
                requests++;
                latency.recordValue(Math.min(nanos, MOST_NANOS));
            } else {
                failures.merge("status " + status, 1L, Long::sum);
            }
            if (requests == plan.most()) {
                endWindow();
            }
        }
        if (phase == Phase.DRAINING) {
            finishIfQuiet();
        } else {
            send(connection);
        }
    }

    void lost(String why) {
        if (phase != Phase.DRAINING) {
            failures.merge(why, 1L, Long::sum);
        }
    }

    void closed(LoadConnection connection) {
        connections.remove(connection);
        if (phase == Phase.DRAINING) {
            finishIfQuiet();
        } else {
            lost("a connection that the server closed");
            connect.accept(this, loop);
        }
    }

    void fail(Throwable cause) {
        result.completeExceptionally(cause);
    }

    void close() {
        phase = Phase.DRAINING;
        Set.copyOf(connections).forEach(LoadConnection::close);
    }

    private void finishIfQuiet() {
        Spent from = begin;
        Spent to = end;
        if (!result.isDone()
                && from != null
                && to != null
                && connections.stream().noneMatch(LoadConnection::waits)) {
            result.complete(resultOf(to.since(from)));
        }
    }

    private LoadResult resultOf(Spent spent) {
        SortedMap<String, Double> cpu = new TreeMap<>();
        spent.servers().forEach((name, micros) -> cpu.put(name, (double) micros / Math.max(1, requests)));
        timings.replaceAll((name, sum) -> sum * 1000 / timed);
        return new LoadResult(
                requests,
                spent.nanos() / 1e9,
                failures,
                judged,
                wrong,
                new LoadResult.Latency(
                        latency.getValueAtPercentile(50) / 1e3,
                        latency.getValueAtPercentile(90) / 1e3,
                        latency.getValueAtPercentile(99) / 1e3,
                        latency.getValueAtPercentile(99.9) / 1e3,
                        latency.getMaxValue() / 1e3,
                        latency.getMean() / 1e3),
                cpu,
                (double) spent.driver() / Math.max(1, requests),
                spent.others(),
                timings);
    }

    /** Clock and processor times at one instant, or between two. Microseconds but for the clock. */
    private record Spent(long nanos, Map<String, Long> servers, long driver, MachineCpu machine) {
        static Spent now(LoadPlan plan) throws IOException {
            Map<String, Long> servers = new TreeMap<>();
            for (Map.Entry<String, Long> server : plan.servers().entrySet()) {
                servers.put(server.getKey(), ProcessCpu.micros(server.getValue()));
            }
            return new Spent(System.nanoTime(), servers, ProcessCpu.ownMicros(), MachineCpu.now());
        }

        Spent since(Spent earlier) {
            Map<String, Long> spent = new TreeMap<>(servers);
            spent.replaceAll((name, micros) -> micros - earlier.servers.getOrDefault(name, 0L));
            return new Spent(nanos - earlier.nanos, spent, driver - earlier.driver, machine.since(earlier.machine));
        }

        double others() {
            long ours = driver
                    + servers.values().stream().mapToLong(Long::longValue).sum();
            double all = nanos / 1e3 * Runtime.getRuntime().availableProcessors();
            return Math.max(0, (machine.busyMicros() + machine.stolenMicros() - ours) / all);
        }
    }
}
