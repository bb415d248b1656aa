package dev.candor.sharding;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.value.Digest;
import dev.candor.actors.value.RequestId;
import dev.candor.persistence.proof.ProofFigures;
import dev.candor.persistence.proof.ProofJob;
import dev.candor.persistence.proof.ProofJobs;
import dev.candor.persistence.proof.ProofReply;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityRef;

/** The way to proof jobs. Thread-safe; never blocks, and no stage fails. */
public final class Proofs {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final List<EntityRef<ProofJobs.Command>> slices;

    Proofs(List<EntityRef<ProofJobs.Command>> slices) {
        this.slices = slices;
    }

    /** Keeps a job, or finds the one that is there already; {@link ProofReply.Known} says that it is in the journal. */
    public CompletionStage<ProofReply> ask(ProofJob job) {
        return send(job.caller(), job.model(), replyTo -> new ProofJobs.Ask(job, replyTo));
    }

    /** How far the job of a request is. */
    public CompletionStage<ProofReply> show(Digest caller, ModelRef model, RequestId id) {
        return send(caller, model, replyTo -> new ProofJobs.Show(id, replyTo));
    }

    /** Takes a job back. */
    public CompletionStage<ProofReply> cancel(Digest caller, ModelRef model, RequestId id) {
        return send(caller, model, replyTo -> new ProofJobs.Cancel(id, replyTo));
    }

    /** What is known of a model's proofs, of the slices that answer. */
    public CompletionStage<ProofFigures> figures(Digest contentId) {
        CompletionStage<ProofFigures> all = CompletableFuture.completedStage(ProofFigures.NONE);
        for (EntityRef<ProofJobs.Command> slice : slices) {
            CompletionStage<ProofFigures> one = slice.ask(
                            (ActorRef<ProofFigures> replyTo) -> new ProofJobs.Tell(contentId, replyTo), LIMIT)
                    .exceptionally(failure -> ProofFigures.NONE);
            all = all.thenCombine(one, ProofFigures::plus);
        }
        return all;
    }

    private CompletionStage<ProofReply> send(
            Digest caller, ModelRef model, Function<ActorRef<ProofReply>, ProofJobs.Command> message) {
        int slice = ProofJob.slice(caller, model.contentId(), slices.size());
        return slices.get(slice)
                .ask((ActorRef<ProofReply> replyTo) -> message.apply(replyTo), LIMIT)
                .exceptionally(failure -> new ProofReply.Refused(Refusal.retryable(
                        ErrorCode.JOURNAL_UNAVAILABLE,
                        "the proof jobs of slice " + slice + " did not answer within " + LIMIT.toSeconds()
                                + " s; retry",
                        Duration.ofSeconds(1))));
    }
}
