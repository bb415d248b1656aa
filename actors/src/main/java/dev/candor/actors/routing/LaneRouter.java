package dev.candor.actors.routing;

import dev.candor.actors.host.ExecutorHost;
import dev.candor.actors.host.HostStatus;
import dev.candor.actors.host.LaneHandle;
import dev.candor.actors.host.LocalLanes;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Identity;
import dev.candor.actors.inference.InferenceJob;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.lane.Elsewhere;
import dev.candor.actors.lane.Lane;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.payload.PayloadStore;
import dev.candor.actors.routing.RoutingDecider.Candidate;
import dev.candor.actors.routing.RoutingDecider.Rank;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;

/**
 * Finds a lane for each job: on this node without a message in between, on another node through its host. A job that went to another node is remembered: if
 * that node is lost, or has no room after all, the job goes to a further one inside its deadline, and whichever outcome comes first is the only one that its
 * {@code replyTo} gets.
 *
 * <p>Thread-safe. Its two actors ({@link #replies}, {@link HostWatch}) only receive.
 */
public final class LaneRouter implements JobSink, Elsewhere, ExecutorReadiness, ModelWarmer {
    private final RouterSettings settings;
    private final LocalLanes lanes;
    private final LongSupplier nanoTime;
    private final Spreading spreading;
    private final ConcurrentHashMap<UUID, Outstanding> outstanding = new ConcurrentHashMap<>();
    private final PayloadStore payloads = new PayloadStore();
    private volatile List<HostView> hosts = List.of();
    private volatile @Nullable ActorRef<InferenceOutcome> replyTo;
    private volatile @Nullable ActorRef<PayloadStore.Command> payloadServer;

    /** A job at another node. */
    private record Outstanding(InferenceJob job, ActorRef<ExecutorHost.Command> host, int attempts) {}

    /** A router for a node with these lanes; no job goes to another node before its actors have been started. */
    public LaneRouter(RouterSettings settings, LocalLanes lanes, LongSupplier nanoTime) {
        this.settings = settings;
        this.lanes = lanes;
        this.nanoTime = nanoTime;
        this.spreading = new Spreading(settings, lanes);
    }

    /** Receives the outcomes of jobs that went to other nodes. */
    public Behavior<InferenceOutcome> replies() {
        return Behaviors.<InferenceOutcome>supervise(Behaviors.setup(context -> {
                    replyTo = context.getSelf();
                    return Behaviors.receiveMessage(outcome -> {
                        onOutcome(outcome);
                        return Behaviors.same();
                    });
                }))
                .onFailure(SupervisorStrategy.resume());
    }

    /** Follows the hosts that the receptionist knows. */
    public Behavior<HostWatch.Command> watch() {
        return HostWatch.create(this, settings.sweepInterval());
    }

    @Override
    public void submit(InferenceJob job) {
        LaneHandle lane = lanes.find(job.model());
        if (lane != null && rank(lane, job) == Rank.CREDITS) {
            lane.ref().tell(new Lane.Submit(job, 0));
        } else {
            route(job, 0, null, null);
        }
    }

    @Override
    public void resubmit(InferenceJob job, int attempts, Refusal why) {
        // This node gave it away.
        route(job, attempts, null, why);
    }

    @Override
    public void cancel(UUID uuid, ModelRef model, Optional<Identity> identity) {
        Outstanding remote = take(uuid);
        if (remote != null) {
            remote.host().tell(new ExecutorHost.Cancel(uuid, model));
        }
        LaneHandle lane = lanes.find(model);
        if (lane != null) {
            lane.ref().tell(new Lane.Cancel(uuid));
        }
    }

    @Override
    public Optional<Refusal> anyExecutor() {
        if (lanes.upDevices() > 0) {
            return Optional.empty();
        }
        long now = nanoTime.getAsLong();
        for (HostView host : hosts) {
            if (live(host, now) && host.status().upDevices() > 0) {
                return Optional.empty();
            }
        }
        return Optional.of(nobody(now));
    }

