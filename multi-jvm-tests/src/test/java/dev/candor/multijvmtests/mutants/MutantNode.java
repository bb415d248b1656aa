package dev.candor.multijvmtests.mutants;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.routing.CommitSink;
import dev.candor.actors.routing.Commitment;
import dev.candor.cluster.node.CandorNode;
import dev.candor.cluster.node.NodeConfigs;
import dev.candor.cluster.node.NodeSeams;
import dev.candor.persistence.journal.JournalStores;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A node that breaks one promise. Arguments: the {@link Mutant}'s name, then {@code serve}'s. */
public final class MutantNode {
    private MutantNode() {}

    /** Which promise. */
    public enum Mutant {
        /** Answers leave before their receipts are in the journal, which gets them a quarter of a second later. */
        ANSWER_BEFORE_COMMIT,
        /** The embedded journal does not wait for the disk. */
        SKIP_THE_SYNC,
        /** Every lease is had for the asking. */
        IGNORE_THE_LEASE,
        /** Of the answers in the mode zkml every fiftieth is altered before it is committed. */
        ALTER_ANSWERS
    }

    private static final class Early implements CommitSink {
        private static final long DELAY_MILLIS = 250;

        private final CommitSink behind;
        private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().factory());

        Early(CommitSink behind) {
            this.behind = behind;
        }

        @Override
        public int keylessPartition() {
            return behind.keylessPartition();
        }

        @Override
        public void commit(int partition, List<Commitment> entries) {
            entries.forEach(entry -> entry.replyTo()
                    .tell(new InferenceOutcome.Answered(entry.uuid(), entry.answer(), false, entry.timings())));
            var _ = later.schedule(() -> behind.commit(partition, entries), DELAY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Runs it. */
    public static void main(String[] arguments) throws Exception {
        Mutant mutant = Mutant.valueOf(arguments[0]);
        Map<String, Object> settings = new HashMap<>();
        Config file = ConfigFactory.empty();
        for (int i = 1; i + 1 < arguments.length; i += 2) {
            String value = arguments[i + 1];
            switch (arguments[i]) {
                case "--data" -> settings.put("candor.node.data-dir", value);
                case "--http-port" -> settings.put("candor.rest.port", value);
                case "--grpc-port" -> settings.put("candor.node.grpc.port", value);
                case "--config" -> file = ConfigFactory.parseFile(Path.of(value).toFile());
                default -> throw new IllegalArgumentException("a mutant knows no " + arguments[i]);
            }
        }
        NodeSeams seams = switch (mutant) {
            case ANSWER_BEFORE_COMMIT -> new NodeSeams(Early::new, UnaryOperator.identity());
            case SKIP_THE_SYNC -> {
                settings.put("pekko.extensions", List.of("dev.candor.persistence.journal.sqlite.SkipTheSync"));
                yield NodeSeams.NONE;
            }
            case ALTER_ANSWERS -> new NodeSeams(AlteredAnswers::new, UnaryOperator.identity());
            case IGNORE_THE_LEASE -> new NodeSeams(UnaryOperator.identity(), MutantNode::withoutLeases);
        };
        CandorNode node = CandorNode.start(
                NodeConfigs.load(ConfigFactory.parseMap(settings).withFallback(file)), "mutant", seams);
        node.awaitTermination();
    }

    private static JournalStores withoutLeases(JournalStores stores) {
        return new JournalStores(
                stores.answers(),
                new LeasesForTheAsking(stores.control()),
                stores.currentEvents(),
                stores.liveEvents(),
                stores.persistenceIds(),
                stores.embeddedExclusive());
    }
}
