package dev.candor.persistence.request;

import dev.candor.actors.inference.Answer;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Identity;
import dev.candor.actors.inference.InferenceJob;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.InferenceOutcome.Answered;
import dev.candor.actors.inference.InferenceOutcome.Refused;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.inference.Timings;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.partition.LookupReply;
import dev.candor.persistence.partition.Refusals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Decides for one identity: asks the partition, runs what is new once, and gives every attempt that waits exactly one outcome. Remembers nothing once
 * nobody waits: the partition is the judge. An attempt with another request than the ones under way waits until these have their outcome: whether they hold the
 * identity is not known before, and a conflict told too early would deny an answer to whoever does hold it. Pure, not thread-safe.
 */
final class RequestDecider {
    /** What the actor is to do. */
    sealed interface Effect {
        /** Send an attempt its outcome. */
        record Tell(InferenceJob attempt, InferenceOutcome outcome) implements Effect {}

        /** Ask the partition, then call {@link #answered}. */
        record Ask(Identity identity) implements Effect {}

        /** Run this, then call {@link #ran}. */
        record Run(InferenceJob job) implements Effect {}
    }

    private enum Stage {
        IDLE,
        ASKING,
        /** The partition could not say; it is asked again when patience ends. */
        WAITING,
        RUNNING
    }

    private static final int MOST_DOUBLINGS = 10;

    private final RequestSettings settings;
    /** Those under way; all have one fingerprint. */
    private final List<InferenceJob> attempts = new ArrayList<>();
    /** Those with another fingerprint, which come after them. */
    private final List<InferenceJob> parked = new ArrayList<>();
    /** What ran for those under way: another one's outcome may come late, and is not theirs. */
    private final Set<UUID> runs = new HashSet<>();

    private Stage stage = Stage.IDLE;
    private int executions;
    /** How often in a row the partition could not say. */
    private int unavailable;
    /** When the present stage's reply counts as lost. */
    private long patience;

    RequestDecider(RequestSettings settings) {
        this.settings = settings;
    }

    /** Another attempt. */
    List<Effect> submit(InferenceJob job, long now) {
        if (job.identity().isEmpty()) {
            return List.of(
                    refuse(job, Refusal.of(ErrorCode.INTERNAL, "A request without an idempotency key has no entity.")));
        }
        if (job.deadline().passed(now)) {
            return List.of(refuse(job, late()));
        }
        if (attempts.size() + parked.size() >= settings.maxAttempts()) {
            return List.of(refuse(
                    job,
                    Refusal.retryable(
                            ErrorCode.OVERLOADED,
                            "Too many attempts under this idempotency key wait already; retry later.",
                            Duration.ofSeconds(1))));
        }
        parked.add(job);
        List<Effect> effects = new ArrayList<>();
        if (stage == Stage.IDLE) {
            rest(now, effects);
        } else {
            joinThoseUnderWay();
        }
        return effects;
    }

    /** An attempt's caller has gone. */
    List<Effect> cancel(UUID uuid, long now) {
        List<Effect> effects = new ArrayList<>();
        drop(
                attempt -> attempt.uuid().equals(uuid),
                Refusal.of(ErrorCode.CANCELLED, "The caller went away."),
                now,
                effects);
        return effects;
    }

    /** The partition's word. */
    List<Effect> answered(LookupReply reply, long now) {
        if (stage != Stage.ASKING || !underWay().equals(Optional.of(reply.identity()))) {
            return List.of();
        }
        Optional<Identity> asked = underWay();
        List<Effect> effects = late(now);
        if (!asked.equals(underWay())) {
            return effects;
        }
        switch (reply) {
            case LookupReply.New it -> run(now, effects);
            case LookupReply.Done it -> finish(attempt -> replayed(attempt, it.answer()), now, effects);
            case LookupReply.Conflict it ->
                finish(attempt -> new Refused(attempt.uuid(), Refusals.conflict()), now, effects);
            case LookupReply.Expired it ->
                finish(attempt -> new Refused(attempt.uuid(), Refusals.expired(it.receipt())), now, effects);
            case LookupReply.Unavailable it -> wait(it.refusal(), now, effects);
        }
        return effects;
    }

    /** An execution's outcome; a success also of one that counted as lost. */
    List<Effect> ran(InferenceOutcome outcome, long now) {
        if (!runs.contains(outcome.uuid()) || (outcome instanceof Refused && stage != Stage.RUNNING)) {
            return List.of();
        }
        Optional<Identity> running = underWay();
        List<Effect> effects = late(now);
        if (!running.equals(underWay())) {
            return effects;
        }
        switch (outcome) {
            case Answered it ->
                finish(
                        attempt -> new Answered(
                                attempt.uuid(),
                                it.answer(),
                                it.replayed()
                                        || !attempt.uuid()
                                                .equals(it.answer().id().uuid()),
                                it.timings()),
                        now,
                        effects);
            case Refused it -> {
                // The attempt that ran is over, perhaps for a reason of its own; another one still has time, so it runs
                // with that one's deadline.
                boolean itsOwn = it.refusal().code() == ErrorCode.DEADLINE_EXCEEDED
                        || it.refusal().code() == ErrorCode.CANCELLED;
                boolean others =
                        attempts.stream().anyMatch(attempt -> !attempt.uuid().equals(it.uuid()));
                if (itsOwn && others && executions < settings.maxExecutions()) {
                    attempts.removeIf(attempt -> {
                        boolean ran = attempt.uuid().equals(it.uuid());
                        if (ran) {
                            effects.add(refuse(attempt, it.refusal()));
                        }
                        return ran;
                    });
                    effects.addAll(ask(now));
                } else {
                    finish(attempt -> new Refused(attempt.uuid(), it.refusal()), now, effects);
                }
            }
        }
        return effects;
    }

