package dev.candor.actors.host;

import dev.candor.actors.lane.Lane;
import dev.candor.actors.lane.LaneGauge;
import dev.candor.actors.model.BatchingPolicy;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * A lane of this node.
 *
 * @param ref takes jobs
 * @param gauge what it is doing
 * @param policy its bounds
 */
public record LaneHandle(ActorRef<Lane.Command> ref, LaneGauge gauge, BatchingPolicy policy) {}
