package dev.candor.actors.executor;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is on a device: start-time fair queueing over measured time.
 *
 * <p>Each model carries the time it got so far; the next turn goes to the model that got least, in the order of asking where equal. A model that was idle starts
 * where the device is now, so that it neither lives on what it did not use nor pays for what nobody wanted meanwhile. So of two models that keep asking
 * neither gets more of the device than the other by more than one longest batch of each, however long their batches are.
 *
 * <p>Loads are one party beside all batches together: while batches wait, they get at most a given share of the device, so that many cold models cannot take
 * the device from the warm ones. Where no batch waits, a load starts at once. Pure; not thread-safe.
 */
final class Turns {
    /** A turn: a batch of the model, or loading it. */
    record Turn(ModelEntry entry, boolean load) {}

    private final double loadShare;
    private final List<Turn> batches = new ArrayList<>();
    private final List<Turn> loads = new ArrayList<>();
    private @Nullable Turn next;
    private @Nullable Turn current;

    /** The time got by the model whose turn came last. */
    private double now;

    /** What batches and loads got, each over its share. */
    private double batchTime;

    private double loadTime;

    /**
     * No turns.
     *
     * @param loadShare the part of the device's time that loads get at most while batches wait; above 0, below 1
     */
    Turns(double loadShare) {
        this.loadShare = loadShare;
    }

    /** The model waits for the device. */
    void add(ModelEntry entry, boolean load) {
        List<Turn> kind = load ? loads : batches;
        if (kind.isEmpty() && (current == null || current.load() != load)) {
            // A party that comes back starts where the other is.
            if (load) {
                loadTime = Math.max(loadTime, batchTime);
            } else {
                batchTime = Math.max(batchTime, loadTime);
            }
        }
        if (!load) {
            entry.served = Math.max(entry.served, now);
        }
        kind.add(new Turn(entry, load));
    }

    /** A batch of the model goes before all others. */
    void putFirst(ModelEntry entry) {
        entry.served = Math.max(entry.served, now);
        next = new Turn(entry, false);
    }

    /** Takes the next turn, or null where nobody waits. */
    @Nullable
    Turn poll() {
        Turn first = next;
        if (first != null) {
            next = null;
        } else if (batches.isEmpty() || (!loads.isEmpty() && loadTime < batchTime)) {
            first = loads.isEmpty() ? null : loads.removeFirst();
        } else {
            first = leastServed();
            now = Math.max(now, first.entry().served);
        }
        current = first;
        return first;
    }

    private Turn leastServed() {
        int least = 0;
        for (int i = 1; i < batches.size(); i++) {
            if (batches.get(i).entry().served < batches.get(least).entry().served) {
                least = i;
            }
        }
        return batches.remove(least);
    }

    /** The turn that was taken last is over. */
    void ended() {
        current = null;
    }

    /** A batch took the device for {@code nanos}. */
    void ran(ModelEntry entry, long nanos) {
        entry.served += nanos;
        batchTime += nanos / (1 - loadShare);
    }

    /** A load took the device for {@code nanos}. */
    void loaded(long nanos) {
        loadTime += nanos / loadShare;
    }

    /** Drops the turns of models that {@code gone} names. */
    void removeIf(Predicate<ModelEntry> gone) {
        drop(batches, gone);
        drop(loads, gone);
        if (next != null && gone.test(next.entry())) {
            next = null;
        }
    }

    private static void drop(List<Turn> turns, Predicate<ModelEntry> gone) {
        for (Iterator<Turn> each = turns.iterator(); each.hasNext(); ) {
            if (gone.test(each.next().entry())) {
                each.remove();
            }
        }
    }

    /** Nobody waits. */
    void clear() {
        batches.clear();
        loads.clear();
        next = null;
        current = null;
    }
}
