package dev.candor.actors.executor;

import dev.candor.actors.executor.EvictionDecider.Resident;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.model.ModelRef;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one device does next: whose turn it is, which models it holds, when it counts as sick. Pure: events come in with the time ({@code now}, monotonic
 * nanoseconds), effects are taken out with {@link #drain}.
 *
 * <p>The device does one thing at a time. Turns (a batch of a model, a load) are given in the order in which they were asked for. A slot asked for by a
 * model that is not on the device loads it first, evicting others if need be; a model that is merely wanted is loaded only where it fits.
 *
 * <p>Not thread-safe.
 */
final class ExecutorDecider {
    /** What the executor has to do. */
    sealed interface Effect {
        /** Gives the device to the model's lane for one batch. */
        record Grant(ModelRef model) implements Effect {}

        /** Fetches the model's file. */
        record Fetch(ModelRef model) implements Effect {}

        /** Loads the model on the device's thread. */
        record Load(ModelRef model) implements Effect {}

        /** Frees the model on the device's thread. */
        record Evict(ModelRef model) implements Effect {}

        /** Tells the lane what became of its model here. */
        record Tell(
                ModelRef model,
                Residency residency,
                @Nullable Refusal refusal) implements Effect {}

        /** Gives up the device's thread and what runs on it. */
        record Abandon(String why) implements Effect {}

        /** Starts a new thread with a new backend. */
        record Start() implements Effect {}
    }

    /** What a model is to the device. */
    private enum Stage {
        COLD,
        FETCHING,
        FETCHED,
        LOADING,
        RESIDENT,
        FAILED
    }

    private enum Phase {
        DOWN,
        STARTING,
        IDLE,
        GRANTED,
        LOADING
    }

    private static final class Entry {
        final ModelRef model;
        Stage stage = Stage.COLD;
        boolean waiting;
        boolean unwanted;
        /** Bytes on the device; before the first load a guess. */
        long memory;

        long lastUsed;
        int failures;
        long retryAt;

        @Nullable
        Refusal refusal;

        final CostModel costs = new CostModel();

        Entry(ModelRef model, long sizeBytes) {
            this.model = model;
            this.memory = sizeBytes;
        }
    }

    private record Turn(Entry entry, boolean load) {}

    /** A lane uses its grant within microseconds; this long without a batch means that nobody will. */
    private static final long GRANT_LAPSES = 1_000_000_000L;

    private final ExecutorSettings settings;
    private final String device;
    private final Map<ModelRef, Entry> models = new LinkedHashMap<>();
    private final Set<ModelRef> fetched = new HashSet<>();
    private final ArrayDeque<Turn> turns = new ArrayDeque<>();
    private List<Effect> effects = new ArrayList<>();

    private Phase phase = Phase.STARTING;
    private @Nullable Entry holder;
    private long phaseSince;
    private long upSince;
    private long downUntil;
    private long budget;
    private @Nullable Refusal downRefusal;
    private int losses;
    private int abandonedThreads;

    /** A device whose thread is being started. */
    ExecutorDecider(String device, ExecutorSettings settings, long now) {
        this.device = device;
        this.settings = settings;
        this.phaseSince = now;
        effects.add(new Effect.Start());
    }

    /** The effects since the last call, in order. */
    List<Effect> drain() {
        if (effects.isEmpty()) {
            return List.of();
        }
        List<Effect> drained = effects;
        effects = new ArrayList<>();
        return drained;
    }

    /** Whether batches can run. */
    boolean up() {
        return phase != Phase.DOWN && phase != Phase.STARTING;
    }

    /** Whether nothing runs and nothing is asked for. */
    boolean idle() {
        return phase == Phase.IDLE;
    }

    /** A lane exists for the model: it is loaded now if it fits. */
    void want(ModelRef model, long sizeBytes) {
        Entry entry = models.computeIfAbsent(model, key -> new Entry(key, sizeBytes));
        entry.unwanted = false;
        if (phase == Phase.DOWN) {
            effects.add(new Effect.Tell(model, Residency.DOWN, downRefusal));
        } else if (entry.stage == Stage.RESIDENT) {
            effects.add(new Effect.Tell(model, Residency.READY, null));
        } else if (up() && entry.stage == Stage.COLD) {
            fetch(entry);
        }
    }

    /** The model's lane is gone. */
    void unwant(ModelRef model, long now) {
        Entry entry = models.get(model);
        if (entry == null) {
            return;
        }
        entry.unwanted = true;
        entry.waiting = false;
        fetched.remove(model);
        turns.removeIf(turn -> turn.entry() == entry);
        if (entry != holder) {
            forget(entry);
            advance(now);
        }
    }

    private void forget(Entry entry) {
        if (entry.stage == Stage.RESIDENT) {
            effects.add(new Effect.Evict(entry.model));
        }
        models.remove(entry.model);
    }

    /** A lane asks for the device. Asking twice is asking once. */
    void slot(ModelRef model, long now) {
        Entry entry = models.get(model);
        if (entry == null || entry.unwanted || entry.waiting) {
            return;
        }
        entry.waiting = true;
        if (!up()) {
            return;
        }
        switch (entry.stage) {
            case RESIDENT -> turns.add(new Turn(entry, false));
            case COLD -> fetch(entry);
            case FAILED -> {
                if (entry.retryAt - now <= 0) {
                    fetch(entry);
                } else {
                    entry.waiting = false;
                    effects.add(new Effect.Tell(model, Residency.FAILED, entry.refusal));
                }
            }
            case FETCHING, FETCHED, LOADING -> {}
        }
        advance(now);
    }

    /** The file is on this machine. */
    void fileReady(ModelRef model, long now) {
        Entry entry = models.get(model);
        if (entry == null) {
            return;
        }
        fetched.add(model);
        if (entry.stage == Stage.FETCHING) {
            entry.stage = Stage.FETCHED;
            turns.add(new Turn(entry, true));
            advance(now);
        }
    }

    /** The file cannot be had. */
    void fileFailed(ModelRef model, Refusal refusal, long now) {
        Entry entry = models.get(model);
        if (entry != null && entry.stage == Stage.FETCHING) {
            fail(entry, refusal, now);
        }
    }

    /** The device's thread has a backend. */
    void started(long memoryBudget, long now) {
        phase = Phase.IDLE;
        phaseSince = now;
        upSince = now;
        budget = memoryBudget;
        for (Entry entry : models.values()) {
            if (entry.stage == Stage.COLD) {
                fetch(entry);
            }
        }
        advance(now);
    }

    /** A load ended well. */
    void loaded(ModelRef model, long memory, long now) {
        Entry entry = endTurn(model, now);
        if (entry == null) {
            return;
        }
        entry.stage = Stage.RESIDENT;
        entry.memory = memory;
        entry.failures = 0;
        if (entry.unwanted) {
            forget(entry);
        } else {
            makeRoom(entry, now);
        }
        advance(now);
    }

    private void makeRoom(Entry entry, long now) {
        List<Resident> others = residents(entry);
        evict(EvictionDecider.victims(others, entry.memory, budget, now, entry.waiting));
        if (used() > budget) {
            effects.add(new Effect.Evict(entry.model));
            if (!entry.waiting && entry.memory <= budget) {
                // Loaded ahead of need, larger than expected: it comes back when somebody asks.
                cool(entry);
            } else {
                fail(entry, tooLarge(entry), now);
            }
            return;
        }
        effects.add(new Effect.Tell(entry.model, Residency.READY, null));
        if (entry.waiting) {
            turns.add(new Turn(entry, false));
        }
    }

    private Refusal tooLarge(Entry entry) {
        return Refusal.of(
                ErrorCode.NOT_READY,
                "model " + entry.model.name() + " " + entry.model.version() + " takes " + entry.memory
                        + " bytes and device " + device + " may hold " + budget
                        + "; raise the device's memory budget or use a smaller model");
    }

    /** A load failed: the file is no model, or the device cannot hold it. */
    void loadFailed(ModelRef model, Refusal refusal, long now) {
        Entry entry = endTurn(model, now);
        if (entry != null) {
            if (entry.unwanted) {
                models.remove(model);
            } else {
                fail(entry, refusal, now);
            }
            advance(now);
        }
    }

    /** A batch ended, well or not, after {@code nanos} on the device. */
    void ran(ModelRef model, int items, long nanos, long now) {
        Entry entry = endTurn(model, now);
        if (entry != null) {
            entry.costs.observe(items, nanos);
            if (entry.unwanted) {
                forget(entry);
            }
            advance(now);
        }
    }

    /** A lane had no use for its turn. */
    void gaveBack(ModelRef model, long now) {
        Entry entry = endTurn(model, now);
        if (entry != null) {
            if (entry.unwanted) {
                forget(entry);
            }
            advance(now);
        }
    }

    private @Nullable Entry endTurn(ModelRef model, long now) {
        Entry entry = holder;
        if (entry == null || !entry.model.equals(model)) {
            return null;
        }
        holder = null;
        phase = Phase.IDLE;
        phaseSince = now;
        entry.lastUsed = now;
        return entry;
    }

    /** The device broke or could not be started. */
    void broken(String why, long now) {
        lose(why, now);
    }

    /** A thread that was given up has ended after all. */
    void threadEnded() {
        abandonedThreads--;
    }

    /**
     * Time passes.
     *
     * @param running the batch on the device, or null
     * @param handedOver whether a batch is on its way to the device
     */
    void tick(@Nullable BatchTask running, boolean handedOver, long now) {
        if (phase == Phase.DOWN && downUntil - now <= 0 && abandonedThreads < settings.maxAbandonedThreads()) {
            phase = Phase.STARTING;
            phaseSince = now;
            effects.add(new Effect.Start());
            return;
        }
        if (losses > 0 && up() && now - upSince > settings.healthyAfter().toNanos()) {
            losses = 0;
        }
        if ((phase == Phase.LOADING || phase == Phase.STARTING) && now - phaseSince > nanos(settings.loadLimit())) {
            abandon("loading took longer than " + settings.loadLimit().toSeconds() + " s", now);
        } else if (phase == Phase.GRANTED && running != null && now - running.startedAt() > limit(running)) {
            abandon(
                    "a batch of " + running.totalItems() + " rows of "
                            + running.model().name() + " took longer than " + limit(running) / 1_000_000 + " ms",
                    now);
        } else if (phase == Phase.GRANTED && running == null && !handedOver && now - phaseSince > GRANT_LAPSES) {
            // Its lane failed between the grant and the batch.
            ModelRef model = Objects.requireNonNull(holder).model;
            gaveBack(model, now);
        }
        if (up()) {
            retryFailed(now);
        }
    }

    private void retryFailed(long now) {
        for (Entry entry : models.values()) {
            if (entry.stage == Stage.FAILED && entry.retryAt - now <= 0) {
                fetch(entry);
            }
        }
        advance(now);
    }

    private long limit(BatchTask running) {
        Entry entry = models.get(running.model());
        long predicted = entry == null ? 0 : entry.costs.predict(running.totalItems());
        return predicted == 0
                ? nanos(settings.unknownLimit())
                : Math.max(nanos(settings.sickFloor()), (long) (settings.sickFactor() * predicted));
    }

    private void abandon(String why, long now) {
        abandonedThreads++;
        effects.add(new Effect.Abandon(why));
        lose(why, now);
    }

    private void lose(String why, long now) {
        phase = Phase.DOWN;
        holder = null;
        long rest = nanos(settings.restartBackOff()) << Math.min(20, losses);
        downUntil = now + Math.min(rest, nanos(settings.maxRestartBackOff()));
        losses++;
        turns.clear();
        models.values().removeIf(entry -> entry.unwanted);
        Refusal refusal = Refusal.retryable(
                ErrorCode.NOT_READY, "device " + device + " is down: " + why, Duration.ofNanos(downUntil - now));
        downRefusal = refusal;
        for (Entry entry : models.values()) {
            entry.waiting = false;
            if (entry.stage != Stage.FAILED) {
                entry.stage = Stage.COLD;
            }
            effects.add(new Effect.Tell(entry.model, Residency.DOWN, refusal));
        }
    }

    private void fetch(Entry entry) {
        effects.add(new Effect.Tell(entry.model, Residency.LOADING, null));
        if (fetched.contains(entry.model)) {
            entry.stage = Stage.FETCHED;
            turns.add(new Turn(entry, true));
        } else {
            entry.stage = Stage.FETCHING;
            effects.add(new Effect.Fetch(entry.model));
        }
    }

    private void fail(Entry entry, Refusal refusal, long now) {
        entry.stage = Stage.FAILED;
        entry.waiting = false;
        entry.refusal = refusal;
        fetched.remove(entry.model);
        long wait = nanos(settings.retryLoad()) * Math.min(20, 1L << Math.min(5, entry.failures++));
        entry.retryAt = now + wait;
        effects.add(new Effect.Tell(
                entry.model,
                Residency.FAILED,
                new Refusal(
                        refusal.code(), refusal.sentence(), Optional.of(Duration.ofNanos(wait)), refusal.receipt())));
    }

    private void cool(Entry entry) {
        entry.stage = Stage.COLD;
        entry.waiting = false;
        effects.add(new Effect.Tell(entry.model, Residency.COLD, null));
    }

    private void advance(long now) {
        while (phase == Phase.IDLE) {
            Turn turn = turns.poll();
            if (turn == null) {
                return;
            }
            Entry entry = turn.entry();
            if (turn.load()) {
                startLoad(entry, now);
            } else if (entry.stage == Stage.RESIDENT) {
                entry.waiting = false;
                take(entry, Phase.GRANTED, now);
                effects.add(new Effect.Grant(entry.model));
            } else if (entry.stage == Stage.COLD) {
                fetch(entry);
            }
        }
    }

    private void startLoad(Entry entry, long now) {
        if (entry.memory > budget) {
            fail(entry, tooLarge(entry), now);
            return;
        }
        List<Resident> others = residents(entry);
        long used = others.stream().mapToLong(Resident::memory).sum();
        if (!entry.waiting && used + entry.memory > budget) {
            cool(entry);
            return;
        }
        evict(EvictionDecider.victims(others, entry.memory, budget, now, true));
        entry.stage = Stage.LOADING;
        take(entry, Phase.LOADING, now);
        effects.add(new Effect.Load(entry.model));
    }

    private void take(Entry entry, Phase what, long now) {
        holder = entry;
        phase = what;
        phaseSince = now;
        entry.lastUsed = now;
    }

    private void evict(List<ModelRef> victims) {
        for (ModelRef victim : victims) {
            Entry entry = models.get(victim);
            if (entry != null) {
                effects.add(new Effect.Evict(victim));
                boolean wasWaiting = entry.waiting;
                cool(entry);
                // Its turn stays in the queue and loads it again when it comes.
                entry.waiting = wasWaiting;
            }
        }
    }

    private List<Resident> residents(Entry except) {
        return models.values().stream()
                .filter(entry -> entry != except && entry.stage == Stage.RESIDENT)
                .map(entry -> new Resident(entry.model, entry.memory, entry.lastUsed, entry.waiting, entry == holder))
                .toList();
    }

    private long used() {
        return models.values().stream()
                .filter(entry -> entry.stage == Stage.RESIDENT)
                .mapToLong(entry -> entry.memory)
                .sum();
    }

    private static long nanos(Duration duration) {
        return duration.toNanos();
    }
}
