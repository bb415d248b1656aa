package dev.candor.cluster.language;

import dev.candor.actors.inference.Answer;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Identity;
import dev.candor.actors.inference.InferenceJob;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.inference.Timings;
import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.receipt.BatchSigner;
import dev.candor.actors.receipt.Digests;
import dev.candor.actors.receipt.ReceiptLeaf;
import dev.candor.actors.routing.CommitSink;
import dev.candor.actors.routing.Commitment;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.RequestId;
import dev.candor.gpuconfig.language.SequenceEnd;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receipts of sequences, as {@code BatchFinisher} makes those of batches: one signature over the sequences that ended with one step, and then the partitions, from
 * which each caller gets its answer once it is committed. Thread-safe.
 */
final class SequenceReceipts {
    private static final Logger LOG = LoggerFactory.getLogger(SequenceReceipts.class);

    private final BatchSigner signer;
    private final CommitSink commits;
    private final Executor threads;
    private final LongSupplier wallMillis;

    SequenceReceipts(BatchSigner signer, CommitSink commits, Executor threads, LongSupplier wallMillis) {
        this.signer = signer;
        this.commits = commits;
        this.threads = threads;
        this.wallMillis = wallMillis;
    }

    /** A sequence and the job that it answers. */
    record Ended(InferenceJob job, SequenceEnd.Written written) {}

    /** Signs and passes on, on another thread; each job's {@code replyTo} gets its outcome. */
    void finish(List<Ended> ended, String device) {
        try {
            threads.execute(() -> finishNow(ended, device));
        } catch (RejectedExecutionException e) {
            refuse(ended, Refusal.of(ErrorCode.NOT_READY, "the node is stopping; send the request to another one"));
        }
    }

    private void finishNow(List<Ended> ended, String device) {
        Map<Integer, List<Commitment>> groups;
        try {
            groups = commitments(ended, device);
        } catch (RuntimeException e) {
            LOG.error("{} sequences could not be signed", ended.size(), e);
            refuse(ended, Refusal.of(ErrorCode.INTERNAL, "the answers could not be signed: " + e.getMessage()));
            return;
        }
        groups.forEach((partition, entries) -> {
            try {
                commits.commit(partition, entries);
            } catch (RuntimeException e) {
                LOG.error("Sequences could not be passed to partition {}", partition, e);
                Refusal unknown = Refusal.of(
                        ErrorCode.COMMIT_UNKNOWN,
                        "the answer may or may not be in the journal; a retry under the same idempotency key tells");
                entries.forEach(entry -> entry.replyTo().tell(new InferenceOutcome.Refused(entry.uuid(), unknown)));
            }
        });
    }

    private Map<Integer, List<Commitment>> commitments(List<Ended> ended, String device) {
        int keyless = commits.keylessPartition();
        long answeredAt = wallMillis.getAsLong();
        List<List<Tensor>> outputs = new ArrayList<>();
        List<ReceiptLeaf> leaves = new ArrayList<>();
        for (Ended each : ended) {
            InferenceJob job = each.job();
            List<Tensor> all = TextTensors.outputs(
                    each.written().tokens(), each.written().reason().word());
            List<Tensor> wanted = job.outputs().stream()
                    .map(name -> all.stream()
                            .filter(output -> output.name().equals(name))
                            .findFirst()
                            .orElseThrow())
                    .toList();
            outputs.add(wanted);
            leaves.add(new ReceiptLeaf(
                    signer.network(),
                    signer.keyId(),
                    new RequestId(job.identity().map(Identity::partition).orElse(keyless), job.uuid()),
                    job.caller(),
                    job.model(),
                    Digests.salted(job.salt(), job.requestDigest()),
                    Digests.salted(job.salt(), Digests.answer(wanted)),
                    job.mode(),
                    VerificationMode.VANILLA,
                    ReceiptLeaf.Arithmetic.FLOAT,
                    device,
                    answeredAt));
        }
        List<Bytes> receipts = signer.sign(leaves);
        Map<Integer, List<Commitment>> groups = new TreeMap<>();
        for (int i = 0; i < ended.size(); i++) {
            InferenceJob job = ended.get(i).job();
            SequenceEnd.Written written = ended.get(i).written();
            RequestId id = leaves.get(i).id();
            groups.computeIfAbsent(id.partition(), _ -> new ArrayList<>())
                    .add(new Commitment(
                            job.uuid(),
                            job.identity(),
                            new Answer(id, job.model(), outputs.get(i), job.salt(), receipts.get(i)),
                            new Timings(written.queuedNanos(), 0, written.runNanos(), 0),
                            job.deadline(),
                            job.replyTo()));
        }
        return groups;
    }

    private static void refuse(List<Ended> ended, Refusal refusal) {
        ended.forEach(each -> each.job()
                .replyTo()
                .tell(new InferenceOutcome.Refused(each.job().uuid(), refusal)));
    }
}
