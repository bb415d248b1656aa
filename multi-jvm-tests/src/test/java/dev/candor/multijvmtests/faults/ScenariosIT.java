package dev.candor.multijvmtests.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.multijvmtests.cassandra.CassandraKeyspace;
import dev.candor.multijvmtests.cassandra.CassandraServer;
import dev.candor.multijvmtests.cassandra.RequiresCassandra;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Faults done to one cluster of four processes and Cassandra under load, one after the other. After each the cluster is whole again, and all that clients were
 * answered is held against the journal; in the end what concurrent callers saw of their keys must have an order that explains it.
 *
 * <p>{@code -Dcandor.scenarios=A,B} or {@code all} chooses, {@code -Dcandor.seed=N} names the run.
 */
@Timeout(3600)
@RequiresCassandra
final class ScenariosIT {
    private static final long SEED = Long.getLong("candor.seed", new SecureRandom().nextInt() & 0xffff_ffffL);
    private static final List<Scenario> USUAL = List.of(
            Scenario.EXECUTOR_KILLED, Scenario.FROZEN, Scenario.OLDEST_KILLED, Scenario.SPLIT, Scenario.STRANGER);

    @TempDir
    private Path folder;

    private static List<Scenario> chosen() {
        String named = System.getProperty("candor.scenarios", "");
        if (named.isEmpty()) {
            return USUAL;
        }
        return named.equals("all")
                ? List.of(Scenario.class.getEnumConstants())
                : Stream.of(named.split(",", -1)).map(Scenario::valueOf).toList();
    }

    @Test
    void losesAndDoublesNothingWhateverIsDoneToTheCluster(CassandraServer server, CassandraKeyspace keyspace)
            throws Exception {
        System.out.println("seed " + SEED);
        try (Stage stage = Stage.open(new CassandraNodes(folder, server, keyspace), "", SEED)) {
            for (Scenario scenario : chosen()) {
                long since = System.currentTimeMillis();
                scenario.play(stage);
                stage.awaitWhole();
                stage.awaitAnswers(100);
                System.out.println("scenario " + scenario + " "
                        + stage.seenSince(since).toLine() + " ms=" + (System.currentTimeMillis() - since));
                assertThat(stage.violations())
                        .as("after %s, seed %d: %s", scenario, SEED, scenario.title())
                        .isEmpty();
            }
            stage.finish();
            assertThat(stage.unexplained()).as("keys, seed %d", SEED).isEmpty();
            assertThat(stage.violations()).as("in the end, seed %d", SEED).isEmpty();
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "candor.mutants", matches = "true")
    void noticesAMinorityThatStays(CassandraServer server, CassandraKeyspace keyspace) throws Exception {
        String withoutResolver = "pekko.cluster.downing-provider-class = \"\"\n";
        try (Stage stage = Stage.open(new CassandraNodes(folder, server, keyspace), withoutResolver, SEED)) {
            stage.partition(List.of(List.of("a", "c", "d"), List.of("b")));
            assertThatThrownBy(() -> stage.awaitEnded("b", Duration.ofSeconds(30)))
                    .isInstanceOf(TimeoutException.class);
        }
    }
}
