package dev.candor.actors.gateway;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Identity;
import dev.candor.actors.inference.InferenceJob;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.InferenceRequest;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.receipt.Digests;
import dev.candor.actors.routing.JobSink;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Deadline;
import dev.candor.actors.value.Digest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.pekko.Done;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way in. A request is judged, named, salted and passed on by the thread that brings it; a few actors receive the outcomes. What is in flight stands in
 * one table, and whoever takes a request out of it (an outcome, its deadline, its client's going) gives it its only outcome.
 *
 * <p>Thread-safe; nothing here blocks.
 */
public final class Gateway implements InferenceService {
    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
    private static final Refusal CANCELLED = Refusal.of(ErrorCode.CANCELLED, "the client went away before the answer");
    private static final Refusal LATE = Refusal.of(
            ErrorCode.DEADLINE_EXCEEDED,
            "the answer did not come within the request's deadline; try again or send less at once");
    private static final Refusal STOPPING =
            Refusal.of(ErrorCode.NOT_READY, "the node is stopping; send the request to another one");

    private final GatewaySettings settings;
    private final GatewayServices services;
    private final RequestValidator validator;
    private final RandomBytes random;
    private final RequestIds ids;
    private final Limiter limiter;
    private final GatewayMetrics metrics;
    private final List<ActorRef<InferenceOutcome>> replies = new ArrayList<>();
    private final ConcurrentHashMap<UUID, Pending> pending = new ConcurrentHashMap<>();
    private final CompletableFuture<Done> drained = new CompletableFuture<>();
    private volatile boolean stopping;

    /** A request in flight. */
    private record Pending(
            UUID uuid,
            Consumer<InferenceOutcome> onOutcome,
            long enteredAt,
            long deadline,
            long bytes,
            JobSink sink,
            ModelRef model,
            Optional<Identity> identity,
            AtomicReference<Admission.Reservation> reserved) {
        void cancel() {
            sink.cancel(uuid, model, identity);
        }
    }

    /** A gateway with its actors in {@code system}; it lives as long as the system. */
    public static Gateway create(ActorSystem<?> system, GatewayServices services, GatewaySettings settings) {
        Gateway gateway = new Gateway(services, settings);
        int actors = settings.replyActors() > 0
                ? settings.replyActors()
                : Math.min(4, Runtime.getRuntime().availableProcessors());
        for (int i = 0; i < actors; i++) {
            gateway.replies.add(system.systemActorOf(gateway.receiver(), "candor-gateway-" + i, Props.empty()));
        }
        Cancellable sweep = system.scheduler()
                .scheduleWithFixedDelay(
                        settings.deadlineTick(), settings.deadlineTick(), gateway::sweep, system.executionContext());
        system.getWhenTerminated().thenRun(sweep::cancel);
        return gateway;
    }

    private Gateway(GatewayServices services, GatewaySettings settings) {
        this.settings = settings;
        this.services = services;
        this.validator = new RequestValidator(services.catalog(), services.modes());
        this.random = new RandomBytes(services.random());
        this.ids = new RequestIds(random, services.wallMillis());
        this.limiter = new Limiter(settings.limiter(), services.nanoTime().getAsLong());
        this.metrics = new GatewayMetrics(limiter::inFlight, limiter::bytesInFlight, limiter::limit);
    }

    private Behavior<InferenceOutcome> receiver() {
        return Behaviors.<InferenceOutcome>supervise(Behaviors.receiveMessage(outcome -> {
                    onOutcome(outcome);
                    return Behaviors.same();
                }))
                .onFailure(SupervisorStrategy.resume());
    }

    /** The counters. */
    public GatewayMetrics metrics() {
        return metrics;
    }

    @Override
    public Runnable infer(InferenceRequest request, Caller caller, Consumer<InferenceOutcome> onOutcome) {
        UUID uuid = ids.next();
        long bytes = bytes(request);
        Refusal full = limiter.enter(bytes);
        if (full != null) {
            refuse(uuid, full, onOutcome);
            return () -> {};
        }
        Pending entry;
        try {
            entry = enter(uuid, request, caller, bytes, onOutcome);
        } catch (RefusedException e) {
            limiter.leave(bytes);
            refuse(uuid, e.refusal(), onOutcome);
            drained();
            return () -> {};
        } catch (RuntimeException e) {
            LOG.error("A request for model {} could not be taken", request.model(), e);
            limiter.leave(bytes);
            refuse(uuid, internal(e), onOutcome);
            drained();
            return () -> {};
        }
        return () -> cancel(entry);
    }

    private Pending enter(
            UUID uuid, InferenceRequest request, Caller caller, long bytes, Consumer<InferenceOutcome> onOutcome) {
        if (stopping) {
            throw new RefusedException(STOPPING);
        }
        ValidRequest valid = validator.validate(request, ticket(uuid, request, caller));
        Digest digest = Digests.request(request);
        Optional<Identity> identity = request.idempotencyKey().isPresent()
                ? Optional.of(services.pseudonyms()
                        .identity(caller.name(), request.idempotencyKey().get(), digest))
                : Optional.empty();
        long now = services.nanoTime().getAsLong();
        long deadline = now + settings.requestTimeout().toNanos();
        JobSink sink = identity.isPresent() ? services.requests() : services.lanes();
        Digest pseudonym = services.pseudonyms().caller(caller.name());
        InferenceJob job = new InferenceJob(
                uuid,
                identity,
                pseudonym,
                valid.model(),
                valid.inputs(),
                valid.outputs(),
                valid.items(),
                digest,
                random.take(Digests.SALT_SIZE),
                request.mode(),
                valid.priority(),
                new Deadline(deadline),
                valid.queueTimeout(),
                replies.get(Math.floorMod((int) uuid.getLeastSignificantBits(), replies.size())));
        Optional<Admission.Reservation> reserved =
                services.admission().reserve(pseudonym, valid.model(), request.mode());
        Pending entry = new Pending(
                uuid,
                onOutcome,
                now,
                deadline,
                bytes,
                sink,
                valid.model(),
                identity,
                new AtomicReference<>(reserved.orElse(Admission.Reservation.NOTHING)));
        pending.put(uuid, entry);
        if (reserved.isPresent()) {
            submit(entry, job);
        } else {
            services.admission()
                    .await(pseudonym, valid.model(), request.mode())
                    .whenComplete((more, failure) -> admit(entry, job, more, failure));
        }
        return entry;
    }

    private void submit(Pending entry, InferenceJob job) {
        try {
            entry.sink().submit(job);
        } catch (RuntimeException e) {
            // Whoever finds the entry gone has answered already.
            LOG.error("A job of model {} could not be passed on", entry.model(), e);
            finish(new InferenceOutcome.Refused(entry.uuid(), internal(e)));
        }
    }

    /** A request that waited for its caller's allowance goes on, unless it was given its outcome in the meantime. */
    private void admit(
            Pending entry, InferenceJob job, Admission.@Nullable Reservation reserved, @Nullable Throwable failure) {
        if (reserved == null) {
            Refusal why = failure instanceof RefusedException refused
                    ? refused.refusal()
                    : internal(failure instanceof RuntimeException e ? e : new IllegalStateException(failure));
            finish(new InferenceOutcome.Refused(entry.uuid(), why));
            return;
        }
        entry.reserved().set(reserved);
        if (pending.containsKey(entry.uuid())) {
            submit(entry, job);
        } else {
            release(entry);
        }
    }

    private static void release(Pending entry) {
        entry.reserved().getAndSet(Admission.Reservation.NOTHING).release();
    }

    /** Whether a receipt may have been committed, or may be yet, for a request that was refused with this code. */
    private static boolean mayBeCharged(ErrorCode code) {
        return switch (code) {
            case DEADLINE_EXCEEDED, CANCELLED, COMMIT_UNKNOWN, JOURNAL_UNAVAILABLE, NOT_READY, INTERNAL -> true;
            case INVALID_REQUEST,
                    INVALID_TENSOR,
                    INVALID_MODEL,
                    UNAUTHENTICATED,
                    PAYMENT_REQUIRED,
                    PERMISSION_DENIED,
                    MODEL_NOT_FOUND,
                    NOT_FOUND,
                    METHOD_NOT_ALLOWED,
                    IDEMPOTENCY_CONFLICT,
                    CONFLICT,
                    ANSWER_EXPIRED,
                    TOO_LARGE,
                    UNSUPPORTED_MEDIA_TYPE,
                    MODE_UNAVAILABLE,
                    RATE_LIMITED,
                    UNIMPLEMENTED,
                    MODEL_DISABLED,
                    OVERLOADED,
                    EXECUTION_FAILED -> false;
        };
    }

    /** A keyed request that is tried again falls to the same version of a split; the others are spread by their ids, which receipts show. */
    private static long ticket(UUID uuid, InferenceRequest request, Caller caller) {
        return request.idempotencyKey()
                .map(key -> (long) caller.name().hashCode() << 32 ^ key.hashCode())
                .orElseGet(uuid::getLeastSignificantBits);
    }

    private static long bytes(InferenceRequest request) {
        long sum = 0;
        for (Tensor input : request.inputs()) {
            sum += input.data().length();
        }
        return sum;
    }

    private static Refusal internal(RuntimeException e) {
        return Refusal.of(
                ErrorCode.INTERNAL,
                "the request could not be passed on: " + e.getClass().getSimpleName());
    }

    private void onOutcome(InferenceOutcome outcome) {
        if (!finish(outcome)) {
            metrics.countLate();
        }
    }

    /** Gives a request its outcome if it has none yet. */
    private boolean finish(InferenceOutcome outcome) {
        Pending entry = pending.remove(outcome.uuid());
        if (entry == null) {
            return false;
        }
        long now = services.nanoTime().getAsLong();
        switch (outcome) {
            case InferenceOutcome.Answered answered -> {
                long took = now - entry.enteredAt();
                long waited =
                        took - answered.timings().queue() - answered.timings().run();
                if (answered.replayed()) {
                    // Its times are those of the first attempt, and so is its receipt.
                    limiter.leave(entry.bytes());
                    release(entry);
                } else {
                    limiter.answered(entry.bytes(), waited, took, now);
                }
                metrics.countAnswered(answered.replayed());
                deliver(outcome, entry.onOutcome());
            }
            case InferenceOutcome.Refused(UUID uuid, Refusal refusal) -> {
                if (!mayBeCharged(refusal.code())) {
                    release(entry);
                }
                // What a model's queue refuses says nothing of the node.
                if (refusal.equals(LATE)) {
                    limiter.overloaded(entry.bytes(), now);
                } else {
                    limiter.leave(entry.bytes());
                }
                refuse(uuid, refusal, entry.onOutcome());
            }
        }
        drained();
        return true;
    }

    /** Whoever enters after {@code stopping} was set sees it; so once nobody is in flight, nobody will be. */
    private void drained() {
        if (stopping && limiter.inFlight() == 0) {
            drained.complete(Done.getInstance());
        }
    }

    private void cancel(Pending entry) {
        if (finish(new InferenceOutcome.Refused(entry.uuid(), CANCELLED))) {
            entry.cancel();
        }
    }

    private void sweep() {
        long now = services.nanoTime().getAsLong();
        for (Pending entry : pending.values()) {
            if (entry.deadline() - now <= 0 && finish(new InferenceOutcome.Refused(entry.uuid(), LATE))) {
                entry.cancel();
            }
        }
    }

    private void refuse(UUID uuid, Refusal refusal, Consumer<InferenceOutcome> onOutcome) {
        metrics.countRefused(refusal.code());
        deliver(new InferenceOutcome.Refused(uuid, refusal), onOutcome);
    }

    private static void deliver(InferenceOutcome outcome, Consumer<InferenceOutcome> onOutcome) {
        try {
            onOutcome.accept(outcome);
        } catch (RuntimeException e) {
            LOG.error("An outcome could not be delivered", e);
        }
    }

    @Override
    public Optional<Refusal> nodeReadiness() {
        return stopping ? Optional.of(STOPPING) : services.readiness().anyExecutor();
    }

    @Override
    public Optional<Refusal> modelReadiness(String model, String version) {
        if (stopping) {
            return Optional.of(STOPPING);
        }
        try {
            return services.readiness()
                    .executorFor(validator.resolve(model, version).model());
        } catch (RefusedException e) {
            return Optional.of(e.refusal());
        }
    }

    /** Takes no more requests; completes when all that are in flight have their outcome, at the latest after {@code atMost}. */
    public CompletionStage<Done> drain(Duration atMost) {
        stopping = true;
        drained();
        return drained.copy().completeOnTimeout(Done.getInstance(), atMost.toMillis(), TimeUnit.MILLISECONDS);
    }
}
