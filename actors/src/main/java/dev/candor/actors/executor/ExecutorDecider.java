package dev.candor.actors.executor;

import dev.candor.actors.executor.ModelEntry.Stage;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.model.ModelRef;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one device does next: whose turn it is, which models it holds, when it counts as sick. Pure: events come in with the time ({@code now}, monotonic
 * nanoseconds), effects are taken out with {@link #drain}.
 *
 * <p>The device does one thing at a time. {@link Turns} says whose turn (a batch of a model, a load) is next. A slot asked for by a model that is not on the
 * device loads it first, evicting others if need be; a model that is merely wanted is loaded only where it fits.
 *
 * <p>Not thread-safe.
 */
final class ExecutorDecider {
    private enum Phase {
        DOWN,
        STARTING,
        IDLE,
        GRANTED,
        LOADING
    }

    /** A lane uses its grant within microseconds; this long without a batch means that nobody will. */
    private static final long GRANT_LAPSES = 1_000_000_000L;

    private final ExecutorSettings settings;
    private final String device;
    private final RestartDecider restarts;
    private final SickDecider sickness;
    private final Map<ModelRef, ModelEntry> models = new LinkedHashMap<>();
    private final Turns turns;
    private List<ExecutorEffect> effects = new ArrayList<>();

    private Phase phase = Phase.STARTING;
    private @Nullable ModelEntry holder;
    private long phaseSince;
    private long budget;
    private @Nullable Refusal downRefusal;

    /** A device whose thread is being started. */
    ExecutorDecider(String device, ExecutorSettings settings, long now) {
        this.device = device;
        this.settings = settings;
        this.restarts = new RestartDecider(settings);
        this.sickness = new SickDecider(settings);
        this.turns = new Turns(settings.loadShare());
        this.phaseSince = now;
        effects.add(new ExecutorEffect.Start());
    }

    /** The effects since the last call, in order. */
    List<ExecutorEffect> drain() {
        if (effects.isEmpty()) {
            return List.of();
        }
        List<ExecutorEffect> drained = effects;
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
    void want(ModelRef model, long sizeBytes, long now) {
        ModelEntry entry = models.computeIfAbsent(model, key -> new ModelEntry(key, sizeBytes));
        entry.unwanted = false;
        if (phase == Phase.DOWN) {
            effects.add(new ExecutorEffect.Tell(model, Residency.DOWN, downRefusal));
        } else if (entry.stage == Stage.RESIDENT) {
            effects.add(new ExecutorEffect.Tell(model, Residency.READY, null));
        } else if (up() && entry.stage == Stage.COLD) {
            fetch(entry, now);
        }
    }

    /** The model's lane is gone. */
    void unwant(ModelRef model, long now) {
        ModelEntry entry = models.get(model);
        if (entry == null) {
            return;
        }
        entry.unwanted = true;
        entry.waiting = false;
        entry.onDisk = false;
        turns.removeIf(each -> each == entry);
        if (entry != holder) {
            forget(entry);
            advance(now);
        }
    }

    /** The model's copy here is one too many: it goes if it is idle and some other model is kept out. */
    void cool(ModelRef model) {
        ModelEntry entry = models.get(model);
        boolean shortOfMemory = models.values().stream().anyMatch(each -> each.stage == Stage.COLD);
        if (entry != null
                && entry.stage == Stage.RESIDENT
                && entry != holder
                && !entry.waiting
                && !entry.unwanted
                && shortOfMemory) {
            effects.add(new ExecutorEffect.Evict(model));
            cool(entry);
        }
    }

    private void forget(ModelEntry entry) {
        if (entry.stage == Stage.RESIDENT) {
            effects.add(new ExecutorEffect.Evict(entry.model));
        }
        models.remove(entry.model);
    }

    /** A lane asks for the device. Asking twice is asking once. */
    void slot(ModelRef model, long now) {
        ModelEntry entry = models.get(model);
        if (entry == null || entry.unwanted || entry.waiting) {
            return;
        }
        entry.waiting = true;
        if (!up()) {
            return;
        }
        switch (entry.stage) {
            case RESIDENT -> turns.add(entry, false);
            case COLD -> fetch(entry, now);
            case FAILED -> {
                if (entry.retryAt - now <= 0) {
                    fetch(entry, now);
                } else {
                    entry.waiting = false;
                    effects.add(new ExecutorEffect.Tell(model, Residency.FAILED, entry.refusal));
                }
            }
            case FETCHING, FETCHED, LOADING -> {}
        }
        advance(now);
    }

    /** The file is on this machine. */
    void fileReady(ModelRef model, long now) {
        ModelEntry entry = models.get(model);
        if (entry == null) {
            return;
        }
        entry.onDisk = true;
        if (entry.stage == Stage.FETCHING) {
            entry.stage = Stage.FETCHED;
            turns.add(entry, true);
            advance(now);
        }
    }

    /** The file cannot be had. */
    void fileFailed(ModelRef model, Refusal refusal, long now) {
        ModelEntry entry = models.get(model);
        if (entry != null && entry.stage == Stage.FETCHING) {
            fail(entry, refusal, now);
        }
    }

    /** The device's thread has a backend. */
    void started(long memoryBudget, long now) {
        phase = Phase.IDLE;
        phaseSince = now;
        restarts.started(now);
        budget = memoryBudget;
        for (ModelEntry entry : models.values()) {
            if (entry.stage == Stage.COLD) {
                fetch(entry, now);
            } else {
                effects.add(new ExecutorEffect.Tell(entry.model, Residency.FAILED, entry.refusal));
            }
        }
        advance(now);
    }

    /** A load ended well. */
    void loaded(ModelRef model, long memory, long now) {
        ModelEntry entry = endLoad(model, now);
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

    private void makeRoom(ModelEntry entry, long now) {
        if (EvictionDecider.used(models.values(), entry) + entry.memory > budget) {
            if (!entry.waiting || entry.memory > budget) {
                effects.add(new ExecutorEffect.Evict(entry.model));
                if (entry.memory > budget) {
                    fail(entry, ExecutorRefusals.tooLarge(entry, device, budget), now);
                } else {
                    // Loaded ahead of need and larger than guessed: it comes back when somebody asks.
                    cool(entry);
                }
                return;
            }
            evictFor(entry);
        }
        effects.add(new ExecutorEffect.Tell(entry.model, Residency.READY, null));
        if (entry.waiting) {
            // The load was its turn. Behind other loads it could be evicted before it ran, and they before they run.
            turns.putFirst(entry);
        }
    }

    /** A load failed: the file is no model, or the device cannot hold it. */
    void loadFailed(ModelRef model, Refusal refusal, long now) {
        ModelEntry entry = endLoad(model, now);
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
        ModelEntry entry = endTurn(model, now);
        if (entry != null) {
            entry.costs.observe(items, nanos);
            turns.ran(entry, nanos);
            if (entry.unwanted) {
                forget(entry);
            }
            advance(now);
        }
    }

    /** A lane had no use for its turn. */
    void gaveBack(ModelRef model, long now) {
        ModelEntry entry = endTurn(model, now);
        if (entry != null) {
            if (entry.unwanted) {
                forget(entry);
            }
            advance(now);
        }
    }

    private @Nullable ModelEntry endLoad(ModelRef model, long now) {
        long since = phaseSince;
        ModelEntry entry = endTurn(model, now);
        if (entry != null) {
            turns.loaded(now - since);
        }
        return entry;
    }

    private @Nullable ModelEntry endTurn(ModelRef model, long now) {
        ModelEntry entry = holder;
        if (entry == null || !entry.model.equals(model)) {
            return null;
        }
        holder = null;
        turns.ended();
        phase = Phase.IDLE;
        phaseSince = now;
        entry.lastUsed = now;
        return entry;
    }

    /** A thread that was given up has ended after all. */
    void threadEnded() {
        restarts.threadEnded();
    }

    /**
     * Time passes.
     *
     * @param running the batch on the device, or null
     * @param handedOver whether a batch is on its way to the device
     */
    void tick(@Nullable BatchTask running, boolean handedOver, long now) {
        if (phase == Phase.DOWN && restarts.mayStart(now)) {
            phase = Phase.STARTING;
            phaseSince = now;
            effects.add(new ExecutorEffect.Start());
            return;
        }
        String sick = sick(running, now);
        if (sick != null) {
            restarts.threadHangs();
            // The lanes hear that the device is down before they get their batch back.
            lose(sick, now);
            effects.add(new ExecutorEffect.Abandon(sick));
        } else if (phase == Phase.GRANTED && running == null && !handedOver && now - phaseSince > GRANT_LAPSES) {
            // Its lane failed between the grant and the batch.
            gaveBack(Objects.requireNonNull(holder).model, now);
        }
        if (up()) {
            restarts.up(now);
            retryFailed(now);
        }
    }

    private void retryFailed(long now) {
        for (ModelEntry entry : models.values()) {
            if (entry.stage == Stage.FAILED && entry.retryAt - now <= 0) {
                fetch(entry, now);
            } else if (entry.stage == Stage.FETCHING
                    && now - entry.fetchingSince > settings.loadLimit().toNanos()) {
                fail(entry, ExecutorRefusals.notFetched(entry.model, settings.loadLimit()), now);
            }
        }
        advance(now);
    }

    private @Nullable String sick(@Nullable BatchTask running, long now) {
        return switch (phase) {
            case STARTING, LOADING -> sickness.loading(phaseSince, now);
            case GRANTED -> {
                ModelEntry entry = running == null ? null : models.get(running.model());
                yield running == null
                        ? null
                        : sickness.running(running, entry == null ? 0 : entry.costs.predict(running.totalItems()), now);
            }
            case DOWN, IDLE -> null;
        };
    }

    /** The device is no more: it broke, could not be started, or is given up. */
    void lose(String why, long now) {
        phase = Phase.DOWN;
        holder = null;
        long rest = restarts.lost(now);
        turns.clear();
        models.values().removeIf(entry -> entry.unwanted);
        Refusal refusal = ExecutorRefusals.down(device, why, rest);
        downRefusal = refusal;
        for (ModelEntry entry : models.values()) {
            entry.waiting = false;
            if (entry.stage != Stage.FAILED) {
                entry.stage = Stage.COLD;
            }
            effects.add(new ExecutorEffect.Tell(entry.model, Residency.DOWN, refusal));
        }
    }

    private void fetch(ModelEntry entry, long now) {
        effects.add(new ExecutorEffect.Tell(entry.model, Residency.LOADING, null));
        if (entry.onDisk) {
            entry.stage = Stage.FETCHED;
            turns.add(entry, true);
        } else {
            entry.stage = Stage.FETCHING;
            entry.fetchingSince = now;
            effects.add(new ExecutorEffect.Fetch(entry.model));
        }
    }

    private void fail(ModelEntry entry, Refusal refusal, long now) {
        entry.stage = Stage.FAILED;
        entry.waiting = false;
        entry.refusal = refusal;
        entry.onDisk = false;
        long wait = settings.retryLoad().toNanos() * Math.min(20, 1L << Math.min(5, entry.failures++));
        entry.retryAt = now + wait;
        effects.add(
                new ExecutorEffect.Tell(entry.model, Residency.FAILED, ExecutorRefusals.retriedAfter(refusal, wait)));
    }

    private void cool(ModelEntry entry) {
        entry.stage = Stage.COLD;
        entry.waiting = false;
        effects.add(new ExecutorEffect.Tell(entry.model, Residency.COLD, null));
    }

    private void advance(long now) {
        while (phase == Phase.IDLE) {
            Turns.Turn turn = turns.poll();
            if (turn == null) {
                return;
            }
            ModelEntry entry = turn.entry();
            if (turn.load()) {
                startLoad(entry, now);
                // One that does not wait any more was evicted, loaded again and served since its turn was noted.
            } else if (entry.waiting && entry.stage == Stage.RESIDENT) {
                entry.waiting = false;
                take(entry, Phase.GRANTED, now);
                effects.add(new ExecutorEffect.Grant(entry.model));
            } else if (entry.waiting && entry.stage == Stage.COLD) {
                fetch(entry, now);
            }
        }
    }

    private void startLoad(ModelEntry entry, long now) {
        if (entry.memory > budget) {
            fail(entry, ExecutorRefusals.tooLarge(entry, device, budget), now);
            return;
        }
        if (!entry.waiting && EvictionDecider.used(models.values(), entry) + entry.memory > budget) {
            cool(entry);
            return;
        }
        evictFor(entry);
        entry.stage = Stage.LOADING;
        take(entry, Phase.LOADING, now);
        effects.add(new ExecutorEffect.Load(entry.model));
    }

    private void take(ModelEntry entry, Phase what, long now) {
        holder = entry;
        phase = what;
        phaseSince = now;
        entry.lastUsed = now;
    }

    private void evictFor(ModelEntry arriving) {
        for (ModelEntry victim : EvictionDecider.victims(models.values(), arriving, holder, budget)) {
            effects.add(new ExecutorEffect.Evict(victim.model));
            boolean waiting = victim.waiting;
            cool(victim);
            // Its turn stays in the queue and loads it again when it comes.
            victim.waiting = waiting;
        }
    }
}
