package dev.candor.actors.executor;

import dev.candor.actors.backend.LoadedModel.BatchOutput;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.tensor.Tensor;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One batch on its way over a device. It ends exactly once, whoever is first: done or failed by the device's thread, or lost by the executor that gives the
 * device up. Thread-safe.
 */
public final class BatchTask {
    /** Hears of the end of a batch, exactly once; called on the device's or the executor's thread, must neither block nor throw. */
    public interface Listener {
        /** The batch ran; {@code outputs} are the specification's, in its order. */
        void done(BatchTask task, List<BatchOutput> outputs);

        /** The model failed on it. */
        void failed(BatchTask task, Refusal refusal);

        /** The device was given up before it ended: it may or may not have run. */
        void lost(BatchTask task);
    }

    private enum State {
        WAITING,
        RUNNING,
        ENDED
    }

    private final ModelRef model;
    private final List<List<Tensor>> requests;
    private final int[] items;
    private final int totalItems;
    private final Listener listener;
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
    private volatile long startedAt;
    private volatile long endedAt;

    /**
     * A batch.
     *
     * @param requests the inputs of each request
     * @param items the rows of each request; the array is the task's from here on
     * @param totalItems their sum
     */
    public BatchTask(ModelRef model, List<List<Tensor>> requests, int[] items, int totalItems, Listener listener) {
        this.model = model;
        this.requests = requests;
        this.items = items;
        this.totalItems = totalItems;
        this.listener = listener;
    }

    /** What runs it. */
    public ModelRef model() {
        return model;
    }

    /** The rows of all requests. */
    public int totalItems() {
        return totalItems;
    }

    /** When the device took it up, on the monotonic clock; valid once it runs. */
    public long startedAt() {
        return startedAt;
    }

    /** When the device was through, on the monotonic clock; valid once done. */
    public long endedAt() {
        return endedAt;
    }

    List<List<Tensor>> requests() {
        return requests;
    }

    int[] items() {
        return items;
    }

    /** False if it was lost before. */
    boolean start(long now) {
        startedAt = now;
        return state.compareAndSet(State.WAITING, State.RUNNING);
    }

    void done(long now, List<BatchOutput> outputs) {
        endedAt = now;
        if (state.compareAndSet(State.RUNNING, State.ENDED)) {
            listener.done(this, outputs);
        }
    }

    void failed(long now, Refusal refusal) {
        endedAt = now;
        if (state.compareAndSet(State.RUNNING, State.ENDED)) {
            listener.failed(this, refusal);
        }
    }

    void lose() {
        if (state.getAndSet(State.ENDED) != State.ENDED) {
            listener.lost(this);
        }
    }
}
