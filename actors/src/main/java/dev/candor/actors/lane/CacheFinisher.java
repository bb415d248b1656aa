package dev.candor.actors.lane;

import dev.candor.actors.cache.CachedAnswer;
import dev.candor.actors.inference.Answer;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Identity;
import dev.candor.actors.inference.InferenceJob;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.inference.Timings;
import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.metrics.ModelMetrics;
import dev.candor.actors.receipt.BatchSigner;
import dev.candor.actors.receipt.Digests;
import dev.candor.actors.receipt.ReceiptLeaf;
import dev.candor.actors.routing.CommitSink;
import dev.candor.actors.routing.Commitment;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.value.RequestId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens to a request whose answer is kept: it gets a leaf of its own, marked, over its own salt; leaves that come while others are signed share the next
 * signature; the answers go into the journal like any other. An idempotency key keeps its meaning: its partition decides. Thread-safe.
 */
final class CacheFinisher {
    private static final Logger LOG = LoggerFactory.getLogger(CacheFinisher.class);
    private static final int MOST = 256;

    private final BatchSigner signer;
    private final CommitSink commits;
    private final Executor threads;
    private final LongSupplier nanoTime;
    private final LongSupplier wallMillis;
    private final ConcurrentLinkedQueue<Hit> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean signing = new AtomicBoolean();

    CacheFinisher(
            BatchSigner signer, CommitSink commits, Executor threads, LongSupplier nanoTime, LongSupplier wallMillis) {
        this.signer = signer;
        this.commits = commits;
        this.threads = threads;
        this.nanoTime = nanoTime;
        this.wallMillis = wallMillis;
    }

    private record Hit(
            InferenceJob job,
            CachedAnswer cached,
            ReceiptLeaf.Arithmetic arithmetic,
            ModelMetrics metrics,
            long arrivedAt) {
        void refuse(Refusal refusal) {
            job.replyTo().tell(new InferenceOutcome.Refused(job.uuid(), refusal));
        }
    }

    void finish(
            InferenceJob job,
            CachedAnswer cached,
            ReceiptLeaf.Arithmetic arithmetic,
            ModelMetrics metrics,
            long arrivedAt) {
        waiting.add(new Hit(job, cached, arithmetic, metrics, arrivedAt));
        schedule();
    }

    private void schedule() {
        if (signing.compareAndSet(false, true)) {
            try {
                threads.execute(this::signAll);
            } catch (RejectedExecutionException e) {
                Refusal refusal =
                        Refusal.of(ErrorCode.NOT_READY, "the node is stopping; send the request to another one");
                for (Hit hit = waiting.poll(); hit != null; hit = waiting.poll()) {
                    hit.refuse(refusal);
                }
                signing.set(false);
            }
        }
    }

    private void signAll() {
        try {
            for (List<Hit> hits = take(); !hits.isEmpty(); hits = take()) {
                finishNow(hits);
            }
        } finally {
            signing.set(false);
        }
        // A hit that came between the last look and the flag would wait for the next one.
        if (!waiting.isEmpty()) {
            schedule();
        }
    }

    private List<Hit> take() {
        List<Hit> hits = new ArrayList<>();
        while (hits.size() < MOST) {
            @Nullable Hit hit = waiting.poll();
            if (hit == null) {
                break;
            }
            hits.add(hit);
        }
        return hits;
    }

    private void finishNow(List<Hit> hits) {
        Map<Integer, List<Commitment>> groups;
        try {
            groups = answers(hits);
        } catch (RuntimeException e) {
            LOG.error("Cached answers could not be signed", e);
            Refusal refusal = Refusal.of(ErrorCode.INTERNAL, "the answer could not be signed: " + e.getMessage());
            hits.forEach(hit -> hit.refuse(refusal));
            return;
        }
        groups.forEach((partition, entries) -> {
            try {
                commits.commit(partition, entries);
            } catch (RuntimeException e) {
                LOG.error("Cached answers could not be passed to partition {}", partition, e);
                Refusal refusal = Refusal.of(
                        ErrorCode.COMMIT_UNKNOWN,
                        "the answer may or may not be in the journal; a retry under the same idempotency key tells");
                entries.forEach(entry -> entry.replyTo().tell(new InferenceOutcome.Refused(entry.uuid(), refusal)));
            }
        });
    }

    private Map<Integer, List<Commitment>> answers(List<Hit> hits) {
        int keyless = commits.keylessPartition();
        long answeredAt = wallMillis.getAsLong();
        Digest network = signer.network();
        Digest key = signer.keyId();
        List<ReceiptLeaf> leaves = new ArrayList<>(hits.size());
        for (Hit hit : hits) {
            InferenceJob job = hit.job();
            leaves.add(new ReceiptLeaf(
                    network,
                    key,
                    new RequestId(job.identity().map(Identity::partition).orElse(keyless), job.uuid()),
                    job.caller(),
                    job.model(),
                    Digests.salted(job.salt(), job.requestDigest()),
                    Digests.salted(job.salt(), Digests.answer(hit.cached().outputs())),
                    job.mode(),
                    VerificationMode.VANILLA,
                    hit.arithmetic(),
                    hit.cached().device(),
                    answeredAt,
                    true));
        }
        List<Bytes> receipts = signer.sign(leaves);
        long now = nanoTime.getAsLong();
        Map<Integer, List<Commitment>> groups = new TreeMap<>();
        for (int i = 0; i < hits.size(); i++) {
            Hit hit = hits.get(i);
            InferenceJob job = hit.job();
            RequestId id = leaves.get(i).id();
            long took = now - hit.arrivedAt();
            groups.computeIfAbsent(id.partition(), partition -> new ArrayList<>())
                    .add(new Commitment(
                            job.uuid(),
                            job.identity(),
                            new Answer(id, job.model(), hit.cached().outputs(), job.salt(), receipts.get(i)),
                            new Timings(0, took, 0, 0),
                            job.deadline(),
                            job.replyTo()));
            hit.metrics().cacheHit(took);
        }
        return groups;
    }
}
