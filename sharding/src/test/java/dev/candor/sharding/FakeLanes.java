package dev.candor.sharding;

import dev.candor.actors.inference.Answer;
import dev.candor.actors.inference.InferenceJob;
import dev.candor.actors.inference.Timings;
import dev.candor.actors.routing.CommitSink;
import dev.candor.actors.routing.Commitment;
import dev.candor.actors.routing.JobSink;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.RequestId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** Executes jobs at once, or when it is let; every execution gives another answer, as a model with noise would. */
final class FakeLanes implements JobSink {
    private final AtomicReference<Optional<CommitSink>> sink = new AtomicReference<>(Optional.empty());
    private final List<InferenceJob> held = new ArrayList<>();
    private boolean holding;
    private int executions;

    void connect(CommitSink commits) {
        sink.set(Optional.of(commits));
    }

    synchronized void hold() {
        holding = true;
    }

    synchronized int held() {
        return held.size();
    }

    /** The executor dies with what it has. */
    synchronized void drop() {
        held.clear();
        holding = false;
    }

    void release() {
        List<InferenceJob> all;
        synchronized (this) {
            holding = false;
            all = List.copyOf(held);
            held.clear();
        }
        all.forEach(this::execute);
    }

    synchronized int executions() {
        return executions;
    }

    @Override
    public void submit(InferenceJob job) {
        synchronized (this) {
            executions++;
            if (holding) {
                held.add(job);
                return;
            }
        }
        execute(job);
    }

    private void execute(InferenceJob job) {
        CommitSink commits = sink.get().orElseThrow();
        int partition = job.identity().isPresent() ? job.identity().get().partition() : commits.keylessPartition();
        Bytes noise;
        synchronized (this) {
            noise = Bytes.ofHex(String.format("%016x", System.identityHashCode(job) * 31L + executions));
        }
        Answer answer = new Answer(
                new RequestId(partition, job.uuid()),
                job.model(),
                List.of(new Tensor("y", DataType.INT64, Shape.of(1, 1), noise)),
                job.salt(),
                Bytes.wrap(("receipt of " + job.uuid() + " " + noise.toHex()).getBytes(StandardCharsets.UTF_8)));
        commits.commit(
                partition,
                List.of(new Commitment(
                        job.uuid(), job.identity(), answer, Timings.NONE, job.deadline(), job.replyTo())));
    }
}
