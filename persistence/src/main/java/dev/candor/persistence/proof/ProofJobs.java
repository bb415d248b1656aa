package dev.candor.persistence.proof;

import dev.candor.actors.inference.CborSerializable;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.value.Digest;
import dev.candor.actors.value.RequestId;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.RecoveryCompleted;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.Effect;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.apache.pekko.persistence.typed.javadsl.RetentionCriteria;
import org.apache.pekko.persistence.typed.javadsl.SignalHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The proof jobs of one slice of callers and models: owns them, persists {@link ProofEvent}s, is placed and supervised by sharding. It offers work to provers,
 * leases it to those that pull, has proofs verified on its own node, and keeps deadlines. A lease lives in memory as long as its prover renews it; who takes the
 * slice over gives each a whole lease anew.
 */
public final class ProofJobs extends EventSourcedBehavior<ProofJobs.Command, ProofEvent, ProofState> {
    private static final Logger LOG = LoggerFactory.getLogger(ProofJobs.class);
    private static final Duration TICK = Duration.ofMillis(250);

    /** How long a ledger that could not tell is left alone. */
    private static final Duration SETTLE_AGAIN = Duration.ofSeconds(2);

    /** So many proofs of a slice are on their way to the ledger at a time. */
    private static final int MOST_SETTLING = 4;

    /** What a slice takes. */
    public sealed interface Command {}

    /** A proof is wanted. */
    public record Ask(ProofJob job, ActorRef<ProofReply> replyTo) implements Command, CborSerializable {}

    /** Tell how far a job is. */
    public record Show(RequestId id, ActorRef<ProofReply> replyTo) implements Command, CborSerializable {}

    /**
     * Tell of a caller's jobs, or of one of them, now and from now on; whoever does not ask again within 20 s is not told any more.
     *
     * @param from jobs that ended are told of if they came into their phase since then, in the slice's own milliseconds
     */
    public record Watch(Digest caller, Optional<RequestId> id, long from, ActorRef<ProofNews> replyTo)
            implements Command, CborSerializable {}

    /** Tell nothing more. */
    public record Unwatch(ActorRef<ProofNews> watcher) implements Command, CborSerializable {}

    /** A proof is not wanted any more. */
    public record Cancel(RequestId id, ActorRef<ProofReply> replyTo) implements Command, CborSerializable {}

    /** Tell what is known of a model's proofs. */
    public record Tell(Digest contentId, ActorRef<ProofFigures> replyTo) implements Command, CborSerializable {}

    /** Tell what is owed. */
    public record Count(ActorRef<ProofBacklog> replyTo) implements Command, CborSerializable {}

    /** A prover is idle. */
    public record Pull(String prover, ActorRef<Provers.Message> replyTo) implements Command, CborSerializable {}

    /** A prover is at work. */
    public record Renew(long lease) implements Command, CborSerializable {}

    /** A prover gives up. */
    public record GiveUp(long lease, String reason) implements Command, CborSerializable {}

    /** A prover has a proof. */
    public record Deliver(long lease, ProofRef proof) implements Command, CborSerializable {}

    /** A prover says that an answer is not what the model gives, and may have proven what it gives. */
    public record Contradict(long lease, Optional<ProofRef> instead) implements Command, CborSerializable {}

    /** Come up. */
    public record Wake() implements Command, CborSerializable {}

    /** Stop; the writes under way are finished first. */
    public record Stop() implements Command {}

    private record Tick() implements Command {}

    private record Listing(Set<ActorRef<Provers.Message>> provers) implements Command {}

    private record Checked(long lease, String problem) implements Command {}

    private record Contradicted(long lease, List<RequestId> wrong, Optional<ProofRef> instead) implements Command {}

    private record Unchecked(long lease, String problem) implements Command {}

    private record LedgerSaid(RequestId id, Settler.Settled settled) implements Command {}

    private record LedgerSilent(RequestId id, String problem) implements Command {}

    private record CallEnded(JobState state, Callbacks.Outcome outcome) implements Command {}

    private final ActorContext<Command> context;
    private final int slice;
    private final ProofSettings settings;
    private final ProofJobsDecider decider;
    private final ProofChecker checker;
    private final Settler settler;
    private final Callbacks callbacks;
    private final LongSupplier wallMillis;
    private final JobWatchers watchers;
    private final JobCalls calls;
    private final ProverConduct conduct = new ProverConduct();
    private final Map<Long, Long> leasedUntil = new HashMap<>();
    private final Set<RequestId> settling = new HashSet<>();
    private Set<ActorRef<Provers.Message>> provers = Set.of();
    private long settleFrom;

