package dev.candor.actors.executor;

import dev.candor.actors.executor.ModelEntry.Stage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which models leave a device so that another fits: the least recently used first; one with requests waiting only after all that have none; the one that has
 * the device never. Pure.
 */
final class EvictionDecider {
    private EvictionDecider() {}

    /** Bytes that models other than {@code except} take on the device. */
    static long used(Collection<ModelEntry> models, ModelEntry except) {
        long sum = 0;
        for (ModelEntry entry : models) {
            if (entry != except && entry.stage == Stage.RESIDENT) {
                sum += entry.memory;
            }
        }
        return sum;
    }

    /**
     * The models to evict, in order, so that {@code arriving} fits into {@code budget}; all that may go where even that is not enough.
     *
     * @param holder the model that has the device, or null
     */
    static List<ModelEntry> victims(
            Collection<ModelEntry> models, ModelEntry arriving, @Nullable ModelEntry holder, long budget) {
        long used = used(models, arriving);
        List<ModelEntry> candidates = new ArrayList<>(models);
        candidates.removeIf(entry -> entry == arriving || entry == holder || entry.stage != Stage.RESIDENT);
        candidates.sort(Comparator.<ModelEntry, Boolean>comparing(entry -> entry.waiting)
                .thenComparing((one, other) -> Long.signum(one.lastUsed - other.lastUsed)));
        List<ModelEntry> victims = new ArrayList<>();
        for (ModelEntry candidate : candidates) {
            if (used + arriving.memory <= budget) {
                break;
            }
            victims.add(candidate);
            used -= candidate.memory;
        }
        return victims;
    }
}
