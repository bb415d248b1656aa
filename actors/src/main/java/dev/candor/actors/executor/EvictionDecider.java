package dev.candor.actors.executor;

import dev.candor.actors.model.ModelRef;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Which models leave a device so that another fits: the least recently used first; one with requests waiting only after all that have none; one that runs
 * never. Pure.
 */
final class EvictionDecider {
    /**
     * A model on the device.
     *
     * @param memory bytes
     * @param lastUsed on the monotonic clock
     * @param queued whether requests wait for it
     * @param running whether it holds the device right now
     */
    record Resident(ModelRef model, long memory, long lastUsed, boolean queued, boolean running) {}

    private EvictionDecider() {}

    /**
     * The models to evict, in order, so that {@code need} more bytes fit into {@code budget}; as many as may go where even that is not enough.
     *
     * @param allowQueued whether models with requests waiting may go
     */
    static List<ModelRef> victims(List<Resident> residents, long need, long budget, long now, boolean allowQueued) {
        long used = residents.stream().mapToLong(Resident::memory).sum();
        List<Resident> candidates = residents.stream()
                .filter(each -> !each.running() && (allowQueued || !each.queued()))
                .sorted(Comparator.comparing(Resident::queued)
                        .thenComparing(Comparator.comparingLong((Resident each) -> now - each.lastUsed())
                                .reversed()))
                .toList();
        List<ModelRef> victims = new ArrayList<>();
        for (Resident candidate : candidates) {
            if (used <= budget - need) {
                break;
            }
            victims.add(candidate.model());
            used -= candidate.memory();
        }
        return victims;
    }
}
