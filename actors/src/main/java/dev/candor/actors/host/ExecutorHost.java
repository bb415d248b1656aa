package dev.candor.actors.host;

import dev.candor.actors.cache.ResponseCache;
import dev.candor.actors.executor.Device;
import dev.candor.actors.executor.DeviceGauge;
import dev.candor.actors.executor.Executor;
import dev.candor.actors.inference.CborSerializable;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.InferenceJob;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.lane.BatchFinisher;
import dev.candor.actors.lane.Lane;
import dev.candor.actors.lane.LaneCache;
import dev.candor.actors.lane.LaneGauge;
import dev.candor.actors.lane.LaneServices;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.model.ModelView;
import dev.candor.actors.model.ModelView.Registered;
import dev.candor.actors.payload.ClaimedJob;
import dev.candor.actors.payload.PayloadFetcher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.actor.ActorPath;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.apache.pekko.actor.typed.receptionist.ServiceKey;

/**
 * The executors of one node: one {@link Executor} a device, one {@link Lane} a model version that the catalog says is enabled. It registers itself with the
 * receptionist and tells its subscribers what it can take. It persists nothing; a failure in it drops the message that caused it and nothing else.
 *
 * <p>With no devices it refuses every job: executors are disabled.
 */
public final class ExecutorHost extends AbstractBehavior<ExecutorHost.Command> {
    /** What a host can be told. */
    public sealed interface Command {}

    /**
     * A job for the lane of its model; its {@code replyTo} gets exactly one outcome unless it is cancelled.
     *
     * @param attempts how many lanes had it before
     */
    public record Submit(InferenceJob job, int attempts) implements Command, CborSerializable {}

    /** A job whose inputs are too large for a message and are fetched before it goes to its lane; otherwise as {@link Submit}. */
    public record SubmitClaimed(ClaimedJob job, int attempts) implements Command, CborSerializable {}

    /** Nobody waits for this attempt any more. */
    public record Cancel(UUID uuid, ModelRef model) implements Command, CborSerializable {}

    /** The model shall be warm on {@code devices} devices of this node, or on all where there are fewer. */
    public record Warm(ModelRef model, int devices) implements Command, CborSerializable {}

    /** The model needs one copy less: a device of this node that has it and is short of memory for others lets it go. */
    public record Cool(ModelRef model) implements Command, CborSerializable {}

    /** Sends a status now, regularly, and at changes, until the subscriber is gone. */
    public record Subscribe(ActorRef<HostStatus> subscriber) implements Command, CborSerializable {}

    /** The catalog has news; without this they are found at the next status. */
    public enum CatalogChanged implements Command {
        INSTANCE
    }

    private enum Tick implements Command {
        TICK
    }

    private enum Publish implements Command {
        PUBLISH
    }

    private record ExecutorStarted(int number) implements Command {}

    /** Under which hosts are found. */
    public static final ServiceKey<Command> KEY = ServiceKey.create(Command.class, "candor-executor-host");

    /** The answer of a node without executors. */
    public static final Refusal DISABLED = Refusal.of(
            ErrorCode.NOT_READY,
            "executors are disabled on this node: it answers repeated requests from its journal and runs no new ones");

    private record Desired(ModelRef model, Registered registered) {}

    private final ActorRef<Command> self;
    private final HostServices services;
    private final LaneServices laneServices;
    private final ExecutorService finisherThreads;
    private final ScheduledExecutorService timer;
    private final ActorRef<PayloadFetcher.Command> fetcher;
    private final List<ActorRef<Executor.Command>> executors = new ArrayList<>();
    private final Map<ModelRef, Registered> specs = new HashMap<>();
    private final Set<ActorRef<HostStatus>> subscribers = new LinkedHashSet<>();
    private final AtomicBoolean publishing = new AtomicBoolean();
    private Map<String, Long> revisions = Map.of();
    private long sequence;
    private long lanesMade;

    /** A host. */
    public static Behavior<Command> create(HostServices services, HostSettings settings) {
        return Behaviors.<Command>supervise(Behaviors.setup(context ->
                        Behaviors.withTimers(timers -> new ExecutorHost(context, timers, services, settings))))
                .onFailure(SupervisorStrategy.resume());
    }

