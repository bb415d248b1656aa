package dev.candor.actors.executor;

import dev.candor.actors.backend.InferenceBackend;
import dev.candor.actors.backend.LoadedModel;
import dev.candor.actors.backend.LoadedModel.BatchOutput;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.model.ModelSpec;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The platform thread of one device. It makes the backend, and nothing else ever touches the backend or its models.
 *
 * <p>Work is done in the order of the calls; every method returns at once and may be called from any thread. What happened is told to the event consumer,
 * on this thread. A thread that is given up ({@link #abandon}) takes no more work, frees what it can when the device lets it, and ends.
 */
final class DeviceThread {
    /** What the thread has to say. */
    sealed interface Event {
        /** The backend is there and may hold {@code memoryBudget} bytes of models. */
        record Up(long memoryBudget) implements Event {}

        /** The model is warm and takes {@code memory} bytes. */
        record Loaded(ModelRef model, long memory) implements Event {}

        /** The model could not be loaded. */
        record LoadFailed(ModelRef model, Refusal refusal) implements Event {}

        /** A batch ended. */
        record Ran(ModelRef model, int items, long nanos) implements Event {}

        /** The backend could not be made, or failed in a way that leaves it in doubt. */
        record Broken(String why) implements Event {}

        /** The thread is over; the last event. */
        record Ended() implements Event {}
    }

    private static final Logger LOG = LoggerFactory.getLogger(DeviceThread.class);

    private final Device device;
    private final Consumer<Event> events;
    private final LongSupplier nanoTime;
    private final Thread thread;
    private final LinkedBlockingQueue<Work> queue = new LinkedBlockingQueue<>();
    private final Map<ModelRef, LoadedModel> models = new HashMap<>();
    private volatile boolean closing;
    private volatile @Nullable BatchTask running;

    private sealed interface Work {
        record Load(ModelRef model, Path file, ModelSpec spec) implements Work {}

        record Evict(ModelRef model) implements Work {}

        record Run(BatchTask task) implements Work {}

        record Stop() implements Work {}
    }

    DeviceThread(Device device, Consumer<Event> events, LongSupplier nanoTime) {
        this.device = device;
        this.events = events;
        this.nanoTime = nanoTime;
        this.thread = Thread.ofPlatform()
                .name("candor-device-" + device.name())
                .daemon(true)
                .unstarted(this::live);
    }

    void start() {
        thread.start();
    }

    void load(ModelRef model, Path file, ModelSpec spec) {
        queue.add(new Work.Load(model, file, spec));
    }

    void evict(ModelRef model) {
        queue.add(new Work.Evict(model));
    }

    void run(BatchTask task) {
        queue.add(new Work.Run(task));
        if (closing) {
            // The thread may have looked at the queue for the last time already.
            task.lose();
        }
    }

    /** The batch on the device, or null. */
    @Nullable
    BatchTask running() {
        return running;
    }

    /** Whether anything waits for the thread. */
    boolean handedOver() {
        return !queue.isEmpty();
    }

    /** Ends the thread after what it is doing now; batches that have not started are lost. */
    void close() {
        closing = true;
        queue.add(new Work.Stop());
    }

    /** Ends the thread without waiting for what it is doing now, which is lost. */
    void abandon() {
        close();
        BatchTask task = running;
        if (task != null) {
            task.lose();
        }
        loseQueued();
        thread.interrupt();
    }

    private void loseQueued() {
        for (Work work : queue) {
            if (work instanceof Work.Run run) {
                run.task().lose();
            }
        }
    }

    private void live() {
        InferenceBackend backend = null;
        try {
            backend = device.backend().create();
            events.accept(new Event.Up(backend.memoryBudget()));
            serve(backend);
        } catch (InterruptedException e) {
            LOG.debug("The thread of device {} was given up", device.name());
        } catch (Throwable e) {
            // Errors included: a native library that cannot be linked is an Error, and the operator must hear of it.
            LOG.error("Device {} failed", device.name(), e);
            events.accept(new Event.Broken(describe(e)));
        } finally {
            closing = true;
            loseQueued();
            free(backend);
            events.accept(new Event.Ended());
        }
    }

    private void serve(InferenceBackend backend) throws InterruptedException {
        while (!closing) {
            switch (queue.take()) {
                case Work.Run(BatchTask task) -> run(backend, task);
                case Work.Load(ModelRef model, Path file, ModelSpec spec) -> load(backend, model, file, spec);
                case Work.Evict(ModelRef model) -> {
                    LoadedModel loaded = models.remove(model);
                    if (loaded != null) {
                        close(loaded);
                    }
                }
                case Work.Stop() -> {
                    return;
                }
            }
        }
    }

    private void load(InferenceBackend backend, ModelRef model, Path file, ModelSpec spec) {
        Event outcome;
        try {
            LoadedModel loaded = backend.load(file, spec);
            LoadedModel before = models.put(model, loaded);
            if (before != null) {
                close(before);
            }
            outcome = new Event.Loaded(model, loaded.memory());
        } catch (RefusedException e) {
            outcome = new Event.LoadFailed(model, e.refusal());
        } catch (RuntimeException e) {
            LOG.error("Model {} {} failed to load on {}", model.name(), model.version(), device.name(), e);
            outcome = new Event.LoadFailed(
                    model,
                    Refusal.of(
                            ErrorCode.INVALID_MODEL,
                            "model " + model.name() + " " + model.version() + " cannot be loaded on " + device.name()
                                    + ": " + describe(e)));
        }
        events.accept(outcome);
    }

    private void run(InferenceBackend backend, BatchTask task) {
        long start = nanoTime.getAsLong();
        if (!task.start(start)) {
            return;
        }
        running = task;
        LoadedModel model = models.get(task.model());
        List<BatchOutput> outputs = List.of();
        Refusal refusal = null;
        try {
            if (model == null) {
                throw new RefusedException(
                        ErrorCode.INTERNAL, "model " + task.model().name() + " is not on " + backend.device());
            }
            outputs = model.run(task.requests(), task.items());
        } catch (RefusedException e) {
            refusal = e.refusal();
        } catch (RuntimeException e) {
            LOG.error("A batch of {} failed on {}", task.model().name(), device.name(), e);
            refusal = Refusal.of(
                    ErrorCode.EXECUTION_FAILED,
                    "model " + task.model().name() + " " + task.model().version() + " failed: " + describe(e));
        } catch (Error e) {
            // The device may be in any state: whoever waits is told before the thread ends.
            running = null;
            task.lose();
            throw e;
        }
        running = null;
        long end = nanoTime.getAsLong();
        // First the device's next turn, then this batch's answers.
        events.accept(new Event.Ran(task.model(), task.totalItems(), end - start));
        if (refusal == null) {
            task.done(end, outputs);
        } else {
            task.failed(end, refusal);
        }
    }

    private void free(@Nullable InferenceBackend backend) {
        models.values().forEach(this::close);
        models.clear();
        if (backend != null) {
            close(backend);
        }
    }

    private void close(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            LOG.warn("Something could not be freed on {}", device.name(), e);
        }
    }

    private static String describe(Throwable e) {
        String message = e.getMessage();
        return message == null
                ? e.getClass().getSimpleName()
                : message.lines().findFirst().orElse("");
    }
}
