package dev.candor.cluster.node;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.InferenceJob;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.routing.JobSink;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.value.RequestId;
import dev.candor.persistence.answers.AnswerStore;
import dev.candor.persistence.answers.StoredAnswer;
import dev.candor.persistence.control.ControlStore;
import dev.candor.persistence.proof.JobState;
import dev.candor.persistence.proof.ProofChecker;
import dev.candor.persistence.proof.ProofRef;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/** What entities need of their node, on a node that never holds any: whoever asks is told so. */
final class NoEntities implements AnswerStore, ControlStore, ProofChecker, JobSink {
    private static final String WHY = "this process only proves; it holds no partitions, requests, models or jobs";

    private static <T> CompletionStage<T> none() {
        return CompletableFuture.failedStage(new IllegalStateException(WHY));
    }

    @Override
    public CompletionStage<Done> stage(String persistenceId, long sequenceNr, List<StoredAnswer> answers) {
        return none();
    }

    @Override
    public CompletionStage<List<StoredAnswer>> findByIdentity(int partition, Digest identity) {
        return none();
    }

    @Override
    public CompletionStage<List<StoredAnswer>> findById(RequestId id) {
        return none();
    }

    @Override
    public Duration retention() {
        return Duration.ZERO;
    }

    @Override
    public CompletionStage<Optional<Versioned>> read(String key) {
        return none();
    }

    @Override
    public CompletionStage<Boolean> compareAndSet(String key, long expected, Bytes value) {
        return none();
    }

    @Override
    public CompletionStage<String> check(List<JobState> jobs, ProofRef proof) {
        return none();
    }

    @Override
    public CompletionStage<List<RequestId>> contradicted(List<JobState> jobs) {
        return none();
    }

    @Override
    public void forget(Digest exchange) {}

    @Override
    public void submit(InferenceJob job) {
        job.replyTo().tell(new InferenceOutcome.Refused(job.uuid(), Refusal.of(ErrorCode.NOT_READY, WHY)));
    }
}
