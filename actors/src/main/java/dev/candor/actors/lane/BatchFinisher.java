package dev.candor.actors.lane;

import dev.candor.actors.backend.LoadedModel.BatchOutput;
import dev.candor.actors.batching.Ticket;
import dev.candor.actors.executor.BatchTask;
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
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.value.RequestId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens to a batch after the device, on threads of its own: each request's rows are sliced out of the outputs, digests and leaves made, one signature
 * taken over all of them, and the signed answers passed on by partition. Thread-safe.
 */
public final class BatchFinisher {
    private static final Logger LOG = LoggerFactory.getLogger(BatchFinisher.class);

    private final BatchSigner signer;
    private final CommitSink commits;
    private final Executor threads;
    private final LongSupplier nanoTime;
    private final LongSupplier wallMillis;

    /**
     * A finisher.
     *
     * @param threads run the work; neither the device's nor the actors'
     * @param wallMillis milliseconds since 1970, for receipts
     */
    public BatchFinisher(
            BatchSigner signer, CommitSink commits, Executor threads, LongSupplier nanoTime, LongSupplier wallMillis) {
        this.signer = signer;
        this.commits = commits;
        this.threads = threads;
        this.nanoTime = nanoTime;
        this.wallMillis = wallMillis;
    }

    /** The entries of one partition. */
    private record Group(int partition, List<Commitment> entries) {}

    void finish(RunningBatch running, ModelMetrics metrics, BatchTask task, List<BatchOutput> outputs) {
        try {
            threads.execute(() -> finishNow(running, metrics, task, outputs));
        } catch (RejectedExecutionException e) {
            refuse(
                    running,
                    metrics,
                    Refusal.of(ErrorCode.NOT_READY, "the node is stopping; send the request to another one"));
        }
    }

    private void finishNow(RunningBatch running, ModelMetrics metrics, BatchTask task, List<BatchOutput> outputs) {
        List<Group> groups;
        try {
            groups = answers(running, metrics, task, outputs);
        } catch (RuntimeException e) {
            LOG.error("A batch of {} could not be finished", running.model(), e);
            refuse(
                    running,
                    metrics,
                    Refusal.of(ErrorCode.INTERNAL, "the answers could not be signed: " + e.getMessage()));
            return;
        }
        for (Group group : groups) {
            try {
                commits.commit(group.partition(), group.entries());
            } catch (RuntimeException e) {
                LOG.error("A batch of {} could not be passed to partition {}", running.model(), group.partition(), e);
                Refusal refusal = Refusal.of(
                        ErrorCode.COMMIT_UNKNOWN,
                        "the answer may or may not be in the journal; a retry under the same idempotency key tells");
                group.entries()
                        .forEach(entry -> entry.replyTo().tell(new InferenceOutcome.Refused(entry.uuid(), refusal)));
            }
        }
    }

    private List<Group> answers(RunningBatch running, ModelMetrics metrics, BatchTask task, List<BatchOutput> outputs) {
        List<Ticket<QueuedJob>> tickets = running.batch().tickets();
        check(running, outputs);
        int count = tickets.size();
        int keyless = commits.keylessPartition();
        long answeredAt = wallMillis.getAsLong();
        Digest network = signer.network();
        Digest key = signer.keyId();
        List<ReceiptLeaf> leaves = new ArrayList<>(count);
        List<List<Tensor>> sliced = new ArrayList<>(count);
        int row = 0;
        for (int i = 0; i < count; i++) {
            Ticket<QueuedJob> ticket = tickets.get(i);
            InferenceJob job = ticket.payload().job();
            List<Tensor> answer = slice(job, outputs, row, ticket.items());
            row += ticket.items();
            sliced.add(answer);
            running.keep(job, answer);
            leaves.add(new ReceiptLeaf(
                    network,
                    key,
                    new RequestId(job.identity().map(Identity::partition).orElse(keyless), job.uuid()),
                    job.caller(),
                    job.model(),
                    Digests.salted(job.salt(), job.requestDigest()),
                    Digests.salted(job.salt(), Digests.answer(answer)),
                    job.mode(),
                    VerificationMode.VANILLA,
                    running.arithmetic(),
                    running.device(),
                    answeredAt));
        }
        List<Bytes> receipts = signer.sign(leaves);
        long now = nanoTime.getAsLong();
        long run = task.endedAt() - task.startedAt();
        long aside = now - running.formedAt() - run;
        List<Group> groups = new ArrayList<>(2);
        for (int i = 0; i < count; i++) {
            Ticket<QueuedJob> ticket = tickets.get(i);
            InferenceJob job = ticket.payload().job();
            RequestId id = leaves.get(i).id();
            long queued = running.formedAt() - ticket.arrivedAt();
            Answer answer = new Answer(id, job.model(), sliced.get(i), job.salt(), receipts.get(i));
            group(groups, id.partition())
                    .add(new Commitment(
                            job.uuid(),
                            job.identity(),
                            answer,
                            new Timings(queued, aside, run, 0),
                            job.deadline(),
                            job.replyTo()));
            metrics.succeeded(now - ticket.arrivedAt(), queued);
        }
        metrics.batch(
                count,
                running.batch().items(),
                running.batch().reason(),
                task.startedAt() - running.formedAt(),
                run,
                now - task.endedAt(),
                answeredAt);
        return groups;
    }

    private static List<Commitment> group(List<Group> groups, int partition) {
        for (Group group : groups) {
            if (group.partition() == partition) {
                return group.entries();
            }
        }
        List<Commitment> entries = new ArrayList<>();
        groups.add(new Group(partition, entries));
        return entries;
    }

    /** The backend is ours, but a model that returns fewer rows than it got must not give one caller another's rows. */
    private static void check(RunningBatch running, List<BatchOutput> outputs) {
        for (BatchOutput output : outputs) {
            if (output.data().length() != output.itemBytes() * running.batch().items()) {
                throw new IllegalStateException("output \"" + output.name() + "\" has "
                        + output.data().length() + " bytes for "
                        + running.batch().items() + " rows of "
                        + output.itemBytes());
            }
        }
    }

    private static List<Tensor> slice(InferenceJob job, List<BatchOutput> outputs, int row, int rows) {
        List<Tensor> answer = new ArrayList<>(job.outputs().size());
        for (String wanted : job.outputs()) {
            BatchOutput output = find(outputs, wanted);
            int itemBytes = Math.toIntExact(output.itemBytes());
            answer.add(new Tensor(
                    output.name(),
                    output.datatype(),
                    output.itemShape().prefixed(rows),
                    output.data().slice(row * itemBytes, rows * itemBytes)));
        }
        return answer;
    }

    private static BatchOutput find(List<BatchOutput> outputs, String name) {
        for (BatchOutput output : outputs) {
            if (output.name().equals(name)) {
                return output;
            }
        }
        throw new IllegalStateException("the model has no output \"" + name + "\"");
    }

    private void refuse(RunningBatch running, ModelMetrics metrics, Refusal refusal) {
        long now = nanoTime.getAsLong();
        for (Ticket<QueuedJob> ticket : running.batch().tickets()) {
            metrics.failed(now - ticket.arrivedAt());
            ticket.payload().refuse(refusal);
        }
    }
}