    private ExecutorHost(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            HostServices services,
            HostSettings settings) {
        super(context);
        this.self = context.getSelf();
        this.services = services;
        int threads = settings.finisherThreads() > 0
                ? settings.finisherThreads()
                : Math.max(1, services.devices().size());
        this.finisherThreads = Executors.newFixedThreadPool(threads, daemons("candor-finisher"));
        this.timer = Executors.newSingleThreadScheduledExecutor(daemons("candor-lane-timer"));
        this.laneServices = new LaneServices(
                new BatchFinisher(
                        services.signer(),
                        services.commits(),
                        finisherThreads,
                        services.nanoTime(),
                        services.wallMillis()),
                new LaneCache(
                        new ResponseCache(settings.cache()),
                        services.signer(),
                        services.commits(),
                        finisherThreads,
                        services.nanoTime(),
                        services.wallMillis()),
                services.metrics(),
                services.elsewhere(),
                this::later,
                settings.maxAttempts(),
                services.nanoTime());
        this.fetcher = context.spawn(
                PayloadFetcher.create(
                        settings.payload(),
                        (job, attempts) -> self.tell(new Submit(job, attempts)),
                        services.nanoTime()),
                "payloads");
        // Before the first executor: whoever sees a device up must also find the host, or it would refuse jobs of a
        // node that says it is ready.
        services.lanes().hostedBy(self);
        for (int i = 0; i < services.devices().size(); i++) {
            executors.add(spawnExecutor(context, i, settings));
        }
        context.getSystem().receptionist().tell(Receptionist.register(KEY, context.getSelf()));
        timers.startTimerAtFixedRate(Tick.TICK, settings.statusInterval());
        reconcile();
    }

    private void later(long nanos, Runnable task) {
        var _ = timer.schedule(task, nanos, TimeUnit.NANOSECONDS);
    }

    private static ThreadFactory daemons(String name) {
        return Thread.ofPlatform().name(name + "-", 0).daemon(true).factory();
    }

