package dev.candor.actors.lane;

import dev.candor.actors.backend.LoadedModel.BatchOutput;
import dev.candor.actors.batching.Batch;
import dev.candor.actors.batching.Ticket;
import dev.candor.actors.executor.BatchTask;
import dev.candor.actors.inference.InferenceJob;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.metrics.ModelMetrics;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.receipt.ReceiptLeaf;
import dev.candor.actors.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A batch between its lane and its answers: who gets which rows, and what happens at its end. */
final class RunningBatch implements BatchTask.Listener {
    private final Batch<QueuedJob> batch;
    private final ModelRef model;
    private final ReceiptLeaf.Arithmetic arithmetic;
    private final String device;
    private final long formedAt;
    private final BatchFinisher finisher;
    private final @Nullable LaneCache cache;
    private final LaneGauge gauge;
    private final ModelMetrics metrics;
    private final Returns returns;

    /** Where requests go that did not get an answer from their batch. Thread-safe. */
    interface Returns {
        /** The model failed on a batch of several: each request shall run alone, so that only the guilty one fails. */
        void split(Batch<QueuedJob> batch);

        /** The device was given up. */
        void lost(Batch<QueuedJob> batch);

        /** The model failed on a single request. */
        void failed(QueuedJob job, Refusal refusal, long arrivedAt);
    }

    RunningBatch(
            Batch<QueuedJob> batch,
            ModelRef model,
            ReceiptLeaf.Arithmetic arithmetic,
            String device,
            long formedAt,
            BatchFinisher finisher,
            @Nullable LaneCache cache,
            LaneGauge gauge,
            ModelMetrics metrics,
            Returns returns) {
        this.batch = batch;
        this.model = model;
        this.arithmetic = arithmetic;
        this.device = device;
        this.formedAt = formedAt;
        this.finisher = finisher;
        this.cache = cache;
        this.gauge = gauge;
        this.metrics = metrics;
        this.returns = returns;
    }

    /** Keeps an answer for the next request that asks the same, where the model allows it. */
    void keep(InferenceJob job, List<Tensor> outputs) {
        LaneCache kept = cache;
        if (kept != null) {
            kept.keep(job, outputs, device);
        }
    }

    /** The batch in the device's terms. */
    BatchTask task() {
        int count = batch.tickets().size();
        List<List<Tensor>> requests = new ArrayList<>(count);
        int[] items = new int[count];
        for (int i = 0; i < count; i++) {
            Ticket<QueuedJob> ticket = batch.tickets().get(i);
            requests.add(ticket.payload().job().inputs());
            items[i] = ticket.items();
        }
        return new BatchTask(model, requests, items, batch.items(), this);
    }

    Batch<QueuedJob> batch() {
        return batch;
    }

    ModelRef model() {
        return model;
    }

    ReceiptLeaf.Arithmetic arithmetic() {
        return arithmetic;
    }

    String device() {
        return device;
    }

    long formedAt() {
        return formedAt;
    }

    @Override
    public void done(BatchTask task, List<BatchOutput> outputs) {
        gauge.ran(batch.items(), task.endedAt() - task.startedAt());
        finisher.finish(this, metrics, task, outputs);
    }

    @Override
    public void failed(BatchTask task, Refusal refusal) {
        if (batch.tickets().size() > 1) {
            returns.split(batch);
        } else {
            Ticket<QueuedJob> only = batch.tickets().getFirst();
            returns.failed(only.payload(), refusal, only.arrivedAt());
        }
    }

    @Override
    public void lost(BatchTask task) {
        returns.lost(batch);
    }
}