    @Override
    public Optional<Refusal> executorFor(ModelRef model) {
        long now = nanoTime.getAsLong();
        Refusal worst = null;
        LaneHandle lane = lanes.find(model);
        if (lane != null) {
            switch (lane.gauge().residency()) {
                case READY, COLD -> {
                    if (lanes.upDevices() > 0) {
                        return Optional.empty();
                    }
                }
                case LOADING -> worst = loading(model);
                case FAILED, DOWN -> worst = lane.gauge().refusal();
            }
        }
        for (HostView host : hosts) {
            HostView.ModelView view = live(host, now) ? host.model(model) : null;
            if (view != null) {
                switch (view.status().residency()) {
                    case READY, COLD -> {
                        if (host.status().upDevices() > 0) {
                            return Optional.empty();
                        }
                    }
                    case LOADING -> worst = loading(model);
                    case FAILED, DOWN -> worst = view.status().refusal().orElse(worst);
                }
            }
        }
        return Optional.of(worst != null ? worst : anyExecutor().orElseGet(() -> loading(model)));
    }

    @Override
    public Warmth warm(ModelRef model, int wanted) {
        return new WarmUp(lanes, hosts, host -> live(host, nanoTime.getAsLong())).warm(model, wanted);
    }

    private static Refusal loading(ModelRef model) {
        return Refusal.retryable(
                ErrorCode.NOT_READY,
                "model " + model.name() + " " + model.version() + " is being loaded",
                Duration.ofSeconds(1));
    }

    /** Whether jobs can go to other nodes. */
    boolean started() {
        return replyTo != null;
    }

    /** How many rows of each model executors would take from here at once, by what this node knows of them. */
    public Map<ModelRef, Long> credits() {
        long now = nanoTime.getAsLong();
        return Credits.of(lanes, hosts.stream().filter(host -> live(host, now)).toList(), settings.creditBatches());
    }

    /** Jobs at other nodes. */
    public int outstanding() {
        return outstanding.size();
    }

    // Called by the watch.

    Behavior<PayloadStore.Command> payloads() {
        return payloads.server();
    }

    void payloadsServedBy(ActorRef<PayloadStore.Command> server) {
        payloadServer = server;
    }

    synchronized void onStatus(HostStatus status) {
        List<HostView> changed = new ArrayList<>(hosts.size() + 1);
        for (HostView host : hosts) {
            if (!host.host().equals(status.host())) {
                changed.add(host);
            } else if (host.status().sequence() > status.sequence()) {
                return;
            }
        }
        changed.add(new HostView(status, nanoTime.getAsLong()));
        hosts = List.copyOf(changed);
    }

    synchronized void onHosts(Set<ActorRef<ExecutorHost.Command>> known) {
        hosts = hosts.stream().filter(host -> known.contains(host.host())).toList();
    }

    /** Sends what was at lost hosts elsewhere. */
    void sweep() {
        long now = nanoTime.getAsLong();
        List<HostView> current = hosts;
        spreading.look(current.stream().filter(host -> live(host, now)).toList(), now);
        for (Outstanding each : outstanding.values()) {
            boolean live = current.stream().anyMatch(host -> host.host().equals(each.host()) && live(host, now));
            boolean late = each.job().deadline().passed(now);
            if ((!live || late) && outstanding.remove(each.job().uuid(), each)) {
                payloads.release(each.job().uuid());
                if (late) {
                    refuse(
                            each.job(),
                            Refusal.of(ErrorCode.DEADLINE_EXCEEDED, "the deadline passed before an executor answered"));
                } else {
                    Refusal lost = Refusal.retryable(
                            ErrorCode.NOT_READY, "the node that ran the request was lost", Duration.ofSeconds(1));
                    route(each.job(), each.attempts() + 1, each.host(), lost);
                }
            }
        }
    }

    private @Nullable Outstanding take(UUID uuid) {
        Outstanding taken = outstanding.remove(uuid);
        if (taken != null) {
            payloads.release(uuid);
        }
        return taken;
    }

    private void onOutcome(InferenceOutcome outcome) {
        Outstanding each = take(outcome.uuid());
        if (each == null) {
            return;
        }
        if (outcome instanceof InferenceOutcome.Refused(UUID uuid, Refusal refusal)
                && refusal.code() == ErrorCode.NOT_READY) {
            route(each.job(), each.attempts() + 1, each.host(), refusal);
        } else {
            each.job().replyTo().tell(outcome);
        }
    }

