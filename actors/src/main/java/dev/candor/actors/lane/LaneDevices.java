package dev.candor.actors.lane;

import dev.candor.actors.executor.Executor;
import dev.candor.actors.executor.Residency;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.model.ModelRef;
import java.util.Arrays;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** What a lane's model is to each device of the node, and which of them were asked for a slot. Confined to its lane. */
final class LaneDevices {
    private static final List<Residency> FROM_THE_BEST =
            List.of(Residency.READY, Residency.LOADING, Residency.COLD, Residency.FAILED);

    private final List<ActorRef<Executor.Command>> executors;
    private final Executor.RequestSlot request;
    private final Executor.Cool cool;
    private final Residency[] residencies;
    private final @Nullable Refusal[] reasons;
    private final boolean[] asked;

    LaneDevices(ModelRef model, List<ActorRef<Executor.Command>> executors) {
        this.executors = executors;
        this.request = new Executor.RequestSlot(model);
        this.cool = new Executor.Cool(model);
        this.residencies = new Residency[executors.size()];
        // Until an executor says otherwise it is starting, and jobs wait for it.
        Arrays.fill(residencies, Residency.LOADING);
        this.reasons = new Refusal[executors.size()];
        this.asked = new boolean[executors.size()];
    }

    void changed(int executor, Residency residency, @Nullable Refusal why) {
        residencies[executor] = residency;
        reasons[executor] = why;
        if (residency == Residency.FAILED || residency == Residency.DOWN) {
            asked[executor] = false;
        }
    }

    void granted(int executor) {
        asked[executor] = false;
    }

    /** The best that the model is on any device. */
    Residency best() {
        for (Residency each : FROM_THE_BEST) {
            if (indexOf(each) >= 0) {
                return each;
            }
        }
        return Residency.DOWN;
    }

    /** Whether a device has the model or may get it. */
    boolean any() {
        Residency best = best();
        return best != Residency.FAILED && best != Residency.DOWN;
    }

    /** Why the model is that on some device, where it was said. */
    @Nullable
    Refusal reason(Residency residency) {
        for (int i = 0; i < residencies.length; i++) {
            if (residencies[i] == residency && reasons[i] != null) {
                return reasons[i];
            }
        }
        return null;
    }

    /**
     * Asks every device that has the model for a slot, so that whichever is idle first takes the batch; where none has it, one that is loading it or could.
     *
     * @return false where there is none to ask
     */
    boolean ask() {
        boolean ready = false;
        for (int i = 0; i < residencies.length; i++) {
            if (residencies[i] == Residency.READY) {
                ready = true;
                ask(i);
            }
        }
        if (ready) {
            return true;
        }
        int loading = indexOf(Residency.LOADING);
        int next = loading >= 0 ? loading : indexOf(Residency.COLD);
        if (next >= 0) {
            ask(next);
        }
        return next >= 0;
    }

    /** Asks further devices for a slot until {@code wanted} have the model or were asked: a slot loads the model, and goes back if nothing waits for it. */
    void warm(int wanted) {
        int missing = wanted - count(Residency.READY) - count(Residency.LOADING);
        for (int i = 0; i < residencies.length && missing > 0; i++) {
            if (residencies[i] == Residency.COLD) {
                ask(i);
                missing--;
            }
        }
    }

    /** Asks the last device that has the model to let it go. */
    void cool() {
        for (int i = residencies.length - 1; i >= 0; i--) {
            if (residencies[i] == Residency.READY) {
                executors.get(i).tell(cool);
                return;
            }
        }
    }

    /** How many devices have the model so. */
    int count(Residency residency) {
        int count = 0;
        for (Residency each : residencies) {
            count += each == residency ? 1 : 0;
        }
        return count;
    }

    private void ask(int executor) {
        if (!asked[executor]) {
            asked[executor] = true;
            executors.get(executor).tell(request);
        }
    }

    private int indexOf(Residency residency) {
        for (int i = 0; i < residencies.length; i++) {
            if (residencies[i] == residency) {
                return i;
            }
        }
        return -1;
    }
}
