package dev.candor.cluster.proof;

import dev.candor.actors.gateway.Caller;
import dev.candor.actors.gateway.InferenceService;
import dev.candor.actors.inference.Answer;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.InferenceRequest;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.receipt.Receipt;
import dev.candor.actors.receipt.ReceiptLeaf;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.proof.ProofJob;
import dev.candor.persistence.proof.ProofReply;
import dev.candor.sharding.Proofs;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way in for requests that want a proof: the answer is computed and committed like any other, then its proof job is kept, then the answer leaves. So whoever
 * holds an answer in the mode zkml knows that its proof is due. Thread-safe; nothing here blocks.
 */
public final class VerifiedInference implements InferenceService {
    private static final Logger LOG = LoggerFactory.getLogger(VerifiedInference.class);

    private final InferenceService answers;
    private final Proofs proofs;
    private final BlobFiles files;
    private final Executor blocking;
    private final Duration deadline;
    private final JobCallbacks callbacks;
    private final RetainedInputs retained;
    private final AddedLatency added;
    private final LongSupplier wallMillis;

    /**
     * The way in.
     *
     * @param answers gives the answers
     * @param blocking for work that blocks
     * @param deadline of proofs, for requests that name none
     * @param callbacks says who may be called back
     * @param retained keeps requests at their callers' wish
     * @param added is told how much later answers leave in the mode zkml
     * @param wallMillis milliseconds since 1970-01-01 UTC
     */
    VerifiedInference(
            InferenceService answers,
            Proofs proofs,
            dev.candor.persistence.blob.BlobStore blobs,
            Executor blocking,
            Duration deadline,
            JobCallbacks callbacks,
            RetainedInputs retained,
            AddedLatency added,
            LongSupplier wallMillis) {
        this.retained = retained;
        this.added = added;
        this.callbacks = callbacks;
        this.answers = answers;
        this.proofs = proofs;
        this.files = new BlobFiles(blobs);
        this.blocking = blocking;
        this.deadline = deadline;
        this.wallMillis = wallMillis;
    }

    @Override
    public Runnable infer(InferenceRequest request, Caller caller, Consumer<InferenceOutcome> onOutcome) {
        Optional<Refusal> never = request.callback().flatMap(callbacks::obstacle);
        if (request.retainInput()) {
            never = never.or(
                    () -> retained.obstacle(bytes(request)).map(why -> Refusal.of(ErrorCode.INVALID_REQUEST, why)));
        }
        if (never.isPresent()) {
            onOutcome.accept(new InferenceOutcome.Refused(UUID.randomUUID(), never.get()));
            return () -> {};
        }
        return request.mode() == VerificationMode.ZKML || request.retainInput()
                ? answers.infer(request, caller, outcome -> kept(request, outcome, onOutcome))
                : answers.infer(request, caller, onOutcome);
    }

    private static long bytes(InferenceRequest request) {
        return request.inputs().stream().mapToLong(each -> each.data().length()).sum();
    }

    private void kept(InferenceRequest request, InferenceOutcome outcome, Consumer<InferenceOutcome> onOutcome) {
        switch (outcome) {
            case InferenceOutcome.Refused refused -> onOutcome.accept(refused);
            case InferenceOutcome.Answered answered -> {
                long began = System.nanoTime();
                Runnable work = request.mode() == VerificationMode.ZKML
                        ? () -> keep(request, answered, finished -> {
                            added.add(System.nanoTime() - began);
                            onOutcome.accept(finished);
                        })
                        : () -> retain(request, answered, onOutcome);
                try {
                    blocking.execute(work);
                } catch (RejectedExecutionException e) {
                    onOutcome.accept(unknown(answered, "the node is stopping"));
                }
            }
        }
    }

    /** The answer stands whether its input can be kept or not; whether it was, {@code GET /v1/requests/{id}} says. */
    private void retain(
            InferenceRequest request, InferenceOutcome.Answered answered, Consumer<InferenceOutcome> onOutcome) {
        try {
            retained.keep(answered.answer().id(), exchange(request, answered.answer()));
        } catch (IOException | RuntimeException e) {
            LOG.warn("The input of {} is not kept", answered.answer().id(), e);
        }
        onOutcome.accept(answered);
    }

    private static KeptExchange exchange(InferenceRequest request, Answer answer) {
        return new KeptExchange(
                answer.salt(),
                request.model(),
                request.version(),
                request.mode(),
                request.outputs(),
                request.inputs().getFirst(),
                answer.outputs().getFirst());
    }

    private void keep(
            InferenceRequest request, InferenceOutcome.Answered answered, Consumer<InferenceOutcome> onOutcome) {
        ProofJob job;
        try {
            job = job(request, answered.answer());
        } catch (IOException | RuntimeException e) {
            LOG.error("The proof job of {} could not be kept", answered.answer().id(), e);
            onOutcome.accept(unknown(answered, String.valueOf(e.getMessage())));
            return;
        }
        proofs.ask(job).whenComplete((reply, failure) -> onOutcome.accept(outcome(answered, reply, failure)));
    }

    private ProofJob job(InferenceRequest request, Answer answer) throws IOException {
        ReceiptLeaf leaf = Receipt.parse(answer.receipt()).leaf();
        KeptExchange exchange = exchange(request, answer);
        long now = wallMillis.getAsLong();
        return new ProofJob(
                answer.id(),
                Digest.sha256(answer.receipt()),
                leaf.caller(),
                leaf.model(),
                request.privateInput(),
                false,
                (int) request.inputs().getFirst().shape().at(0),
                files.put(exchange.encode()),
                now,
                now + request.verificationDeadline().orElse(deadline).toMillis(),
                request.callback());
    }

    private static InferenceOutcome outcome(
            InferenceOutcome.Answered answered,
            ProofReply reply,
            @org.jspecify.annotations.Nullable Throwable failure) {
        if (failure != null) {
            return unknown(answered, String.valueOf(failure.getMessage()));
        }
        return switch (reply) {
            case ProofReply.Known known -> answered;
            case ProofReply.Unknown unknown -> unknown(answered, "its job is not there");
            case ProofReply.Refused(Refusal refusal) -> new InferenceOutcome.Refused(answered.uuid(), refusal);
        };
    }

    private static InferenceOutcome unknown(InferenceOutcome.Answered answered, String why) {
        return new InferenceOutcome.Refused(
                answered.uuid(),
                Refusal.of(
                        ErrorCode.COMMIT_UNKNOWN,
                        "the request " + answered.answer().id() + " was answered, but its proof job may not be kept ("
                                + why + "); a retry under the same idempotency key tells"));
    }

    @Override
    public Optional<Refusal> nodeReadiness() {
        return answers.nodeReadiness();
    }

    @Override
    public Optional<Refusal> modelReadiness(String model, String version) {
        return answers.modelReadiness(model, version);
    }
}
