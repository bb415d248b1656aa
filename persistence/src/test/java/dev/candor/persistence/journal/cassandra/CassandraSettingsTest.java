package dev.candor.persistence.journal.cassandra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.candor.persistence.journal.JournalException;
import dev.candor.persistence.journal.JournalKind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CassandraSettingsTest {
    private static Config config(String... lines) {
        return JournalKind.layer(
                ConfigFactory.parseString("candor.journal.kind = cassandra\n" + String.join("\n", lines)));
    }

    private static CassandraSettings settings(String... lines) {
        return CassandraSettings.of(config(lines));
    }

    @Test
    void createsNothingByItself() {
        assertThat(settings()).isEqualTo(new CassandraSettings("candor", false, "SimpleStrategy", 1, List.of()));
    }

    @Test
    void givesThePluginOurKeyspaceAndPekkoThePlugin() {
        Config config = config("candor.journal.cassandra { keyspace = ours, create-schema = true }");
        assertThat(config.getString("pekko.persistence.journal.plugin"))
                .isEqualTo("pekko.persistence.cassandra.journal");
        assertThat(config.getString("pekko.persistence.cassandra.journal.keyspace"))
                .isEqualTo("ours");
        assertThat(config.getString("pekko.persistence.cassandra.snapshot.keyspace"))
                .isEqualTo("ours");
        assertThat(config.getBoolean("pekko.persistence.cassandra.journal.tables-autocreate"))
                .isTrue();
    }

    @Test
    void asksAMajorityOfTheLocalReplicas() {
        Config profiles = config().getConfig("datastax-java-driver.profiles");
        for (String profile : List.of(
                "candor", "pekko-persistence-cassandra-profile", "pekko-persistence-cassandra-snapshot-profile")) {
            assertThat(profiles.getString(profile + ".basic.request.consistency"))
                    .as(profile)
                    .isEqualTo("LOCAL_QUORUM");
        }
        assertThat(profiles.getString("candor.basic.request.serial-consistency"))
                .isEqualTo("LOCAL_SERIAL");
    }

    @Test
    void showsEveryEventToRecovery() {
        assertThat(config().getString("pekko.persistence.cassandra.journal.replay-filter.mode"))
                .isEqualTo("off");
    }

    @Test
    void writesTheReplicationOfANewKeyspace() {
        assertThat(settings("candor.journal.cassandra.replication-factor = 3").replication())
                .isEqualTo("{'class': 'SimpleStrategy', 'replication_factor': 3}");
        assertThat(settings(
                                "candor.journal.cassandra.replication-strategy = NetworkTopologyStrategy",
                                "candor.journal.cassandra.data-center-replication-factors = [\"dc1:3\", \"dc2:2\"]")
                        .replication())
                .isEqualTo("{'class': 'NetworkTopologyStrategy', 'dc1': 3, 'dc2': 2}");
    }

    @Test
    void namesTheKeyspaceInEveryStatementOfTheSchema() {
        List<String> statements = CassandraSchema.statements(settings("candor.journal.cassandra.keyspace = ours"));
        assertThat(statements).hasSize(5);
        assertThat(statements.getFirst()).startsWith("CREATE KEYSPACE IF NOT EXISTS ours WITH replication = {");
        assertThat(statements.subList(1, 5))
                .allMatch(statement -> statement.startsWith("CREATE TABLE IF NOT EXISTS ours."));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "keyspace = \"Candor; DROP\"",
                "keyspace = \"\"",
                "replication-factor = 0",
                "replication-strategy = OldNetworkTopologyStrategy",
                "replication-strategy = NetworkTopologyStrategy",
                "data-center-replication-factors = [\"dc1\"]",
                "data-center-replication-factors = [\"dc1': 3, 'x:1\"]"
            })
    void refusesWhatCannotWork(String line) {
        assertThatThrownBy(() -> settings("candor.journal.cassandra." + line))
                .isInstanceOf(JournalException.Refused.class)
                .hasMessageStartingWith("candor.journal.cassandra.");
    }
}
