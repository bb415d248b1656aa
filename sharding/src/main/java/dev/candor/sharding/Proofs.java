package dev.candor.sharding;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.value.Digest;
import dev.candor.actors.value.RequestId;
import dev.candor.persistence.proof.JobState;
import dev.candor.persistence.proof.ProofFigures;
import dev.candor.persistence.proof.ProofJob;
import dev.candor.persistence.proof.ProofJobs;
import dev.candor.persistence.proof.ProofReply;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityRef;

/** The way to proof jobs. Thread-safe; never blocks, and no stage fails. */
public final class Proofs {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final ActorSystem<?> system;
    private final List<EntityRef<ProofJobs.Command>> slices;
    private final AtomicLong watches = new AtomicLong();

    Proofs(ActorSystem<?> system, List<EntityRef<ProofJobs.Command>> slices) {
        this.system = system;
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

    /**
     * Tells how the job of a request stands, now and whenever that changes, until the result is run.
     *
     * @param onJob from threads of the actor system, one call at a time; also with what it knows already. Empty where there is no such job
     */
    public Runnable watch(Digest caller, ModelRef model, RequestId id, Consumer<Optional<JobState>> onJob) {
        EntityRef<ProofJobs.Command> slice = slices.get(ProofJob.slice(caller, model.contentId(), slices.size()));
        return watch(ProofWatch.create(List.of(slice), caller, Optional.of(id), news -> {
            if (news.jobs().isEmpty() && news.asked()) {
                onJob.accept(Optional.empty());
            }
            news.jobs().forEach(job -> onJob.accept(Optional.of(job)));
        }));
    }

    /**
     * Tells how a caller's jobs stand: those that are open now, and whatever changes, until the result is run.
     *
     * @param onJob from threads of the actor system, one call at a time; also with what it knows already
     */
    public Runnable watch(Digest caller, Consumer<JobState> onJob) {
        return watch(ProofWatch.create(
                slices, caller, Optional.empty(), news -> news.jobs().forEach(onJob)));
    }

    private Runnable watch(Behavior<ProofWatch.Command> behavior) {
        ActorRef<ProofWatch.Command> watch =
                system.systemActorOf(behavior, "candor-proof-watch-" + watches.incrementAndGet(), Props.empty());
        return () -> watch.tell(new ProofWatch.Stop());
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
