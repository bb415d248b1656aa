package dev.candor.actors.lane;

import dev.candor.actors.cache.CachedAnswer;
import dev.candor.actors.cache.ResponseCache;
import dev.candor.actors.inference.InferenceJob;
import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.metrics.ModelMetrics;
import dev.candor.actors.receipt.BatchSigner;
import dev.candor.actors.receipt.ReceiptLeaf;
import dev.candor.actors.routing.CommitSink;
import dev.candor.actors.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/** The node's response cache as its lanes use it. Only requests in the mode VANILLA have one: a proof or an attestation is of a run. Thread-safe. */
public final class LaneCache {
    private final ResponseCache cache;
    private final CacheFinisher finisher;

    /** Signs and commits hits as {@link BatchFinisher} does batches. */
    public LaneCache(
            ResponseCache cache,
            BatchSigner signer,
            CommitSink commits,
            Executor threads,
            LongSupplier nanoTime,
            LongSupplier wallMillis) {
        this.cache = cache;
        this.finisher = new CacheFinisher(signer, commits, threads, nanoTime, wallMillis);
    }

    /** Answers {@code job} if its answer is kept. */
    boolean answer(InferenceJob job, ReceiptLeaf.Arithmetic arithmetic, ModelMetrics metrics, long arrivedAt) {
        Optional<CachedAnswer> kept = job.mode() == VerificationMode.VANILLA
                ? cache.find(job.model(), job.requestDigest())
                : Optional.empty();
        if (kept.isEmpty()) {
            metrics.cacheMiss();
            return false;
        }
        finisher.finish(job, kept.get(), arithmetic, metrics, arrivedAt);
        return true;
    }

    /** Keeps what a device answered. */
    void keep(InferenceJob job, List<Tensor> outputs, String device) {
        if (job.mode() == VerificationMode.VANILLA) {
            cache.keep(job.model(), job.requestDigest(), outputs, device);
        }
    }
}
