package dev.candor.sharding;

import dev.candor.persistence.partition.LocalPartitions;
import dev.candor.persistence.partition.Partition;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityRef;

/**
 * Sees to it that every partition is up somewhere: sharding starts an entity with the first message it gets, so each one that is not ready on this node
 * gets a small one now and then. One a node.
 */
final class PartitionKeeper extends AbstractBehavior<PartitionKeeper.Tick> {
    /** Time passed. */
    record Tick() {}

    private final List<EntityRef<Partition.Command>> partitions;
    private final LocalPartitions local;

    private PartitionKeeper(
            ActorContext<Tick> context, List<EntityRef<Partition.Command>> partitions, LocalPartitions local) {
        super(context);
        this.partitions = partitions;
        this.local = local;
    }

    static Behavior<Tick> create(List<EntityRef<Partition.Command>> partitions, LocalPartitions local, Duration every) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            timers.startTimerWithFixedDelay(new Tick(), Duration.ZERO, every);
            return new PartitionKeeper(context, partitions, local);
        }));
    }

    @Override
    public Receive<Tick> createReceive() {
        return newReceiveBuilder().onMessage(Tick.class, tick -> onTick()).build();
    }

    private Behavior<Tick> onTick() {
        for (int partition = 0; partition < partitions.size(); partition++) {
            if (!local.isReady(partition)) {
                partitions.get(partition).tell(new Partition.Wake());
            }
        }
        return this;
    }
}
