package dev.candor.actors.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.executor.ExecutorEffect.Abandon;
import dev.candor.actors.executor.ExecutorEffect.Evict;
import dev.candor.actors.executor.ExecutorEffect.Fetch;
import dev.candor.actors.executor.ExecutorEffect.Grant;
import dev.candor.actors.executor.ExecutorEffect.Load;
import dev.candor.actors.executor.ExecutorEffect.Start;
import dev.candor.actors.executor.ExecutorEffect.Tell;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.model.ModelRef;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One device under a simulated clock: it carries out the decider's effects as an executor and its thread do, and fails with the name of what was broken. */
final class DeviceSimulation {
    static final long SECOND = 1_000_000_000L;
    static final long BUDGET = 1_000;

    /** Defects that the simulation must find. */
    enum Mutant {
        NONE,
        /** Loads without evicting. */
        EXCEEDS_THE_BUDGET,
        /** Gives the device to two at a time. */
        GRANTS_TWICE,
        /** Forgets a turn. */
        LOSES_TURNS,
        /** Evicts what has the device. */
        EVICTS_THE_RUNNING
    }

    /** What happens. */
    sealed interface Step {
        /** A lane opens; its model takes {@code memory} bytes once loaded. */
        record Want(int model, int memory, int guess) implements Step {}

        /** A lane closes. */
        record Unwant(int model) implements Step {}

        /** A lane asks for the device. */
        record Slot(int model) implements Step {}

        /** What the device is doing ends. */
        record Finish(boolean well) implements Step {}

        /** A file arrives. */
        record File() implements Step {}

        /** The device breaks. */
        record Break() implements Step {}

        /** Time passes. */
        record Pass(int seconds) implements Step {}
    }

    private final Mutant mutant;
    private final ExecutorDecider decider;
    private final Map<ModelRef, Integer> sizes = new HashMap<>();
    private final Map<ModelRef, Integer> resident = new HashMap<>();
    private final Set<ModelRef> lanes = new HashSet<>();
    private final Set<ModelRef> asked = new HashSet<>();
    private final ArrayDeque<ModelRef> fetching = new ArrayDeque<>();
    private @Nullable ModelRef running;
    private @Nullable ModelRef loading;
    private boolean up;
    private boolean starting;
    private long now = 1;

    DeviceSimulation(Mutant mutant) {
        this.mutant = mutant;
        this.decider = new ExecutorDecider("cpu:0", ExecutorDeciderTest.SETTINGS, now);
        carryOut();
    }

    void run(List<Step> steps) {
        for (Step step : steps) {
            now++;
            take(step);
            carryOut();
        }
        // From here on everything goes well: whoever waits must get the device or hear why not.
        for (int i = 0; i < 200; i++) {
            now += SECOND;
            take(new Step.File());
            carryOut();
            take(new Step.Finish(true));
            carryOut();
            take(new Step.Pass(1));
            carryOut();
        }
        assertThat(asked).as("whoever asks gets the device or hears why not").isEmpty();
    }

    private static ModelRef ref(int model) {
        return ExecutorDeciderTest.model("m" + model);
    }

    private void take(Step step) {
        switch (step) {
            case Step.Want(int model, int memory, int guess) -> {
                sizes.putIfAbsent(ref(model), memory);
                lanes.add(ref(model));
                decider.want(ref(model), guess, now);
            }
            case Step.Unwant(int model) -> {
                lanes.remove(ref(model));
                asked.remove(ref(model));
                decider.unwant(ref(model), now);
            }
            case Step.Slot(int model) -> {
                if (lanes.contains(ref(model)) && up) {
                    asked.add(ref(model));
                    decider.slot(ref(model), now);
                }
            }
            case Step.Finish(boolean well) -> finish(well);
            case Step.File file -> {
                ModelRef model = fetching.poll();
                if (model != null) {
                    decider.fileReady(model, now);
                }
            }
            case Step.Break broken -> {
                if (up) {
                    decider.lose("it broke", now);
                    lost();
                }
            }
            case Step.Pass(int seconds) -> {
                now += seconds * SECOND;
                decider.tick(null, true, now);
            }
        }
    }

    private void lost() {
        up = false;
        running = null;
        loading = null;
        resident.clear();
    }

    private void finish(boolean well) {
        if (starting) {
            starting = false;
            up = true;
            decider.started(BUDGET, now);
        } else if (running != null) {
            ModelRef model = running;
            running = null;
            if (well) {
                decider.ran(model, 1, 5, now);
            } else {
                decider.gaveBack(model, now);
            }
        } else if (loading != null) {
            ModelRef model = loading;
            loading = null;
            if (well) {
                resident.put(model, sizes.get(model));
                decider.loaded(model, sizes.get(model), now);
            } else {
                decider.loadFailed(model, Refusal.of(ErrorCode.INVALID_MODEL, "no model"), now);
            }
        }
    }

    private List<ExecutorEffect> effects() {
        List<ExecutorEffect> effects = new ArrayList<>(decider.drain());
        switch (mutant) {
            case NONE -> {}
            case EXCEEDS_THE_BUDGET -> effects.removeIf(effect -> effect instanceof Evict);
            case GRANTS_TWICE ->
                effects.addAll(effects.stream()
                        .filter(effect -> effect instanceof Grant)
                        .toList());
            case LOSES_TURNS -> {
                if (now % 7 == 0) {
                    effects.removeIf(effect -> effect instanceof Grant);
                }
            }
            case EVICTS_THE_RUNNING -> {
                if (running != null && now % 5 == 0) {
                    effects.add(new Evict(running));
                }
            }
        }
        return effects;
    }

    private void carryOut() {
        for (ExecutorEffect effect : effects()) {
            switch (effect) {
                case Grant(ModelRef model) -> {
                    assertThat(up && running == null && loading == null)
                            .as("one thing at a time")
                            .isTrue();
                    assertThat(resident)
                            .as("a turn only for what is on the device")
                            .containsKey(model);
                    assertThat(asked.remove(model))
                            .as("a turn only for who asked")
                            .isTrue();
                    running = model;
                }
                case Load(ModelRef model) -> {
                    assertThat(up && running == null && loading == null)
                            .as("one thing at a time")
                            .isTrue();
                    assertThat(resident).doesNotContainKey(model);
                    loading = model;
                }
                case Evict(ModelRef model) -> {
                    assertThat(model).as("what runs is not evicted").isNotEqualTo(running);
                    assertThat(resident.remove(model))
                            .as("only what is there can be evicted")
                            .isNotNull();
                }
                case Fetch(ModelRef model) -> fetching.add(model);
                case Tell(ModelRef model, Residency residency, Refusal refusal) -> {
                    if (residency == Residency.FAILED || residency == Residency.DOWN) {
                        assertThat(refusal).as("a reason").isNotNull();
                        asked.remove(model);
                    }
                }
                case Abandon abandon -> lost();
                case Start start -> starting = true;
            }
        }
        assertThat(resident.values().stream().mapToInt(Integer::intValue).sum())
                .as("the memory budget holds")
                .isLessThanOrEqualTo((int) BUDGET);
        if (up && running == null && loading == null) {
            assertThat(asked)
                    .as("never idle while a model on the device is asked for")
                    .noneMatch(resident::containsKey);
        }
    }
}