    /** Time passes: deadlines, lost replies. */
    List<Effect> tick(long now) {
        List<Effect> effects = late(now);
        if (!attempts.isEmpty() && now - patience >= 0) {
            // Ask first: perhaps it was committed and only the reply was lost.
            effects.addAll(ask(now));
        }
        return effects;
    }

    /** When {@link #tick} is due; empty while nothing is under way. */
    OptionalLong due() {
        if (stage == Stage.IDLE) {
            return OptionalLong.empty();
        }
        long due = patience;
        for (List<InferenceJob> waiting : List.of(attempts, parked)) {
            for (InferenceJob attempt : waiting) {
                if (attempt.deadline().nanoTime() - due < 0) {
                    due = attempt.deadline().nanoTime();
                }
            }
        }
        return OptionalLong.of(due);
    }

    /** Ends: every attempt that waits is told {@code refusal}. */
    List<Effect> end(Refusal refusal) {
        List<Effect> effects = new ArrayList<>();
        attempts.addAll(parked);
        parked.clear();
        attempts.forEach(attempt -> effects.add(refuse(attempt, refusal)));
        attempts.clear();
        stage = Stage.IDLE;
        return effects;
    }

    /** Whether nobody waits. */
    boolean idle() {
        return attempts.isEmpty() && parked.isEmpty();
    }

    private Optional<Identity> underWay() {
        return attempts.isEmpty() ? Optional.empty() : attempts.getFirst().identity();
    }

    /** Lets those in that ask for what is under way. */
    private void joinThoseUnderWay() {
        Digest fingerprint = underWay().orElseThrow().fingerprint();
        parked.removeIf(job -> {
            boolean same = job.identity().orElseThrow().fingerprint().equals(fingerprint);
            if (same) {
                attempts.add(job);
            }
            return same;
        });
    }

    private List<Effect> ask(long now) {
        stage = Stage.ASKING;
        patience = now + settings.lookupAfter().toNanos();
        return List.of(new Effect.Ask(attempts.getFirst().identity().orElseThrow()));
    }

    /**
     * The partition is being handed over, or its journal is away: most often it can say a moment later. Whoever would be too late then is refused now, while
     * there is a reason to give.
     */
    private void wait(Refusal refusal, long now, List<Effect> effects) {
        long pause = Math.min(
                settings.retryMax().toNanos(), settings.retryMin().toNanos() << Math.min(unavailable, MOST_DOUBLINGS));
        boolean retryable = refusal.code() == ErrorCode.JOURNAL_UNAVAILABLE || refusal.code() == ErrorCode.NOT_READY;
        boolean over = !retryable || unavailable >= settings.maxRetries();
        attempts.removeIf(attempt -> {
            boolean done = over || attempt.deadline().nanoTime() - (now + pause) <= 0;
            if (done) {
                effects.add(refuse(attempt, refusal));
            }
            return done;
        });
        stage = Stage.WAITING;
        patience = now + pause;
        unavailable++;
        rest(now, effects);
    }

    private void run(long now, List<Effect> effects) {
        unavailable = 0;
        if (executions >= settings.maxExecutions()) {
            finish(
                    attempt -> new Refused(
                            attempt.uuid(),
                            Refusal.retryable(
                                    ErrorCode.NOT_READY,
                                    "The request was started " + executions + " times and no executor answered; retry.",
                                    Duration.ofSeconds(1))),
                    now,
                    effects);
            return;
        }
        executions++;
        stage = Stage.RUNNING;
        patience = now + settings.resendAfter().toNanos();
        Optional<InferenceJob> longest = attempts.stream()
                .max(Comparator.comparingLong(attempt -> attempt.deadline().nanoTime() - now));
        runs.add(longest.orElseThrow().uuid());
        effects.add(new Effect.Run(longest.get()));
    }

    private void finish(Function<InferenceJob, InferenceOutcome> outcome, long now, List<Effect> effects) {
        attempts.forEach(attempt -> effects.add(new Effect.Tell(attempt, outcome.apply(attempt))));
        attempts.clear();
        rest(now, effects);
    }

    private List<Effect> late(long now) {
        List<Effect> effects = new ArrayList<>();
        drop(attempt -> attempt.deadline().passed(now), late(), now, effects);
        return effects;
    }

    private void drop(Predicate<InferenceJob> which, Refusal refusal, long now, List<Effect> effects) {
        for (List<InferenceJob> waiting : List.of(attempts, parked)) {
            waiting.removeIf(attempt -> {
                boolean drop = which.test(attempt);
                if (drop) {
                    effects.add(refuse(attempt, refusal));
                }
                return drop;
            });
        }
        rest(now, effects);
    }

    /** Where nobody is under way any more, those who waited for that are. */
    private void rest(long now, List<Effect> effects) {
        if (!attempts.isEmpty()) {
            return;
        }
        stage = Stage.IDLE;
        runs.clear();
        if (!parked.isEmpty()) {
            attempts.add(parked.removeFirst());
            joinThoseUnderWay();
            executions = 0;
            unavailable = 0;
            effects.addAll(ask(now));
        }
    }

    private static InferenceOutcome replayed(InferenceJob attempt, Answer answer) {
        return new Answered(
                attempt.uuid(), answer, !attempt.uuid().equals(answer.id().uuid()), Timings.NONE);
    }

    private static Effect refuse(InferenceJob attempt, Refusal refusal) {
        return new Effect.Tell(attempt, new Refused(attempt.uuid(), refusal));
    }

    private static Refusal late() {
        return Refusal.of(ErrorCode.DEADLINE_EXCEEDED, "The deadline passed before the request was answered.");
    }
}