    private ActorRef<Executor.Command> spawnExecutor(ActorContext<Command> context, int number, HostSettings settings) {
        Device device = services.devices().get(number);
        DeviceGauge gauge = services.lanes().devices().get(number);
        return context.spawn(
                Behaviors.<Executor.Command>supervise(Executor.create(
                                number,
                                device,
                                services.files(),
                                settings.executor(),
                                gauge,
                                () -> self.tell(new ExecutorStarted(number)),
                                this::requestPublication,
                                services.nanoTime()))
                        .onFailure(SupervisorStrategy.restart()),
                "executor-" + number);
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Command.class, this::onCommand)
                .onSignal(Terminated.class, this::onTerminated)
                .onSignal(PostStop.class, signal -> onStop())
                .build();
    }

    private Behavior<Command> onCommand(Command command) {
        switch (command) {
            case Submit(InferenceJob job, int attempts) -> submit(job, attempts);
            case SubmitClaimed(ClaimedJob job, int attempts) -> fetcher.tell(new PayloadFetcher.Fetch(job, attempts));
            case Cancel(UUID uuid, ModelRef model) -> {
                fetcher.tell(new PayloadFetcher.Cancel(uuid));
                LaneHandle lane = services.lanes().find(model);
                if (lane != null) {
                    lane.ref().tell(new Lane.Cancel(uuid));
                }
            }
            case Warm(ModelRef model, int devices) -> warm(model, devices);
            case Cool(ModelRef model) -> {
                LaneHandle lane = services.lanes().find(model);
                if (lane != null) {
                    lane.ref().tell(Lane.Cool.INSTANCE);
                }
            }
            case Subscribe(ActorRef<HostStatus> subscriber) -> {
                if (subscribers.add(subscriber)) {
                    getContext().watch(subscriber);
                }
                subscriber.tell(status());
            }
            case CatalogChanged changed -> reconcile();
            case Tick tick -> {
                reconcile();
                publish();
            }
            case Publish publish -> {
                publishing.set(false);
                publish();
            }
            case ExecutorStarted(int number) ->
                services.lanes().lanes().forEach((model, lane) -> want(executors.get(number), model, lane));
        }
        return this;
    }

    private void submit(InferenceJob job, int attempts) {
        LaneHandle lane = services.lanes().find(job.model());
        if (lane == null) {
            reconcile();
            lane = services.lanes().find(job.model());
        }
        if (lane != null) {
            lane.ref().tell(new Lane.Submit(job, attempts));
            return;
        }
        Refusal refusal = executors.isEmpty()
                ? DISABLED
                : Refusal.retryable(
                        ErrorCode.NOT_READY,
                        "this executor has not heard of model " + job.model().name() + " "
                                + job.model().version() + " or no longer serves it",
                        Duration.ofSeconds(1));
        job.replyTo().tell(new InferenceOutcome.Refused(job.uuid(), refusal));
    }

    private void warm(ModelRef model, int devices) {
        reconcile();
        LaneHandle lane = services.lanes().find(model);
        if (lane != null) {
            lane.ref().tell(new Lane.Warm(devices));
        }
    }

    /** Makes lanes for what the catalog has and retires those of what it no longer has. */
    private void reconcile() {
        if (executors.isEmpty()) {
            return;
        }
        List<ModelView> views = services.catalog().all();
        Map<String, Long> seen = new HashMap<>();
        views.forEach(view -> seen.put(view.name(), view.revision()));
        if (seen.equals(revisions)) {
            return;
        }
        revisions = seen;
        Map<ModelRef, Registered> desired = new HashMap<>();
        for (Desired each : desired(views)) {
            desired.put(each.model(), each.registered());
            if (services.lanes().find(each.model()) == null) {
                open(each);
            }
        }
        for (ModelRef model : List.copyOf(services.lanes().lanes().keySet())) {
            if (!desired.containsKey(model)) {
                retire(model);
            }
        }
    }

    /** Enabled versions; those with an alias first, so that they are on the devices first. */
    private static List<Desired> desired(List<ModelView> views) {
        List<Desired> aliased = new ArrayList<>();
        List<Desired> others = new ArrayList<>();
        for (ModelView view : views) {
            view.versions().forEach((version, registered) -> {
                if (registered.enabled()) {
                    (named(view, version) ? aliased : others).add(new Desired(view.ref(version), registered));
                }
            });
        }
        aliased.addAll(others);
        return aliased;
    }

    private static boolean named(ModelView view, ModelVersion version) {
        return view.aliases().containsValue(version)
                || view.splits().values().stream()
                        .anyMatch(split -> split.weights().containsKey(version));
    }

    private void open(Desired desired) {
        LaneGauge gauge = new LaneGauge();
        Registered registered = desired.registered();
        ActorRef<Lane.Command> ref = getContext()
                .spawn(
                        Lane.create(
                                desired.model(),
                                registered.spec(),
                                List.copyOf(executors),
                                laneServices,
                                gauge,
                                this::requestPublication),
                        "lane-" + lanesMade++);
        getContext().watch(ref);
        LaneHandle handle = new LaneHandle(ref, gauge, registered.spec().batching());
        specs.put(desired.model(), registered);
        services.lanes().lanes().put(desired.model(), handle);
        executors.forEach(executor -> want(executor, desired.model(), handle));
    }

    private void want(ActorRef<Executor.Command> executor, ModelRef model, LaneHandle lane) {
        Registered registered = specs.get(model);
        if (registered != null) {
            executor.tell(new Executor.Want(
                    model,
                    registered.spec(),
                    registered.sizeBytes(),
                    notice -> lane.ref().tell(new Lane.FromExecutor(notice))));
        }
    }

    private void retire(ModelRef model) {
        LaneHandle lane = services.lanes().lanes().remove(model);
        specs.remove(model);
        executors.forEach(executor -> executor.tell(new Executor.Unwant(model)));
        if (lane != null) {
            lane.ref()
                    .tell(new Lane.Retire(Refusal.of(
                            ErrorCode.MODEL_DISABLED,
                            "model " + model.name() + " " + model.version()
                                    + " was disabled or removed; name another version or enable it again")));
        }
    }

    /** A lane that retired has ended; one that failed for good makes room for a new one. */
    private Behavior<Command> onTerminated(Terminated terminated) {
        ActorPath ended = terminated.getRef().path();
        if (subscribers.removeIf(each -> each.path().equals(ended))) {
            return this;
        }
        for (Map.Entry<ModelRef, LaneHandle> each : services.lanes().lanes().entrySet()) {
            if (each.getValue().ref().path().equals(ended)) {
                executors.forEach(executor -> executor.tell(new Executor.Unwant(each.getKey())));
                services.lanes().lanes().remove(each.getKey());
                specs.remove(each.getKey());
                revisions = Map.of();
            }
        }
        return this;
    }

    private void requestPublication() {
        if (publishing.compareAndSet(false, true)) {
            self.tell(Publish.PUBLISH);
        }
    }

    private void publish() {
        if (!subscribers.isEmpty()) {
            HostStatus status = status();
            subscribers.forEach(subscriber -> subscriber.tell(status));
        }
    }

    private HostStatus status() {
        int up = 0;
        int idle = 0;
        String why = executors.isEmpty() ? DISABLED.sentence() : "";
        for (DeviceGauge device : services.lanes().devices()) {
            if (device.up()) {
                up++;
                idle += device.idle() ? 1 : 0;
            } else {
                why = "device " + device.name() + " is not up: " + device.why();
            }
        }
        List<HostStatus.ModelStatus> models = new ArrayList<>();
        services.lanes().lanes().forEach((model, lane) -> {
            LaneGauge gauge = lane.gauge();
            models.add(new HostStatus.ModelStatus(
                    model,
                    gauge.residency(),
                    gauge.readyDevices(),
                    gauge.queuedItems(),
                    gauge.nanosARow(lane.policy().maxBatchSize()),
                    lane.policy().maxBatchSize(),
                    lane.policy().maxQueueItems(),
                    Optional.ofNullable(gauge.refusal())));
        });
        return new HostStatus(self, sequence++, executors.size(), up, idle, up > 0 ? "" : why, List.copyOf(models));
    }

    private Behavior<Command> onStop() {
        services.lanes().hostedBy(null);
        services.lanes().lanes().clear();
        finisherThreads.shutdown();
        timer.shutdownNow();
        return this;
    }
}
