package dev.candor.bench.load;

import dev.candor.bench.measure.ProcessMemory;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The state of one run. An open loop's requests are due by its schedule, wait for a free lane if there is none, and what they take counts from when they were
 * due; so a server that stalls is charged for every request that it kept waiting, not only for the few it had.
 *
 * <p>Confined to the event loop, but for {@link #result()}.
 */
final class LoadRun {
    private static final int MOST_WAITING = 1_000_000;
    private static final int MOST_FAILURES_OPENING = 3;
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration LONGEST_DRAIN = Duration.ofSeconds(5);

    private enum Phase {
        OPENING,
        WARM_UP,
        WINDOW,
        DRAINING,
        OVER
    }

    /** Opens lanes; each tells the run when it is open. */
    interface Connector {
        void http(LoadRun run);

        void grpc(LoadRun run, int number);
    }

    private final LoadPlan plan;
    private final EventLoop loop;
    private final Connector connector;
    private final LoadProgress progress;
    private final boolean closed;
    private final CompletableFuture<Measured> result = new CompletableFuture<>();
    private final Recorder recorder;
    private final Shots shots;
    private final SplittableRandom random;
    private final LanePool http = new LanePool();
    private final LanePool grpc = new LanePool();
    private final Set<Lane> lanes = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<Shot> live = Collections.newSetFromMap(new IdentityHashMap<>());
    private final int lanesWanted;
    private Phase phase = Phase.OPENING;
    private @Nullable Schedule schedule;
    private long phaseStart;
    private long windowStart = Long.MAX_VALUE;
    private long windowEnd = Long.MAX_VALUE;
    private long lastTick;
    private int failedOpening;
    private @Nullable Spent begin;
    private @Nullable Spent spent;

    LoadRun(LoadPlan plan, EventLoop loop, Connector connector, LoadProgress progress) {
        this.plan = plan;
        this.loop = loop;
        this.connector = connector;
        this.progress = progress;
        this.closed = plan.traffic().pace() instanceof Pace.Closed;
        this.recorder = new Recorder(plan.traffic().shares());
        this.random = new SplittableRandom(plan.traffic().seed());
        this.shots = new Shots(plan.traffic().shares(), random.split(), plan.sampleEvery());
        this.lanesWanted =
                (uses(HttpCall.class) ? plan.connections() : 0) + (uses(GrpcCall.class) ? plan.connections() : 0);
    }

    private boolean uses(Class<? extends PreparedCall> kind) {
        return plan.traffic().shares().stream()
                .flatMap(share -> share.calls().stream())
                .anyMatch(kind::isInstance);
    }

    LoadPlan plan() {
        return plan;
    }

    /** Completes when the run is over. */
    CompletableFuture<Measured> result() {
        return result;
    }

    void open() {
        for (int i = 0; i < plan.connections(); i++) {
            if (uses(HttpCall.class)) {
                connector.http(this);
            }
            if (uses(GrpcCall.class)) {
                connector.grpc(this, i);
            }
        }
    }

    void opened(Lane lane) {
        lanes.add(lane);
        if (phase == Phase.OVER) {
            lane.close();
            return;
        }
        pool(lane).free(lane);
        if (phase == Phase.OPENING && lanes.size() == lanesWanted) {
            begin();
        }
    }

    private LanePool pool(Lane lane) {
        return lane instanceof GrpcLane ? grpc : http;
    }

    private void begin() {
        enter(Phase.WARM_UP);
        lastTick = phaseStart;
        after(plan.warmUp(), this::beginWindow);
        after(TICK, this::tick);
        if (closed) {
            for (int i = 0; i < plan.connections(); i++) {
                fire(shots.draw(System.nanoTime()));
            }
        } else {
            schedule = new Schedule(plan.traffic().pace(), random.split(), phaseStart);
            arrive();
        }
    }

    private void enter(Phase next) {
        phase = next;
        phaseStart = System.nanoTime();
    }

    private void arrive() {
        Schedule due = schedule;
        if (due == null || (phase != Phase.WARM_UP && phase != Phase.WINDOW)) {
            return;
        }
        long now = System.nanoTime();
        while (due.due() - now <= 0) {
            recorder.lag(now - due.due());
            fire(shots.draw(due.due()));
            due.step();
        }
        if (http.waiting() + grpc.waiting() > MOST_WAITING) {
            fail(new IOException(MOST_WAITING + " requests wait for a connection: offer less, or for a shorter time"));
            return;
        }
        after(Duration.ofNanos(Math.max(0, due.due() - System.nanoTime())), this::arrive);
    }

    private void fire(Shot shot) {
        live.add(shot);
        switch (shot.call()) {
            case HttpCall call -> http.offer(shot);
            case GrpcCall call -> grpc.offer(shot);
        }
    }

    private void after(Duration delay, Runnable step) {
        loop.schedule(step, delay.toNanos(), TimeUnit.NANOSECONDS).addListener(ran -> {
            if (!ran.isSuccess() && !ran.isCancelled()) {
                fail(ran.cause());
            }
        });
    }

    private void tick() {
        if (phase == Phase.OVER) {
            return;
        }
        long now = System.nanoTime();
        int waiting = http.waiting() + grpc.waiting();
        Duration length = switch (phase) {
            case OPENING, OVER -> Duration.ZERO;
            case WARM_UP -> plan.warmUp();
            case WINDOW -> plan.window();
            case DRAINING -> drain();
        };
        progress.seen(recorder.snapshot(
                phase.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'),
                now - phaseStart,
                length,
                (now - lastTick) / 1e9,
                live.size() - waiting,
                waiting));
        lastTick = now;
        after(TICK, this::tick);
    }

    private void beginWindow() {
        try {
            begin = Spent.now(plan.servers());
            enter(Phase.WINDOW);
            windowStart = phaseStart;
            after(plan.window(), this::endWindow);
        } catch (IOException e) {
            fail(e);
        }
    }

    private void endWindow() {
        Spent from = begin;
        if (phase != Phase.WINDOW || from == null) {
            return;
        }
        try {
            spent = Spent.now(plan.servers()).since(from);
            enter(Phase.DRAINING);
            windowEnd = phaseStart;
            if (!closed) {
                after(drain(), this::finish);
            }
            finishIfQuiet();
        } catch (IOException e) {
            fail(e);
        }
    }

    private Duration drain() {
        return plan.window().compareTo(LONGEST_DRAIN) < 0 ? plan.window() : LONGEST_DRAIN;
    }

    /** Whether what the request takes belongs to the figures. */
    private boolean counts(Shot shot) {
        return closed
                ? phase == Phase.WINDOW
                : shot.due() - windowStart >= 0 && windowStart != Long.MAX_VALUE && shot.due() - windowEnd < 0;
    }

    /** The answer to a request is there, with status 200. */
    void answered(Lane lane, Shot shot, @Nullable SampledAnswer answer, Map<String, Double> timings) {
        long nanos = System.nanoTime() - shot.due();
        recorder.seen(nanos);
        if (phase == Phase.WINDOW) {
            recorder.answered(shot);
        }
        if (counts(shot)) {
            recorder.took(shot, nanos);
            if (answer != null) {
                recorder.judge(shot, answer, timings);
            }
        }
        ended(lane, shot);
        if (phase == Phase.WINDOW && recorder.requests() == plan.most()) {
            endWindow();
        }
    }

    /** The server says that it has no room. */
    void refused(Lane lane, Shot shot, String how) {
        if (counts(shot)) {
            if (plan.traffic().refusalsAllowed()) {
                recorder.refused(shot, System.nanoTime() - shot.due());
            } else {
                recorder.failed(how);
            }
        }
        ended(lane, shot);
    }

    /** The server did something else, on a lane that goes on. */
    void failed(Lane lane, Shot shot, String why) {
        if (counts(shot)) {
            recorder.failed(why);
        }
        ended(lane, shot);
    }

    private void ended(Lane lane, Shot shot) {
        live.remove(shot);
        next();
        if (phase != Phase.OVER) {
            pool(lane).free(lane);
        }
        finishIfQuiet();
    }

    private void next() {
        if (closed && (phase == Phase.WARM_UP || phase == Phase.WINDOW)) {
            fire(shots.draw(System.nanoTime()));
        }
    }

    /** A connection is gone, with the request that it carried, if any. */
    void gone(Lane lane, @Nullable Shot shot, String why) {
        lanes.remove(lane);
        pool(lane).remove(lane);
        if (phase == Phase.OPENING && ++failedOpening >= MOST_FAILURES_OPENING) {
            fail(new IOException(why));
        }
        if (shot != null) {
            // When it is over, this side closes the connections; what they carried was counted as unanswered.
            if (phase != Phase.OVER && counts(shot)) {
                recorder.failed(why);
            }
            live.remove(shot);
            next();
        }
        if (phase != Phase.OVER && !(closed && phase == Phase.DRAINING)) {
            connector.http(this);
        }
        finishIfQuiet();
    }

    void fail(Throwable cause) {
        result.completeExceptionally(cause);
        close();
    }

    void close() {
        phase = Phase.OVER;
        Set.copyOf(lanes).forEach(Lane::close);
    }

    private void finishIfQuiet() {
        if (phase == Phase.DRAINING && live.isEmpty()) {
            finish();
        }
    }

    private void finish() {
        Spent window = spent;
        if (phase != Phase.DRAINING || window == null) {
            return;
        }
        long now = System.nanoTime();
        for (Shot shot : live) {
            if (counts(shot)) {
                recorder.unanswered(shot, now - shot.due());
            }
        }
        phase = Phase.OVER;
        TreeMap<String, Double> resident = new TreeMap<>();
        try {
            for (Map.Entry<String, Long> server : plan.servers().entrySet()) {
                resident.put(server.getKey(), ProcessMemory.residentMib(server.getValue()));
            }
            result.complete(recorder.measured(plan.traffic().pace().offered(), window, resident));
        } catch (IOException e) {
            fail(e);
        }
    }
}
