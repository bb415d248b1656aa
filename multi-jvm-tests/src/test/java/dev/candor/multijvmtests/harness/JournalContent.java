package dev.candor.multijvmtests.harness;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.candor.actors.value.Digest;
import dev.candor.cluster.node.NodeConfigs;
import dev.candor.persistence.journal.JournalStores;
import dev.candor.persistence.partition.PartitionCodec;
import dev.candor.persistence.partition.PartitionEvent;
import dev.candor.persistence.partition.PartitionEvent.Entry;
import dev.candor.persistence.partition.PartitionEvent.Opened;
import dev.candor.persistence.partition.PartitionEvent.ReceiptsCommitted;
import dev.candor.persistence.partition.PartitionState;
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
 * The receipts that count, as the journal has them while no node runs.
 *
 * @param entries of all partitions, each partition's in the order of its chain
 * @param epochs owners of all partitions together, whose first events count
 * @param voided events that do not count
 * @param breaks a sentence for each partition whose events do not chain
 */
public record JournalContent(List<Entry> entries, int epochs, long voided, List<String> breaks) {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String PARTITION = "partition-";

    /** Copies the lists. */
    public JournalContent {
        entries = List.copyOf(entries);
        breaks = List.copyOf(breaks);
    }

    /** Reads the embedded journal in a node's data folder. */
    public static JournalContent read(Path dataDir) throws Exception {
        return read(ConfigFactory.parseMap(Map.of("candor.node.data-dir", dataDir.toString())));
    }

    /** Reads the journal that a node with these settings would use. */
    public static JournalContent read(Config settings) throws Exception {
        // A reader joins no cluster and listens nowhere.
        Config config = ConfigFactory.parseMap(Map.of("pekko.actor.provider", "local"))
                .withFallback(NodeConfigs.load(settings));
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
                if (id.startsWith(PARTITION)) {
                    builder.add(
                            id,
                            stores.currentEvents()
                                    .currentEventsByPersistenceId(id, 0, Long.MAX_VALUE)
                                    .runWith(Sink.seq(), system)
                                    .toCompletableFuture()
                                    .get(LIMIT.toSeconds(), TimeUnit.SECONDS));
                }
            }
            return new JournalContent(builder.entries, builder.epochs, builder.voided, builder.breaks);
        } finally {
            system.terminate();
            system.getWhenTerminated().toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
    }

    /** Follows the chain back from its head: which events count is then a matter of hashes alone. */
    private static final class Builder {
        private final List<Entry> entries = new ArrayList<>();
        private final List<String> breaks = new ArrayList<>();
        private int epochs;
        private long voided;

        void add(String id, List<EventEnvelope> events) {
            Map<Digest, PartitionEvent> byHash = new HashMap<>();
            PartitionState state = PartitionState.EMPTY;
            try {
                for (EventEnvelope envelope : events) {
                    PartitionEvent event = (PartitionEvent) envelope.event();
                    state = state.apply(envelope.sequenceNr(), event);
                    byHash.put(PartitionCodec.hash(event), event);
                }
            } catch (RuntimeException e) {
                breaks.add(id + ": " + e.getMessage());
                return;
            }
            List<PartitionEvent> chain = new ArrayList<>();
            for (Digest at = state.head();
                    !at.equals(Digest.ZERO);
                    at = chain.getLast().prevHash()) {
                PartitionEvent event = byHash.get(at);
                if (event == null) {
                    breaks.add(id + ": no event has the hash " + at + " that the one behind it names");
                    return;
                }
                chain.add(event);
            }
            if (chain.size() != state.sequenceNr()) {
                breaks.add(id + ": " + chain.size() + " events are in the chain of " + state.sequenceNr());
            }
            voided += events.size() - chain.size();
            for (PartitionEvent event : chain.reversed()) {
                switch (event) {
                    case Opened _ -> epochs++;
                    case ReceiptsCommitted committed -> entries.addAll(committed.entries());
                }
            }
        }
    }
}
