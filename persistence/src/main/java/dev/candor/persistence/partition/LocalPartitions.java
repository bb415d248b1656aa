package dev.candor.persistence.partition;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** The partitions that this node owns and that can commit right now. Thread-safe; reads never block. */
public final class LocalPartitions {
    private final AtomicReference<int[]> ready = new AtomicReference<>(new int[0]);
    private final AtomicInteger turn = new AtomicInteger();

    /** One of the ready partitions, each in its turn; empty where this node owns none. */
    public Optional<Integer> next() {
        int[] now = ready.get();
        return now.length == 0 ? Optional.empty() : Optional.of(now[Math.floorMod(turn.getAndIncrement(), now.length)]);
    }

    /** How many are ready. */
    public int count() {
        return ready.get().length;
    }

    /** Those that are ready now. */
    public List<Integer> all() {
        return Arrays.stream(ready.get()).boxed().toList();
    }

    /** Whether {@code partition} is ready here. */
    public boolean isReady(int partition) {
        for (int one : ready.get()) {
            if (one == partition) {
                return true;
            }
        }
        return false;
    }

    void ready(int partition) {
        ready.updateAndGet(before -> {
            int[] without = without(before, partition);
            int[] after = Arrays.copyOf(without, without.length + 1);
            after[without.length] = partition;
            return after;
        });
    }

    void gone(int partition) {
        ready.updateAndGet(before -> without(before, partition));
    }

    private static int[] without(int[] all, int partition) {
        return Arrays.stream(all).filter(one -> one != partition).toArray();
    }
}