    private ProofJobs(
            ActorContext<Command> context,
            int slice,
            ProofSettings settings,
            ProofChecker checker,
            Settler settler,
            Callbacks callbacks,
            LongSupplier wallMillis) {
        super(
                PersistenceId.ofUniqueId(persistenceId(slice)),
                SupervisorStrategy.restartWithBackoff(Duration.ofMillis(200), Duration.ofSeconds(10), 0.2));
        this.context = context;
        this.slice = slice;
        this.settings = settings;
        this.decider = new ProofJobsDecider(settings);
        this.checker = checker;
        this.settler = settler;
        this.callbacks = callbacks;
        this.watchers = new JobWatchers(slice);
        this.calls = new JobCalls(settings.callBackFor());
        this.wallMillis = wallMillis;
    }

    /** Where a slice's events are. */
    public static String persistenceId(int slice) {
        return "proof-jobs-" + slice;
    }

    /**
     * The behaviour of a slice.
     *
     * @param settler takes proofs to the ledger, where the settings say that there is one
     * @param callbacks tells whom callers named
     * @param wallMillis milliseconds since 1970-01-01 UTC
     */
    public static Behavior<Command> create(
            int slice,
            ProofSettings settings,
            ProofChecker checker,
            Settler settler,
            Callbacks callbacks,
            LongSupplier wallMillis) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            timers.startTimerWithFixedDelay(new Tick(), TICK);
            ActorRef<Receptionist.Listing> listings = context.messageAdapter(
                    Receptionist.Listing.class, listing -> new Listing(listing.getServiceInstances(Provers.KEY)));
            context.getSystem().receptionist().tell(Receptionist.subscribe(Provers.KEY, listings));
            return new ProofJobs(context, slice, settings, checker, settler, callbacks, wallMillis);
        }));
    }

    @Override
    public ProofState emptyState() {
        return ProofState.EMPTY;
    }

    @Override
    public CommandHandler<Command, ProofEvent, ProofState> commandHandler() {
        return (state, command) -> switch (command) {
            case Ask it -> ask(state, it);
            case Show it -> Effect().none().thenRun(same -> show(same, it.id(), it.replyTo()));
            case Watch it -> Effect().none().thenRun(same -> watchers.watch(it, same, now()));
            case Unwatch(ActorRef<ProofNews> watcher) -> Effect().none().thenRun(same -> watchers.unwatch(watcher));
            case Cancel it ->
                persist(decider.ended(state, it.id(), JobStep.CANCEL, now()), after -> {
                    forget(state, after);
                    show(after, it.id(), it.replyTo());
                });
            case Tell it -> Effect().none().thenRun(same -> it.replyTo().tell(ProofFigures.of(same, it.contentId())));
            case Count it -> Effect().none().thenRun(same -> it.replyTo().tell(ProofBacklog.of(same)));
            case Pull it -> pull(state, it);
            case Renew it ->
                Effect().none().thenRun(same -> leasedUntil.computeIfPresent(it.lease(), (lease, until) -> leaseEnd()));
            case GiveUp it -> returned(state, it.lease(), it.reason());
            case Deliver it -> deliver(state, it);
            case Contradict it -> contradict(state, it);
            case Checked(long lease, String problem) -> checked(state, lease, problem);
            case Contradicted it -> contradicted(state, it);
            case Unchecked(long lease, String problem) -> {
                context.getLog()
                        .warn("The proof of attempt {} of slice {} cannot be judged: {}", lease, slice, problem);
                yield returned(state, lease, "the proof could not be judged: " + problem);
            }
            case LedgerSaid(RequestId id, Settler.Settled settled) -> ledgerSaid(state, id, settled);
            case LedgerSilent(RequestId id, String problem) -> {
                LOG.info("The proof of {} is taken to the ledger again later: {}", id, problem);
                settling.remove(id);
                settleFrom = now() + SETTLE_AGAIN.toMillis();
                yield Effect().none();
            }
            case CallEnded(JobState called, Callbacks.Outcome outcome) -> callEnded(state, called, outcome);
            case Listing(Set<ActorRef<Provers.Message>> found) -> {
                provers = Set.copyOf(found);
                yield Effect().none().thenRun(this::offer);
            }
            case Tick tick -> tick(state);
            case Wake wake -> Effect().none();
            case Stop stop -> Effect().stop();
        };
    }

    private Effect<ProofEvent, ProofState> ask(ProofState state, Ask it) {
        Optional<ProofEvent> event;
        try {
            event = decider.ask(state, it.job());
        } catch (RefusedException refused) {
            return Effect().none().thenRun(same -> it.replyTo().tell(new ProofReply.Refused(refused.refusal())));
        }
        if (event.isEmpty()) {
            // The job keeps the exchange that it was asked with, while it needs one.
            JobState known = state.find(it.job().id()).orElseThrow();
            if (!decider.needsExchange(known)
                    || !known.job().exchange().equals(it.job().exchange())) {
                checker.forget(it.job().exchange());
            }
        }
        return persist(event, after -> {
            show(after, it.job().id(), it.replyTo());
            offer(after);
        });
    }

    private static void show(ProofState state, RequestId id, ActorRef<ProofReply> replyTo) {
        replyTo.tell(state.find(id).<ProofReply>map(ProofReply.Known::new).orElseGet(() -> new ProofReply.Unknown(id)));
    }

    private Effect<ProofEvent, ProofState> pull(ProofState state, Pull it) {
        Optional<ProofEvent.Leased> leased =
                conduct.excludes(it.prover(), now()) ? Optional.empty() : decider.lease(state, it.prover(), now());
        if (leased.isEmpty()) {
            return Effect().none().thenRun(same -> it.replyTo().tell(new Provers.NoWork(slice)));
        }
        long lease = leased.get().lease();
        return Effect().persist(leased.get()).thenRun(after -> {
            watchers.changed(after);
            leasedUntil.put(lease, leaseEnd());
            conduct.took(lease, it.prover());
            it.replyTo()
                    .tell(new Provers.Work(
                            slice,
                            lease,
                            after.attempt(lease).stream().map(JobState::job).toList(),
                            context.getSelf()));
        });
    }

    private Effect<ProofEvent, ProofState> deliver(ProofState state, Deliver it) {
        Optional<ProofEvent> proved = decider.proved(state, it.lease(), it.proof(), now());
        if (proved.isEmpty()) {
            context.getLog()
                    .warn(
                            "A proof of {} for attempt {} of slice {} comes too late and is dropped",
                            it.proof().prover(),
                            it.lease(),
                            slice);
        }
        return persist(proved, after -> {
            leasedUntil.remove(it.lease());
            check(after, it.lease());
        });
    }

    private void check(ProofState state, long lease) {
        List<JobState> jobs = state.attempt(lease).stream()
                .filter(each -> each.phase() == JobPhase.PROVED)
                .toList();
        if (!jobs.isEmpty()) {
            context.pipeToSelf(
                    checker.check(jobs, jobs.getFirst().proof().orElseThrow()),
                    (problem, failure) -> failure == null
                            ? new Checked(lease, problem)
                            : new Unchecked(lease, String.valueOf(failure.getMessage())));
        }
    }

    private Effect<ProofEvent, ProofState> checked(ProofState state, long lease, String problem) {
        if (!problem.isEmpty()) {
            LOG.warn("The proof of attempt {} of slice {} is refused: {}", lease, slice, problem);
            conduct.garbage(lease, problem, now()).ifPresent(LOG::warn);
            return returned(state, lease, "the proof was refused: " + problem);
        }
        conduct.ended(lease, true);
        return persist(decider.verified(state, lease, now()), after -> ended(state, after, lease));
    }

    /** Each proof goes to the ledger once at a time, a few of a slice together. */
    private void settle(ProofState state) {
        if (!settings.settles() || now() < settleFrom) {
            return;
        }
        for (JobState each : state.jobs()) {
            RequestId id = each.job().id();
            if (settling.size() < MOST_SETTLING && decider.waitsForLedger(each) && settling.add(id)) {
                context.pipeToSelf(
                        settler.settle(each),
                        (settled, failure) -> failure == null
                                ? new LedgerSaid(id, settled)
                                : new LedgerSilent(id, String.valueOf(failure.getMessage())));
            }
        }
    }

    private Effect<ProofEvent, ProofState> ledgerSaid(ProofState state, RequestId id, Settler.Settled settled) {
        Optional<ProofEvent> event = switch (settled) {
            case Settler.Settled.Taken _ -> decider.ended(state, id, JobStep.SETTLE, now());
            case Settler.Settled.Left(String reason) -> decider.left(state, id, reason, now());
        };
        return persist(event, after -> {
            settling.remove(id);
            forget(state, after);
            settle(after);
        });
    }

    /** Calls back whom callers named, a few at a time. */
    private void call(ProofState state) {
        for (JobState each : calls.due(state, now())) {
            context.pipeToSelf(
                    callbacks.call(each),
                    (outcome, failure) -> new CallEnded(
                            each,
                            failure == null
                                    ? outcome
                                    : new Callbacks.Outcome.Later(String.valueOf(failure.getMessage()))));
        }
    }

    private Effect<ProofEvent, ProofState> callEnded(ProofState state, JobState called, Callbacks.Outcome outcome) {
        RequestId id = called.job().id();
        Optional<String> problem = calls.came(called, outcome, now());
        problem.filter(each -> !each.isEmpty())
                .ifPresent(
                        each -> LOG.warn("The callback of {} is not told that it is {}: {}", id, called.phase(), each));
        return persist(problem.flatMap(each -> decider.called(state, id, called.phase(), each, now())), this::call);
    }

    private Effect<ProofEvent, ProofState> contradict(ProofState state, Contradict it) {
        List<JobState> jobs = state.attempt(it.lease()).stream()
                .filter(each -> each.phase() == JobPhase.LEASED)
                .toList();
        return Effect().none().thenRun(same -> {
            if (!jobs.isEmpty()) {
                context.pipeToSelf(
                        checker.contradicted(jobs),
                        (wrong, failure) -> failure == null
                                ? new Contradicted(it.lease(), wrong, it.instead())
                                : new Unchecked(it.lease(), String.valueOf(failure.getMessage())));
            }
        });
    }

    private Effect<ProofEvent, ProofState> contradicted(ProofState state, Contradicted it) {
        String reason = "the answer is not what the model gives for this input, so there is no proof of it";
        Optional<ProofEvent> refuted = it.wrong().isEmpty()
                ? Optional.empty()
                : it.instead().flatMap(proof -> decider.refuted(state, it.lease(), proof, reason, now()));
        return persist(
                refuted.isPresent() ? refuted : decider.contradicted(state, it.lease(), it.wrong(), reason, now()),
                after -> ended(state, after, it.lease()));
    }

    private Effect<ProofEvent, ProofState> returned(ProofState state, long lease, String reason) {
        return persist(decider.returned(state, lease, reason, now()), after -> ended(state, after, lease));
    }

    /** An attempt is over. */
    private void ended(ProofState before, ProofState after, long lease) {
        leasedUntil.remove(lease);
        conduct.ended(lease, false);
        forget(before, after);
        offer(after);
        settle(after);
    }

    private Effect<ProofEvent, ProofState> tick(ProofState state) {
        long now = now();
        for (Map.Entry<Long, Long> each : leasedUntil.entrySet()) {
            if (each.getValue() <= now) {
                conduct.silent(each.getKey(), now).ifPresent(LOG::warn);
                return returned(state, each.getKey(), "the prover was not heard of any more");
            }
        }
        Optional<ProofEvent> due = decider.expired(state, now);
        if (due.isEmpty()) {
            due = decider.forgotten(state, now);
        }
        watchers.forgetSilent(now);
        return persist(due, after -> {
            forget(state, after);
            offer(after);
            settle(after);
            call(after);
        });
    }

    /** What jobs kept is not needed once neither a prover nor the ledger needs it. */
    private void forget(ProofState before, ProofState after) {
        for (JobState each : before.jobs()) {
            if (after.find(each.job().id()).isEmpty()) {
                calls.forget(each.job().id());
                if (decider.owesCall(each)) {
                    LOG.warn(
                            "The callback of {} was not told that it is {}: too many jobs ended since",
                            each.job().id(),
                            each.phase());
                }
            }
            boolean needed =
                    after.find(each.job().id()).filter(decider::needsExchange).isPresent();
            if (decider.needsExchange(each) && !needed) {
                checker.forget(each.job().exchange());
            }
        }
    }

    private void offer(ProofState state) {
        if (!provers.isEmpty() && decider.hasWork(state, now())) {
            Provers.Offer offer = new Provers.Offer(slice, context.getSelf());
            provers.forEach(each -> each.tell(offer));
        }
    }

    private Effect<ProofEvent, ProofState> persist(
            Optional<? extends ProofEvent> event, org.apache.pekko.japi.function.Procedure<ProofState> then) {
        return event.isEmpty()
                ? Effect().none().thenRun(then)
                : Effect().persist((ProofEvent) event.get()).thenRun(after -> {
                    watchers.changed(after);
                    then.apply(after);
                });
    }

    private long now() {
        return wallMillis.getAsLong();
    }

    private long leaseEnd() {
        return now() + settings.lease().toMillis();
    }

    @Override
    public EventHandler<ProofState, ProofEvent> eventHandler() {
        return ProofState::apply;
    }

    @Override
    public SignalHandler<ProofState> signalHandler() {
        return newSignalHandlerBuilder()
                .onSignal(RecoveryCompleted.instance(), this::recovered)
                .build();
    }

    /** Nothing is proven again: attempts under way get a lease to be heard of, and proofs that are there are judged. */
    private void recovered(ProofState state) {
        for (JobState each : state.jobs()) {
            if (each.phase() == JobPhase.LEASED) {
                leasedUntil.put(each.lease(), leaseEnd());
            }
        }
        state.jobs().stream()
                .filter(each -> each.phase() == JobPhase.PROVED)
                .map(JobState::lease)
                .distinct()
                .forEach(lease -> check(state, lease));
    }

    @Override
    public RetentionCriteria retentionCriteria() {
        return RetentionCriteria.snapshotEvery(settings.snapshotEvery(), 2);
    }
}
