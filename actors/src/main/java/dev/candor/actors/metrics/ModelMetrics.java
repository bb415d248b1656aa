package dev.candor.actors.metrics;

import dev.candor.actors.batching.BatchReason;
import dev.candor.actors.metrics.ModelStatistics.BatchSize;
import dev.candor.actors.metrics.ModelStatistics.Span;
import dev.candor.actors.model.ModelRef;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;

/** The counters of one model version on this node. Thread-safe; counting neither blocks nor allocates. */
public final class ModelMetrics {
    private final ModelRef model;
    private final Sum success = new Sum();
    private final Sum failure = new Sum();
    private final Sum queue = new Sum();
    private final Sum input = new Sum();
    private final Sum infer = new Sum();
    private final Sum output = new Sum();
    private final Sum cacheHits = new Sum();
    private final LongAdder cacheMisses = new LongAdder();
    private final LongAdder items = new LongAdder();
    private final Map<BatchReason, LongAdder> reasons = new EnumMap<>(BatchReason.class);
    private final AtomicReferenceArray<SizeCounters> sizes;
    private volatile long lastInference;
    private volatile int pending;

    /** A count and a sum of nanoseconds. */
    private static final class Sum {
        private final LongAdder count = new LongAdder();
        private final LongAdder nanos = new LongAdder();

        void add(long times, long duration) {
            count.add(times);
            nanos.add(duration);
        }

        Span span() {
            return new Span(count.sum(), nanos.sum());
        }
    }

    /** The counters of one batch size. */
    private static final class SizeCounters {
        private final Sum input = new Sum();
        private final Sum infer = new Sum();
        private final Sum output = new Sum();
    }

    /** Counters at zero for batches of up to {@code maxBatchSize} items. */
    public ModelMetrics(ModelRef model, int maxBatchSize) {
        this.model = model;
        this.sizes = new AtomicReferenceArray<>(maxBatchSize + 1);
        for (BatchReason reason : BatchReason.values()) {
            reasons.put(reason, new LongAdder());
        }
    }

    /** Counts a request that was refused after it had reached the lane, {@code nanos} after that. */
    public void failed(long nanos) {
        failure.add(1, nanos);
    }

    /** Counts a request that was answered {@code total} nanoseconds after it had reached the lane, {@code queued} of them in the queue. */
    public void succeeded(long total, long queued) {
        success.add(1, total);
        queue.add(1, queued);
    }

    /**
     * Counts a batch; times in nanoseconds.
     *
     * @param requests how many requests it held
     * @param rows its items
     * @param assembly from its forming to the device
     * @param run on the device
     * @param finish slicing, digests, signing
     * @param wallMillis milliseconds since 1970
     */
    public void batch(
            int requests, int rows, BatchReason reason, long assembly, long run, long finish, long wallMillis) {
        items.add(rows);
        counter(reason).increment();
        // Triton's per-request times: every request of a batch waited for the whole of it.
        input.add(requests, assembly * requests);
        infer.add(requests, run * requests);
        output.add(requests, finish * requests);
        SizeCounters size = counters(rows);
        size.input.add(1, assembly);
        size.infer.add(1, run);
        size.output.add(1, finish);
        lastInference = wallMillis;
    }

    private SizeCounters counters(int rows) {
        int index = Math.min(rows, sizes.length() - 1);
        SizeCounters counters = sizes.get(index);
        if (counters == null) {
            sizes.compareAndSet(index, null, new SizeCounters());
            counters = sizes.get(index);
        }
        return counters;
    }

    /** Counts a request whose answer was kept and signed {@code total} nanoseconds after it had reached the lane. */
    public void cacheHit(long total) {
        cacheHits.add(1, total);
        success.add(1, total);
        queue.add(1, 0);
    }

    /** Counts a request whose answer may be kept and was not there. */
    public void cacheMiss() {
        cacheMisses.increment();
    }

    /** Sets how many requests wait. */
    public void pending(int requests) {
        pending = requests;
    }

    /** What is counted. */
    public ModelRef model() {
        return model;
    }

    /** How many requests wait. */
    public int pending() {
        return pending;
    }

    /** How many batches left for {@code reason}. */
    public long batches(BatchReason reason) {
        return counter(reason).sum();
    }

    private LongAdder counter(BatchReason reason) {
        return Objects.requireNonNull(reasons.get(reason));
    }

    /** The figures in the form of the statistics extension; each is exact, together they may be a few requests apart. */
    public ModelStatistics statistics() {
        List<BatchSize> bySize = new ArrayList<>();
        long executions = 0;
        for (int i = 0; i < sizes.length(); i++) {
            SizeCounters counters = sizes.get(i);
            if (counters != null) {
                BatchSize size = new BatchSize(i, counters.input.span(), counters.infer.span(), counters.output.span());
                executions += size.computeInfer().count();
                bySize.add(size);
            }
        }
        return new ModelStatistics(
                model,
                lastInference,
                items.sum(),
                executions,
                success.span(),
                failure.span(),
                queue.span(),
                input.span(),
                infer.span(),
                output.span(),
                cacheHits.span(),
                cacheMisses.sum(),
                List.copyOf(bySize));
    }
}
