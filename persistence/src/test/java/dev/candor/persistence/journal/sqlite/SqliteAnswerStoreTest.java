package dev.candor.persistence.journal.sqlite;

import static dev.candor.persistence.journal.JournalDriver.Outcome.FAILED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.actors.inference.Identity;
import dev.candor.persistence.answers.AnswerSettings;
import dev.candor.persistence.answers.AnswerStore;
import dev.candor.persistence.answers.StoredAnswer;
import dev.candor.persistence.journal.AnswerStoreContract;
import dev.candor.persistence.journal.JournalException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.ActorSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SqliteAnswerStoreTest extends AnswerStoreContract {
    private static final AnswerSettings SETTINGS = new AnswerSettings(Duration.ofHours(24), Duration.ofMinutes(1), 7);

    @TempDir
    static Path folder;

    private static SqliteFixture fixture;

    @BeforeAll
    static void open() throws Exception {
        fixture = new SqliteFixture(folder);
    }

    @AfterAll
    static void close() throws Exception {
        fixture.close();
    }

    @Override
    protected ActorSystem system() {
        return fixture.system();
    }

    @Override
    protected AnswerStore store() {
        return fixture.stores().answers();
    }

    @Override
    protected SqliteAnswerStore storePastRetention() {
        InstantSource tomorrow = InstantSource.offset(InstantSource.system(), Duration.ofHours(25));
        return new SqliteAnswerStore(fixture.database(), SETTINGS, tomorrow);
    }

    @Test
    void showsAnAnswerOnlyOnceItsEventIsWritten() throws Exception {
        StoredAnswer answer = answer(newId(1), Optional.of(newIdentity(1)), 1, 1);
        await(store().stage(pid(), 1, List.of(answer)));
        assertThat(byIdentity(answer)).isEmpty();
        driver().write(pid(), 1, "event");
        assertThat(byIdentity(answer)).containsExactly(answer);
    }

    @Test
    void dropsAnAnswerWhoseEventIsNotWritten() throws Exception {
        driver().write(pid(), 1, "event");
        StoredAnswer answer = answer(newId(1), Optional.of(newIdentity(1)), 1, 1);
        await(store().stage(pid(), 1, List.of(answer)));
        assertThat(driver().write(pid(), 1, "duplicate")).containsExactly(FAILED);
        driver().write(pid(), 2, "next");
        assertThat(byIdentity(answer)).isEmpty();
        assertThat(byId(answer.id())).isEmpty();
    }

    @Test
    void forgetsAnAnswerOfAnEventThatAnotherOneReplaced() throws Exception {
        StoredAnswer stale = answer(newId(1), Optional.empty(), 1, 2);
        StoredAnswer fresh = answer(newId(1), Optional.empty(), 2, 2);
        await(store().stage(pid(), 2, List.of(stale)));
        await(store().stage(pid(), 2, List.of(fresh)));
        driver().write(pid(), 2, "event");
        assertThat(byId(stale.id())).isEmpty();
        assertThat(byId(fresh.id())).containsExactly(fresh);
        await(store().stage(pid(), 3, List.of(stale)));
        driver().write(pid(), 4, "a later event");
        driver().write(pid(), 3, "an earlier event");
        assertThat(byId(stale.id())).isEmpty();
    }

    @Test
    void boundsWhatWaitsForEventsThatNeverCome() throws Exception {
        for (int event = 1; event <= 16; event++) {
            await(store().stage(pid(), event, List.of(answer(newId(1), Optional.empty(), 1, event))));
        }
        assertThatThrownBy(() -> await(store().stage(pid(), 17, List.of())))
                .hasCauseInstanceOf(JournalException.Unavailable.class)
                .hasMessageContaining("wait for events");
    }

    @Test
    void refusesAnIdentityOfAnotherPartition() {
        Identity identity = newIdentity(2);
        assertThatThrownBy(() -> await(store().stage(pid(), 1, List.of(answer(newId(1), Optional.of(identity), 1, 1)))))
                .hasCauseInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void sweepsBytesPastTheirRetentionInSmallStepsAndKeepsTheReceipts() throws Exception {
        List<StoredAnswer> answers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            answers.add(answer(newId(1), Optional.empty(), 1, 1));
        }
        commit(answers.toArray(StoredAnswer[]::new));
        SqliteAnswerStore now = new SqliteAnswerStore(fixture.database(), SETTINGS, InstantSource.system());
        assertThat(await(now.sweep())).as("nothing is due yet").isZero();
        assertThat(byId(answers.getFirst().id())).containsExactly(answers.getFirst());
        assertThat(await(storePastRetention().sweep())).isGreaterThanOrEqualTo(50);
        assertThat(count("answer_bytes")).isZero();
        for (StoredAnswer answer : answers) {
            assertThat(byId(answer.id())).singleElement().satisfies(found -> {
                assertThat(found.receipt()).isEqualTo(answer.receipt());
                assertThat(found.answer()).isEmpty();
            });
        }
    }

    private static long count(String table) throws Exception {
        return await(fixture.database().read(session -> session.number("SELECT count(*) FROM " + table, 1)));
    }
}
