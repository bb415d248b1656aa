package dev.candor.actors.routing;

import dev.candor.actors.host.ExecutorHost;
import dev.candor.actors.host.HostStatus;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.actor.typed.receptionist.Receptionist;

/** Subscribes to every host of another node that the receptionist knows and keeps a {@link LaneRouter} informed; this node's own lanes it reads itself. */
public final class HostWatch extends AbstractBehavior<HostWatch.Command> {
    /** What it hears. */
    public sealed interface Command {}

    private record Hosts(Set<ActorRef<ExecutorHost.Command>> hosts) implements Command {}

    private record Status(HostStatus status) implements Command {}

    private enum Sweep implements Command {
        SWEEP
    }

    private final LaneRouter router;
    private final ActorRef<HostStatus> statuses;
    private Set<ActorRef<ExecutorHost.Command>> known = Set.of();

    static Behavior<Command> create(LaneRouter router, Duration sweepInterval) {
        return Behaviors.<Command>supervise(Behaviors.setup(context ->
                        Behaviors.withTimers(timers -> new HostWatch(context, timers, router, sweepInterval))))
                .onFailure(SupervisorStrategy.resume());
    }

    private HostWatch(
            ActorContext<Command> context, TimerScheduler<Command> timers, LaneRouter router, Duration sweepInterval) {
        super(context);
        this.router = router;
        this.statuses = context.messageAdapter(HostStatus.class, Status::new);
        ActorRef<Receptionist.Listing> listings = context.messageAdapter(
                Receptionist.Listing.class, listing -> new Hosts(listing.getServiceInstances(ExecutorHost.KEY)));
        context.getSystem().receptionist().tell(Receptionist.subscribe(ExecutorHost.KEY, listings));
        router.payloadsServedBy(context.spawn(router.payloads(), "payloads"));
        timers.startTimerAtFixedRate(Sweep.SWEEP, sweepInterval);
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder().onMessage(Command.class, this::onCommand).build();
    }

    private Behavior<Command> onCommand(Command command) {
        switch (command) {
            case Hosts(Set<ActorRef<ExecutorHost.Command>> all) -> {
                Set<ActorRef<ExecutorHost.Command>> hosts = new HashSet<>(all);
                hosts.removeIf(this::isLocal);
                Set<ActorRef<ExecutorHost.Command>> fresh = new HashSet<>(hosts);
                fresh.removeAll(known);
                known = Set.copyOf(hosts);
                router.onHosts(known);
                fresh.forEach(host -> host.tell(new ExecutorHost.Subscribe(statuses)));
            }
            case Status(HostStatus status) -> router.onStatus(status);
            case Sweep sweep -> router.sweep();
        }
        return this;
    }

    private boolean isLocal(ActorRef<?> ref) {
        Address address = ref.path().address();
        return address.hasLocalScope()
                && address.system().equals(getContext().getSystem().name());
    }
}
