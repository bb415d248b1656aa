package dev.candor.actors.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.model.ModelRef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;

/** Two hundred models on a device that holds twenty, asked for by Zipf's law under a simulated clock. */
final class ManyModels {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;
    private static final int MODELS = 200;
    static final int FIT = 20;
    static final long LOAD = 40 * MILLI;
    private static final int MOST_ROWS = 32;

    /** Defects that the checks must find. */
    enum Mutant {
        NONE,
        /** It does not know which model was used last. */
        FORGETS_USE
    }

    private record Event(long at, long order, Runnable action) {}

    private final PriorityQueue<Event> events = new PriorityQueue<>((one, other) ->
            one.at() != other.at() ? Long.compare(one.at(), other.at()) : Long.compare(one.order(), other.order()));
    private final Map<ModelRef, List<Long>> queues = new HashMap<>();
    private final Set<ModelRef> asked = new HashSet<>();
    private final Set<ModelRef> resident = new HashSet<>();
    private final List<ModelRef> models = new ArrayList<>();
    private final LinkedHashMap<ModelRef, Boolean> ideal = new LinkedHashMap<>(16, 0.75f, true);
    private final List<Long> coldWaits = new ArrayList<>();
    private final List<Long> warmWaits = new ArrayList<>();
    private final Random random = new Random(11);
    private final double[] cumulated = new double[MODELS];
    private final Mutant mutant;
    private final ExecutorDecider decider;
    private long now;
    private long order;
    int requests;
    int hits;
    private int idealHits;
    int answered;
    int loads;
    int failures;

    ManyModels(Mutant mutant) {
        this.mutant = mutant;
        this.decider = new ExecutorDecider("cpu:0", ExecutorDeciderTest.SETTINGS, 0);
        double sum = 0;
        for (int i = 0; i < MODELS; i++) {
            models.add(ExecutorDeciderTest.model("m" + i));
            sum += 1 / Math.pow(i + 1, 1.1);
            cumulated[i] = sum;
        }
        decider.drain();
        decider.started(FIT * 100L, 0);
        for (ModelRef model : models) {
            decider.want(model, 100, 0);
            queues.put(model, new ArrayList<>());
        }
        carryOut();
    }

    private long clock() {
        return mutant == Mutant.FORGETS_USE ? 1 : now;
    }

    private void after(long nanos, Runnable action) {
        events.add(new Event(now + nanos, order++, action));
    }

    private ModelRef draw() {
        double point = random.nextDouble() * cumulated[MODELS - 1];
        int rank = 0;
        while (cumulated[rank] < point) {
            rank++;
        }
        return models.get(rank);
    }

    private void arrive(int left, double perSecond) {
        ModelRef model = draw();
        requests++;
        hits += resident.contains(model) ? 1 : 0;
        if (ideal.get(model) != null) {
            idealHits++;
        }
        ideal.put(model, true);
        if (ideal.size() > FIT) {
            ideal.remove(ideal.keySet().iterator().next());
        }
        queues.get(model).add(resident.contains(model) ? -now : now);
        ask(model);
        if (left > 1) {
            after((long) (-Math.log(1 - random.nextDouble()) / perSecond * SECOND), () -> arrive(left - 1, perSecond));
        }
    }

    private void ask(ModelRef model) {
        if (!queues.get(model).isEmpty() && asked.add(model)) {
            decider.slot(model, clock());
        }
    }

    private void carryOut() {
        for (ExecutorEffect effect : decider.drain()) {
            switch (effect) {
                case ExecutorEffect.Grant(ModelRef model) -> run(model);
                case ExecutorEffect.Load(ModelRef model) -> {
                    loads++;
                    after(LOAD, () -> {
                        resident.add(model);
                        decider.loaded(model, 100, clock());
                    });
                }
                case ExecutorEffect.Evict(ModelRef model) -> resident.remove(model);
                case ExecutorEffect.Fetch(ModelRef model) -> after(MILLI, () -> decider.fileReady(model, clock()));
                case ExecutorEffect.Tell(ModelRef model, Residency residency, var why) ->
                    failures += residency == Residency.FAILED || residency == Residency.DOWN ? 1 : 0;
                case ExecutorEffect.Abandon abandon -> failures++;
                case ExecutorEffect.Start start -> failures++;
            }
        }
        assertThat(resident.size()).as("the memory budget holds").isLessThanOrEqualTo(FIT);
    }

    private void run(ModelRef model) {
        asked.remove(model);
        List<Long> queue = queues.get(model);
        int rows = Math.min(MOST_ROWS, queue.size());
        assertThat(rows).as("a turn only for who asked").isPositive();
        List<Long> batch = List.copyOf(queue.subList(0, rows));
        queue.subList(0, rows).clear();
        ask(model);
        long nanos = MILLI + rows * MILLI / 10;
        after(nanos, () -> {
            for (long arrivedAt : batch) {
                answered++;
                if (arrivedAt > 0) {
                    coldWaits.add(now - arrivedAt);
                } else {
                    warmWaits.add(now + arrivedAt);
                }
            }
            decider.ran(model, rows, nanos, clock());
        });
    }

    void simulate(int count, double perSecond) {
        after(SECOND * 20, () -> arrive(count, perSecond));
        while (!events.isEmpty()) {
            Event event = events.poll();
            now = event.at();
            event.action().run();
            carryOut();
        }
    }

    double hitRatio() {
        return (double) hits / requests;
    }

    double idealRatio() {
        return (double) idealHits / requests;
    }

    long coldP99() {
        return p99(coldWaits);
    }

    long warmP99() {
        return p99(warmWaits);
    }

    private static long p99(List<Long> waits) {
        waits.sort(Long::compare);
        return waits.get(waits.size() * 99 / 100);
    }
}
