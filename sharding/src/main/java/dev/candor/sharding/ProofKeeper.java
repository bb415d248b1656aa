package dev.candor.sharding;

import dev.candor.persistence.proof.ProofJobs;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityRef;

/** Sees to it that the proof jobs of every slice are up somewhere, since only then they keep deadlines and find provers. One a node that holds entities. */
final class ProofKeeper {
    /** Time passed. */
    record Tick() {}

    private ProofKeeper() {}

    static Behavior<Tick> create(List<EntityRef<ProofJobs.Command>> slices, Duration every) {
        return Behaviors.withTimers(timers -> {
            timers.startTimerWithFixedDelay(new Tick(), Duration.ZERO, every);
            return Behaviors.receiveMessage(tick -> {
                slices.forEach(slice -> slice.tell(new ProofJobs.Wake()));
                return Behaviors.same();
            });
        });
    }
}
