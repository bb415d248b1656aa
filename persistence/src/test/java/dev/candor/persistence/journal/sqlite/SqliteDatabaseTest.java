package dev.candor.persistence.journal.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.actors.value.Bytes;
import dev.candor.persistence.journal.JournalException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

final class SqliteDatabaseTest {
    @TempDir
    Path folder;

    private SqliteDatabase open() {
        return SqliteDatabase.open(SqliteFixture.settings(folder));
    }

    @Test
    void refusesAFolderThatThisProcessHasOpen() {
        try (SqliteDatabase first = open()) {
            assertThatThrownBy(this::open)
                    .isInstanceOf(JournalException.Refused.class)
                    .hasMessageContaining("in use by this process")
                    .hasMessageContaining("candor.journal.sqlite.folder");
            String result = get(first.write(0, session -> "still works"));
            assertThat(result).isEqualTo("still works");
        }
        open().close();
    }

    @Test
    void refusesAFolderUnderAnotherNameOfIt() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("link"), Files.createDirectory(folder.resolve("real")));
        try (SqliteDatabase first = SqliteDatabase.open(SqliteFixture.settings(folder.resolve("real")))) {
            assertThatThrownBy(() -> SqliteDatabase.open(SqliteFixture.settings(link)))
                    .isInstanceOf(JournalException.Refused.class);
            assertThat(first.folder()).isEqualTo(folder.resolve("real").toRealPath());
        }
    }

    @Test
    void refusesAFileOfANewerProgram() throws Exception {
        open().close();
        try (Connection connection = raw();
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA user_version = 2");
        }
        assertThatThrownBy(this::open)
                .isInstanceOf(JournalException.Refused.class)
                .hasMessageContaining("version 2")
                .hasMessageContaining("newer program");
        assertThatThrownBy(this::open).as("the lock was given back").hasMessageContaining("newer program");
    }

    @Test
    void refusesAFileOfAnotherProgram() throws Exception {
        try (Connection connection = raw();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE theirs (a)");
        }
        assertThatThrownBy(this::open)
                .isInstanceOf(JournalException.Refused.class)
                .hasMessageContaining("another program");
    }

    @Test
    void refusesAFileThatIsNoDatabase() throws Exception {
        Files.writeString(folder.resolve(SqliteDatabase.FILE), "this is not a database at all ".repeat(1000));
        assertThatThrownBy(this::open)
                .isInstanceOf(JournalException.Refused.class)
                .hasMessageContaining("cannot be opened");
    }

    @Test
    void syncsEveryCommit() {
        try (SqliteDatabase database = open()) {
            assertThat(synchronous(database)).isEqualTo(2);
        }
    }

    @Test
    void noticesTheMutantThatSkipsTheSync() {
        try (SqliteDatabase mutant = SqliteDatabase.open(SqliteFixture.settings(folder), "OFF")) {
            assertThat(synchronous(mutant))
                    .as("what syncsEveryCommit asserts does not hold")
                    .isNotEqualTo(2);
        }
    }

    private static long synchronous(SqliteDatabase database) {
        return get(database.write(0, session -> session.number("PRAGMA synchronous", 1)));
    }

    @Test
    void putsWhatWaitsIntoOneTransaction() {
        try (SqliteDatabase database = open()) {
            CountDownLatch gate = new CountDownLatch(1);
            CompletableFuture<Void> held = held(database, 0, gate);
            CompletableFuture<Void> first = database.change(0, session -> put(session, "first"));
            CompletableFuture<Boolean> visible = database.write(0, session -> {
                put(session, "second");
                return get(database.read(reader -> has(reader, "first")));
            });
            gate.countDown();
            boolean seen = get(visible);
            assertThat(seen)
                    .as("another connection sees the first before the second")
                    .isFalse();
            get(held);
            get(first);
            List<String> keys = get(database.read(SqliteDatabaseTest::keys));
            assertThat(keys).containsExactly("first", "second");
        }
    }

    @Test
    void doesNotGroupBeyondItsLimits() {
        SqliteSettings defaults = SqliteFixture.settings(folder);
        SqliteSettings small = new SqliteSettings(
                folder,
                1,
                3,
                1000,
                100,
                100,
                defaults.busyTimeout(),
                defaults.writerCacheBytes(),
                defaults.readerCacheBytes(),
                defaults.checkpointBytes(),
                defaults.walLimitBytes());
        try (SqliteDatabase database = SqliteDatabase.open(small)) {
            CountDownLatch gate = new CountDownLatch(1);
            CompletableFuture<Void> held = held(database, 1000, gate);
            List<CompletableFuture<?>> all = new ArrayList<>();
            all.add(database.change(1, session -> put(session, "a")));
            all.add(database.change(1, session -> put(session, "b")));
            all.add(database.change(1, session -> put(session, "third")));
            CompletableFuture<Boolean> byCount = database.write(1, session -> get(database.read(r -> has(r, "b"))));
            all.add(database.change(1000, session -> put(session, "c")));
            CompletableFuture<Boolean> byBytes = database.write(1, session -> get(database.read(r -> has(r, "c"))));
            gate.countDown();
            boolean third = get(byCount);
            assertThat(third).as("the first three were a group of their own").isTrue();
            boolean fifth = get(byBytes);
            assertThat(fifth).as("1000 bytes end a group").isTrue();
            get(held);
            all.forEach(SqliteDatabaseTest::get);
        }
    }

    @Test
    void failsAWriteThatIsTooMuchAtOnce() {
        SqliteSettings defaults = SqliteFixture.settings(folder);
        SqliteSettings small = new SqliteSettings(
                folder,
                1,
                1,
                1,
                2,
                100,
                defaults.busyTimeout(),
                defaults.writerCacheBytes(),
                defaults.readerCacheBytes(),
                defaults.checkpointBytes(),
                defaults.walLimitBytes());
        try (SqliteDatabase database = SqliteDatabase.open(small)) {
            CountDownLatch gate = new CountDownLatch(1);
            CompletableFuture<Void> held = held(database, 0, gate);
            CompletableFuture<Void> one = database.change(0, session -> put(session, "one"));
            CompletableFuture<Void> two = database.change(0, session -> put(session, "two"));
            assertThatThrownBy(() -> get(database.change(0, session -> put(session, "three"))))
                    .isInstanceOf(JournalException.Unavailable.class)
                    .hasMessageContaining("2 writes waiting");
            gate.countDown();
            get(held);
            get(one);
            get(two);
        }
    }

    @Test
    void aWriteThatFailsTakesNoOtherWithIt() {
        try (SqliteDatabase database = open()) {
            CountDownLatch gate = new CountDownLatch(1);
            CompletableFuture<Void> held = held(database, 0, gate);
            CompletableFuture<Void> before = database.change(0, session -> put(session, "before"));
            CompletableFuture<Void> bad = database.change(0, session -> {
                put(session, "half");
                session.execute("INSERT INTO nowhere VALUES (1)");
            });
            CompletableFuture<Void> defect = database.change(0, session -> {
                put(session, "other half");
                throw new IllegalStateException("a defect");
            });
            CompletableFuture<Void> behind = database.change(0, session -> put(session, "behind"));
            gate.countDown();
            assertThatThrownBy(() -> get(bad)).isInstanceOf(JournalException.Invalid.class);
            assertThatThrownBy(() -> get(defect))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("a defect");
            get(held);
            get(before);
            get(behind);
            List<String> keys = get(database.read(SqliteDatabaseTest::keys));
            assertThat(keys).containsExactly("before", "behind");
        }
    }

    @Test
    void aFullDiskFailsWritesUntilThereIsRoom() {
        try (SqliteDatabase database = open()) {
            get(database.change(0, session -> put(session, "small")));
            long pages = get(database.write(0, session -> session.number("PRAGMA page_count", 1)));
            get(database.change(0, session -> session.execute("PRAGMA max_page_count = " + (pages + 1))));
            assertThatThrownBy(() -> get(database.change(0, session -> put(session, "x".repeat(100_000)))))
                    .isInstanceOf(JournalException.Unavailable.class)
                    .hasMessageContaining("full");
            get(database.change(0, session -> session.execute("PRAGMA max_page_count = 1000000")));
            get(database.change(0, session -> put(session, "there is room again")));
            List<String> keys = get(database.read(SqliteDatabaseTest::keys));
            assertThat(keys).containsExactly("small", "there is room again");
        }
    }

    @Test
    void anErrorOfTheFileFailsEverythingUntilItIsOpenedAgain() {
        try (SqliteDatabase database = open()) {
            get(database.change(0, session -> put(session, "acknowledged")));
            CountDownLatch gate = new CountDownLatch(1);
            CompletableFuture<Void> held = held(database, 0, gate);
            CompletableFuture<Void> neighbour = database.change(0, session -> put(session, "neighbour"));
            CompletableFuture<Void> bad = database.change(0, session -> {
                throw new SQLiteException("disk I/O error", SQLiteErrorCode.SQLITE_IOERR_FSYNC);
            });
            gate.countDown();
            for (CompletableFuture<Void> each : List.of(neighbour, bad)) {
                assertThatThrownBy(() -> get(each))
                        .isInstanceOf(JournalException.Unavailable.class)
                        .hasMessageContaining("until the node is restarted");
            }
            get(held);
            assertThatThrownBy(() -> get(database.change(0, session -> put(session, "later"))))
                    .isInstanceOf(JournalException.Unavailable.class)
                    .hasMessageContaining("until the node is restarted");
        }
        try (SqliteDatabase again = open()) {
            List<String> keys = get(again.read(SqliteDatabaseTest::keys));
            assertThat(keys).containsExactly("acknowledged");
        }
    }

    @Test
    void failsWhateverIsAskedOfAClosedDatabase() {
        SqliteDatabase database = open();
        CompletableFuture<Void> before = database.change(0, session -> put(session, "before"));
        database.close();
        get(before);
        assertThatThrownBy(() -> get(database.change(0, session -> put(session, "late"))))
                .isInstanceOf(JournalException.Unavailable.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(() -> get(database.read(SqliteDatabaseTest::keys)))
                .isInstanceOf(JournalException.Unavailable.class)
                .hasMessageContaining("closed");
        database.close();
    }

    @Test
    void startsTheLogOverUnderLoad() throws Exception {
        SqliteSettings defaults = SqliteFixture.settings(folder);
        long limit = 1 << 20;
        SqliteSettings small = new SqliteSettings(
                folder, 1, 512, 8 << 20, 10_000, 100, defaults.busyTimeout(), 65_536, 65_536, 256 << 10, limit);
        try (SqliteDatabase database = SqliteDatabase.open(small)) {
            String value = "x".repeat(32 << 10);
            for (int i = 0; i < 1500; i++) {
                String key = "key " + i;
                get(database.change(value.length(), session -> put(session, key, value)));
            }
            assertThat(Files.size(folder.resolve(SqliteDatabase.FILE + "-wal"))).isLessThan(16 * limit);
            long rows = get(database.read(session -> session.number("SELECT count(*) FROM control", 1)));
            assertThat(rows).isEqualTo(1500);
        }
    }

    private Connection raw() throws Exception {
        return DriverManager.getConnection("jdbc:sqlite:" + folder.resolve(SqliteDatabase.FILE));
    }

    private static void put(SqliteSession session, String key) throws SQLException {
        put(session, key, "value");
    }

    private static void put(SqliteSession session, String key, String value) throws SQLException {
        PreparedStatement insert = session.prepare("INSERT INTO control (key, version, value) VALUES (?, 1, ?)");
        insert.setString(1, key);
        Columns.setBytes(insert, 2, Bytes.wrap(value.getBytes(StandardCharsets.UTF_8)));
        insert.executeUpdate();
    }

    private static boolean has(SqliteSession session, String key) throws SQLException {
        return keys(session).contains(key);
    }

    private static List<String> keys(SqliteSession session) throws SQLException {
        List<String> keys = new ArrayList<>();
        try (ResultSet row =
                session.prepare("SELECT key FROM control ORDER BY key").executeQuery()) {
            while (row.next()) {
                keys.add(row.getString(1));
            }
        }
        return keys;
    }

    /** A write that keeps the writer busy until the gate opens: it is under way, alone in its group, when this returns. */
    private static CompletableFuture<Void> held(SqliteDatabase database, int bytes, CountDownLatch gate) {
        CountDownLatch entered = new CountDownLatch(1);
        CompletableFuture<Void> held = database.change(bytes, session -> {
            entered.countDown();
            awaitGate(gate);
        });
        awaitGate(entered);
        return held;
    }

    private static void awaitGate(CountDownLatch gate) {
        try {
            assertThat(gate.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The result, or the failure itself. */
    private static <T> T get(CompletableFuture<T> future) {
        try {
            return future.get(30, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
