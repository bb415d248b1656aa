package dev.candor.cluster.node;

import dev.candor.persistence.partition.LocalPartitions;
import dev.candor.persistence.seal.SealSettings;
import dev.candor.persistence.seal.SealedEvents;
import dev.candor.persistence.seal.Sealer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.ActorSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Seals the old events of the partitions that this node owns, one after the other, again and again until the actor system ends. */
final class SealSchedule {
    private static final Logger LOG = LoggerFactory.getLogger(SealSchedule.class);

    private final ActorSystem<?> system;
    private final SealSettings settings;
    private final Sealer sealer;
    private final LocalPartitions local;

    private SealSchedule(ActorSystem<?> system, SealSettings settings, Sealer sealer, LocalPartitions local) {
        this.system = system;
        this.settings = settings;
        this.sealer = sealer;
        this.local = local;
    }

    /** Begins, where the settings say so. */
    static void start(
            SealSettings settings,
            ActorSystem<?> system,
            SealedEvents events,
            LocalPartitions local,
            Executor blocking) {
        if (settings.enabled()) {
            new SealSchedule(system, settings, events.sealer(system, settings, blocking), local).later();
        }
    }

    private void later() {
        system.scheduler().scheduleOnce(settings.interval(), this::round, system.executionContext());
    }

    private void round() {
        CompletionStage<Void> done = CompletableFuture.completedStage(null);
        for (int partition : local.all()) {
            done = done.thenCompose(_ -> drain(partition));
        }
        done.whenComplete((_, _) -> later());
    }

    /** Segments of one partition until there is none left to seal; one that fails waits for the next round. */
    private CompletionStage<Void> drain(int partition) {
        return sealer.seal(partition)
                .thenCompose(part -> part.isPresent() ? drain(partition) : CompletableFuture.<Void>completedStage(null))
                .exceptionally(failure -> {
                    LOG.warn(
                            "partition {}: its old events could not be sealed, which is tried again in {}: {}",
                            partition,
                            settings.interval(),
                            failure.toString());
                    return null;
                });
    }
}