    /**
     * Finds a lane.
     *
     * @param not the host that had it last, or null
     * @param why the reason for another attempt: then this node's own lane is only taken if it was not the one that gave the job away
     */
    private void route(
            InferenceJob job, int attempts, @Nullable ActorRef<ExecutorHost.Command> not, @Nullable Refusal why) {
        long now = nanoTime.getAsLong();
        if (job.deadline().passed(now)) {
            refuse(job, Refusal.of(ErrorCode.DEADLINE_EXCEEDED, "the deadline passed before an executor was found"));
            return;
        }
        if (why != null && attempts >= settings.maxAttempts()) {
            refuse(job, why);
            return;
        }
        List<Candidate<Optional<HostView>>> candidates = new ArrayList<>();
        LaneHandle lane = lanes.find(job.model());
        ActorRef<ExecutorHost.Command> own = lanes.host();
        if (why == null || not != null) {
            if (lane != null) {
                candidates.add(new Candidate<>(
                        rank(lane, job),
                        lane.gauge().queuedItems(),
                        lane.gauge().nanosARow(lane.policy().maxBatchSize()),
                        true,
                        Optional.empty()));
            } else if (own != null && lanes.upDevices() > 0) {
                candidates.add(new Candidate<>(Rank.LOADS, Integer.MAX_VALUE, 0, true, Optional.empty()));
            }
        }
        ActorRef<InferenceOutcome> here = replyTo;
        if (here != null) {
            for (HostView host : hosts) {
                if (!host.host().equals(not) && live(host, now)) {
                    candidates.add(candidate(host, job));
                }
            }
        }
        Candidate<Optional<HostView>> chosen = RoutingDecider.choose(candidates, ThreadLocalRandom.current());
        if (chosen == null || (why != null && chosen.rank().compareTo(Rank.LOADS) > 0)) {
            refuse(job, why != null ? why : nobody(now));
        } else if (chosen.target().isPresent() && here != null) {
            send(chosen.target().get(), job, attempts, here);
        } else if (lane != null) {
            lane.ref().tell(new Lane.Submit(job, attempts));
        } else if (own != null) {
            own.tell(new ExecutorHost.Submit(job, attempts));
        }
    }

    private Candidate<Optional<HostView>> candidate(HostView host, InferenceJob job) {
        HostView.ModelView view = host.model(job.model());
        int up = host.status().upDevices();
        if (view == null) {
            return new Candidate<>(up > 0 ? Rank.LOADS : Rank.NOTHING, Integer.MAX_VALUE, 0, false, Optional.of(host));
        }
        Rank rank = RoutingDecider.rank(
                view.status().residency(),
                up,
                view.load(),
                job.items(),
                view.status().maxBatchSize(),
                view.status().maxQueueItems(),
                settings.creditBatches());
        return new Candidate<>(rank, view.load(), view.status().nanosARow(), false, Optional.of(host));
    }

    private Rank rank(LaneHandle lane, InferenceJob job) {
        return RoutingDecider.rank(
                lane.gauge().residency(),
                lanes.upDevices(),
                lane.gauge().queuedItems(),
                job.items(),
                lane.policy().maxBatchSize(),
                lane.policy().maxQueueItems(),
                settings.creditBatches());
    }

    private void send(HostView host, InferenceJob job, int attempts, ActorRef<InferenceOutcome> here) {
        HostView.ModelView view = host.model(job.model());
        if (view != null) {
            view.sent().addAndGet(job.items());
        }
        outstanding.put(job.uuid(), new Outstanding(job, host.host(), attempts));
        InferenceJob sent = job.withReplyTo(here);
        ActorRef<PayloadStore.Command> server = payloadServer;
        host.host()
                .tell(
                        job.bytes() > settings.inlineBytes() && server != null
                                ? new ExecutorHost.SubmitClaimed(payloads.claim(sent, server), attempts)
                                : new ExecutorHost.Submit(sent, attempts));
    }

    private Refusal nobody(long now) {
        List<String> reasons = new ArrayList<>();
        lanes.devices().stream()
                .filter(device -> !device.up())
                .forEach(device -> reasons.add("device " + device.name() + " is not up: " + device.why()));
        if (lanes.devices().isEmpty()) {
            reasons.add(ExecutorHost.DISABLED.sentence());
        }
        hosts.stream()
                .filter(host -> live(host, now) && !host.status().why().isEmpty())
                .forEach(host -> reasons.add(host.status().why()));
        return Refusal.retryable(
                ErrorCode.NOT_READY,
                "no executor can take the request: "
                        + (reasons.isEmpty() ? "none holds the model yet" : reasons.getFirst()),
                Duration.ofSeconds(1));
    }

    private boolean live(HostView host, long now) {
        return host.live(now, settings.statusExpiry().toNanos());
    }

    private static void refuse(InferenceJob job, Refusal refusal) {
        job.replyTo().tell(new InferenceOutcome.Refused(job.uuid(), refusal));
    }
}
