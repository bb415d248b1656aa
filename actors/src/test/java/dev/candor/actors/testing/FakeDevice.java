package dev.candor.actors.testing;

import dev.candor.actors.backend.InferenceBackend;
import dev.candor.actors.backend.LoadedModel;
import dev.candor.actors.executor.Device;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.tensor.TensorSpec;
import dev.candor.actors.value.Bytes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * A device without hardware: each row of an output repeats the bytes of the same row of the first input, so that a test sees who got whose rows. Tests hold
 * its batches back, make them fail or hang, and read what ran.
 */
public final class FakeDevice {
    private static final int FREE = 1 << 29;

    private final String name;
    private final long memoryBudget;
    private final Map<Path, Long> memory = new ConcurrentHashMap<>();
    private final Map<Path, String> invalid = new ConcurrentHashMap<>();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final List<Integer> batches = Collections.synchronizedList(new ArrayList<>());
    private final List<String> log = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger created = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    private final AtomicInteger entered = new AtomicInteger();
    private volatile Semaphore permits = new Semaphore(FREE);
    private volatile Semaphore loadPermits = new Semaphore(FREE);
    private volatile Predicate<Tensor> failing = input -> false;
    private volatile boolean broken;

    /** A device of this name that holds {@code memoryBudget} bytes of models; each takes 100 unless said otherwise. */
    public FakeDevice(String name, long memoryBudget) {
        this.name = name;
        this.memoryBudget = memoryBudget;
    }

    /** For an executor host. */
    public Device device() {
        return new Device(name, this::create);
    }

    private InferenceBackend create() {
        if (broken) {
            throw new IllegalStateException("the fake device is broken");
        }
        created.incrementAndGet();
        threads.add(Thread.currentThread());
        return new Backend();
    }

    /** From now on each batch waits for one permit of {@link #release}. */
    public void holdBatches() {
        permits = new Semaphore(0);
    }

    /** Lets {@code count} batches run. */
    public void release(int count) {
        permits.release(count);
    }

    /** Lets batches run, those that wait and all that come. */
    public void releaseAll() {
        Semaphore held = permits;
        permits = new Semaphore(FREE);
        held.release(FREE);
    }

    /** From now on loads wait for {@link #releaseLoads}. */
    public void holdLoads() {
        loadPermits = new Semaphore(0);
    }

    /** Lets loads go on. */
    public void releaseLoads() {
        Semaphore held = loadPermits;
        loadPermits = new Semaphore(FREE);
        held.release(FREE);
    }

    /** The model fails on batches with such an input. */
    public void failOn(Predicate<Tensor> input) {
        failing = input;
    }

    /** Loading this file fails with INVALID_MODEL and {@code sentence}. */
    public void refuseToLoad(Path file, String sentence) {
        invalid.put(file, sentence);
    }

    /** Loading this file works again. */
    public void allowToLoad(Path file) {
        invalid.remove(file);
    }

    /** The model of this file takes {@code bytes}. */
    public void memoryOf(Path file, long bytes) {
        memory.put(file, bytes);
    }

    /** No further backend can be made while this is set. */
    public void broken(boolean value) {
        broken = value;
    }

    /** The rows of each batch that ran. */
    public List<Integer> batches() {
        synchronized (batches) {
            return List.copyOf(batches);
        }
    }

    /** How many batches have reached the device, those that are held included. */
    public int entered() {
        return entered.get();
    }

    /** Loads and evictions, such as {@code load FILE} and {@code close FILE}. */
    public List<String> log() {
        synchronized (log) {
            return List.copyOf(log);
        }
    }

    /** How many backends were made. */
    public int created() {
        return created.get();
    }

    /** How many backends were closed. */
    public int closed() {
        return closed.get();
    }

    /** The threads that made backends. */
    public Set<Thread> threads() {
        return threads;
    }

    private final class Backend implements InferenceBackend {
        private final Thread owner = Thread.currentThread();

        @Override
        public String device() {
            return name;
        }

        @Override
        public long memoryBudget() {
            return memoryBudget;
        }

        @Override
        public LoadedModel load(Path file, ModelSpec spec) {
            confined();
            await(loadPermits);
            String why = invalid.get(file);
            if (why != null) {
                throw new RefusedException(ErrorCode.INVALID_MODEL, why);
            }
            log.add("load " + file.getFileName());
            return new Model(file, spec, this);
        }

        @Override
        public void close() {
            confined();
            closed.incrementAndGet();
        }

        void confined() {
            if (Thread.currentThread() != owner) {
                throw new IllegalStateException("called from " + Thread.currentThread() + " instead of " + owner);
            }
        }
    }

    private static void await(Semaphore semaphore) {
        // As native code does: an interrupt does not end it.
        semaphore.acquireUninterruptibly();
    }

    private final class Model implements LoadedModel {
        private final Path file;
        private final ModelSpec spec;
        private final Backend backend;

        Model(Path file, ModelSpec spec, Backend backend) {
            this.file = file;
            this.spec = spec;
            this.backend = backend;
        }

        @Override
        public long memory() {
            return memory.getOrDefault(file, 100L);
        }

        @Override
        public List<BatchOutput> run(List<List<Tensor>> requests, int[] items) {
            backend.confined();
            entered.incrementAndGet();
            await(permits);
            int rows = 0;
            for (int i = 0; i < requests.size(); i++) {
                rows += items[i];
                if (requests.get(i).stream().anyMatch(failing)) {
                    throw new RefusedException(ErrorCode.EXECUTION_FAILED, "the fake model fails on this input");
                }
            }
            batches.add(rows);
            List<BatchOutput> outputs = new ArrayList<>();
            for (TensorSpec output : spec.outputs()) {
                outputs.add(echo(output, requests, items, rows));
            }
            return outputs;
        }

        @Override
        public void close() {
            backend.confined();
            log.add("close " + file.getFileName());
        }
    }

    private static LoadedModel.BatchOutput echo(TensorSpec output, List<List<Tensor>> requests, int[] items, int rows) {
        long[] dimensions = new long[output.shape().rank() - 1];
        for (int axis = 0; axis < dimensions.length; axis++) {
            dimensions[axis] = Math.max(1, output.shape().at(axis + 1));
        }
        Shape itemShape = Shape.of(dimensions);
        int itemBytes = Math.toIntExact(itemShape.elements() * output.datatype().size());
        byte[] data = new byte[rows * itemBytes];
        int row = 0;
        for (int i = 0; i < requests.size(); i++) {
            Bytes input = requests.get(i).getFirst().data();
            int inputBytes = input.length() / items[i];
            for (int item = 0; item < items[i]; item++, row++) {
                for (int at = 0; at < itemBytes; at++) {
                    data[row * itemBytes + at] = input.at(item * inputBytes + at % inputBytes);
                }
            }
        }
        return new LoadedModel.BatchOutput(output.name(), output.datatype(), itemBytes, itemShape, Bytes.wrap(data));
    }
}
