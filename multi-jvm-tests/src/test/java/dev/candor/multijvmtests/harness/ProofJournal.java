package dev.candor.multijvmtests.harness;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.candor.actors.value.RequestId;
import dev.candor.cluster.node.NodeConfigs;
import dev.candor.persistence.journal.JournalStores;
import dev.candor.persistence.proof.JobState;
import dev.candor.persistence.proof.ProofEvent;
import dev.candor.persistence.proof.ProofRef;
import dev.candor.persistence.proof.ProofState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.stream.javadsl.Sink;

/**
 * What became of proof jobs, as the journal has it while no node runs.
 *
 * @param jobs in the end
 * @param verifications how often each was verified
 * @param attempts that were begun
 * @param proofs that provers brought, verified or not, in order
 */
public record ProofJournal(
        Map<RequestId, JobState> jobs, Map<RequestId, Integer> verifications, int attempts, List<ProofRef> proofs) {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String JOBS = "proof-jobs-";

    /** Copies the collections. */
    public ProofJournal {
        jobs = Map.copyOf(jobs);
        verifications = Map.copyOf(verifications);
        proofs = List.copyOf(proofs);
    }

    /** Reads the embedded journal in a node's data folder. */
    public static ProofJournal read(Path dataDir) throws Exception {
        // A reader joins no cluster and listens nowhere.
        Config config = ConfigFactory.parseMap(Map.of("pekko.actor.provider", "local"))
                .withFallback(
                        NodeConfigs.load(ConfigFactory.parseMap(Map.of("candor.node.data-dir", dataDir.toString()))));
        ActorSystem<Void> system = ActorSystem.create(Behaviors.<Void>empty(), "reader", config);
        try {
            JournalStores stores =
                    JournalStores.open(system).toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            List<String> ids = stores.persistenceIds()
                    .currentPersistenceIds()
                    .runWith(Sink.seq(), system)
                    .toCompletableFuture()
                    .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            Builder builder = new Builder();
            for (String id : ids) {
                if (id.startsWith(JOBS)) {
                    builder.add(stores.currentEvents()
                            .currentEventsByPersistenceId(id, 0, Long.MAX_VALUE)
                            .runWith(Sink.seq(), system)
                            .toCompletableFuture()
                            .get(LIMIT.toSeconds(), TimeUnit.SECONDS));
                }
            }
            return new ProofJournal(builder.jobs, builder.verifications, builder.attempts, builder.proofs);
        } finally {
            system.terminate();
            system.getWhenTerminated().toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private static final class Builder {
        private final Map<RequestId, JobState> jobs = new HashMap<>();
        private final Map<RequestId, Integer> verifications = new HashMap<>();
        private final List<ProofRef> proofs = new ArrayList<>();
        private int attempts;

        void add(List<EventEnvelope> events) {
            ProofState state = ProofState.EMPTY;
            for (EventEnvelope envelope : events) {
                ProofEvent event = (ProofEvent) envelope.event();
                switch (event) {
                    case ProofEvent.Verified verified ->
                        state.attempt(verified.lease())
                                .forEach(job -> verifications.merge(job.job().id(), 1, Integer::sum));
                    case ProofEvent.Proved proved -> proofs.add(proved.proof());
                    case ProofEvent.Refuted refuted -> proofs.add(refuted.proof());
                    case ProofEvent.Leased _ -> attempts++;
                    case ProofEvent.Asked _,
                            ProofEvent.Returned _,
                            ProofEvent.Ended _,
                            ProofEvent.Left _,
                            ProofEvent.Called _,
                            ProofEvent.Forgotten _ -> {}
                }
                state = state.apply(event);
            }
            state.jobs().forEach(each -> jobs.put(each.job().id(), each));
        }
    }
}
