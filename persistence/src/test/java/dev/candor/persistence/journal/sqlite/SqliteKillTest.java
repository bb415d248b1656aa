package dev.candor.persistence.journal.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.persistence.answers.AnswerStore;
import dev.candor.persistence.answers.StoredAnswer;
import dev.candor.persistence.journal.JournalDriver;
import dev.candor.persistence.journal.JournalException;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.persistence.PersistentRepr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Another process writes and is killed in the middle of it. That nothing is lost at a power cut needs the sync, which SqliteDatabaseTest checks. */
final class SqliteKillTest {
    private static final int ACKNOWLEDGED = 400;

    @TempDir
    Path folder;

    private Process writer() throws IOException {
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledWriter.class.getName(),
                        folder.toString())
                .redirectError(new File("target/killed-writer.log"))
                .start();
    }

    /** Reads so many acknowledgements: the last of each stream. */
    private static void read(BufferedReader lines, long[] acknowledged) throws IOException {
        for (int line = 0; line < ACKNOWLEDGED; line++) {
            String text = lines.readLine();
            assertThat(text).as("see target/killed-writer.log").isNotNull();
            String[] words = text.split(" ", 2);
            acknowledged[Integer.parseInt(words[0])] = Long.parseLong(words[1]);
        }
    }

    private static void holds(Path journal, long[] acknowledged) throws Exception {
        try (SqliteFixture again = new SqliteFixture(journal)) {
            JournalDriver driver = new JournalDriver(again.system(), "reader");
            for (int stream = 0; stream < KilledWriter.STREAMS; stream++) {
                List<PersistentRepr> events = driver.replay(KilledWriter.pid(stream));
                assertThat(events).hasSizeGreaterThanOrEqualTo((int) acknowledged[stream]);
                for (int i = 0; i < events.size(); i++) {
                    assertThat(events.get(i).sequenceNr()).isEqualTo(i + 1L);
                    assertThat(events.get(i).payload()).isEqualTo("event " + (i + 1));
                    assertThat(answers(again.stores().answers(), stream, i + 1L))
                            .containsExactly(KilledWriter.answer(stream, i + 1L));
                }
                assertThat(answers(again.stores().answers(), stream, events.size() + 1L))
                        .as("no answer without its event")
                        .isEmpty();
            }
        }
    }

    @Test
    @Timeout(120)
    void keepsEveryAcknowledgedEventWithItsAnswer() throws Exception {
        Process writer = writer();
        long[] acknowledged = new long[KilledWriter.STREAMS];
        try (BufferedReader lines = writer.inputReader()) {
            read(lines, acknowledged);
            assertThatThrownBy(() -> SqliteDatabase.open(SqliteFixture.settings(folder)))
                    .isInstanceOf(JournalException.Refused.class)
                    .hasMessageContaining("another process (" + writer.pid() + " since ");
            writer.destroyForcibly();
        }
        assertThat(writer.waitFor(30, TimeUnit.SECONDS)).isTrue();
        holds(folder, acknowledged);
    }

    /** The drill of docs/operations.md: a copy by SQLite's own backup, made while a node writes, and a node that starts from nothing else. */
    @Test
    @Timeout(120)
    void aBackupMadeWhileItIsWrittenIsAWholeJournal(@TempDir Path restored) throws Exception {
        Process writer = writer();
        long[] acknowledged = new long[KilledWriter.STREAMS];
        try (BufferedReader lines = writer.inputReader()) {
            read(lines, acknowledged);
            try (Connection connection =
                            DriverManager.getConnection("jdbc:sqlite:" + folder.resolve(SqliteDatabase.FILE));
                    Statement statement = connection.createStatement()) {
                statement.executeUpdate("backup to '" + restored.resolve(SqliteDatabase.FILE) + "'");
            }
            writer.destroyForcibly();
        }
        assertThat(writer.waitFor(30, TimeUnit.SECONDS)).isTrue();
        holds(restored, acknowledged);
    }

    private static List<StoredAnswer> answers(AnswerStore store, int stream, long sequenceNr) throws Exception {
        return store.findById(KilledWriter.answer(stream, sequenceNr).id())
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
    }
}
