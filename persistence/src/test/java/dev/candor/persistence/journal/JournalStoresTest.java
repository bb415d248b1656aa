package dev.candor.persistence.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.candor.persistence.journal.sqlite.SqliteFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.testkit.javadsl.TestKit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JournalStoresTest {
    @TempDir
    Path folder;

    @Test
    void pointsPekkoToTheChosenJournal() {
        Config config = SqliteFixture.config(folder);
        assertThat(config.getString("pekko.persistence.journal.plugin")).isEqualTo("candor.journal.sqlite.journal");
        assertThat(config.getString("pekko.persistence.snapshot-store.plugin"))
                .isEqualTo("candor.journal.sqlite.snapshot");
    }

    @Test
    void letsTheApplicationOverrideWhatTheKindBrings() {
        Config config =
                JournalKind.layer(ConfigFactory.parseString("pekko.persistence.snapshot-store.plugin = \"another\""));
        assertThat(config.getString("pekko.persistence.snapshot-store.plugin")).isEqualTo("another");
    }

    @Test
    void refusesAKindThatItDoesNotKnow() {
        assertThatThrownBy(() -> JournalKind.layer(ConfigFactory.parseString("candor.journal.kind = postgres")))
                .isInstanceOf(JournalException.Refused.class)
                .hasMessageContaining("\"postgres\"")
                .hasMessageContaining("sqlite");
    }

    @Test
    void opensTheEmbeddedStoresAndGivesTheFolderBackAtTheEnd() throws Exception {
        for (int run = 0; run < 2; run++) {
            try (SqliteFixture fixture = new SqliteFixture(folder)) {
                assertThat(fixture.stores().embeddedExclusive()).isTrue();
                assertThat(fixture.stores().answers().retention()).isEqualTo(Duration.ofHours(24));
            }
        }
    }

    @Test
    void refusesAFolderThatAnotherNodeHas() throws Exception {
        try (SqliteFixture fixture = new SqliteFixture(folder)) {
            assertThat(fixture.system().name()).isEqualTo("journal");
            ActorSystem second = ActorSystem.create("second", SqliteFixture.config(folder));
            try {
                assertThatThrownBy(() ->
                                JournalStores.open(second).toCompletableFuture().get(30, TimeUnit.SECONDS))
                        .hasCauseInstanceOf(JournalException.Refused.class)
                        .hasMessageContaining("in use");
            } finally {
                TestKit.shutdownActorSystem(second);
            }
        }
    }

    @Test
    void refusesSettingsThatCannotWork() {
        Config config = ConfigFactory.parseString("candor.journal.sqlite.readers = 0")
                .withFallback(SqliteFixture.config(folder));
        ActorSystem system = ActorSystem.create("settings", config);
        try {
            assertThatThrownBy(() ->
                            JournalStores.open(system).toCompletableFuture().get(30, TimeUnit.SECONDS))
                    .hasMessageContaining("candor.journal.sqlite.readers is 0");
        } finally {
            TestKit.shutdownActorSystem(system);
        }
    }
}
