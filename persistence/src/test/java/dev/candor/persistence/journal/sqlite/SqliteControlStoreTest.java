package dev.candor.persistence.journal.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.value.Bytes;
import dev.candor.persistence.control.ControlStore;
import dev.candor.persistence.control.ControlStore.Versioned;
import dev.candor.persistence.journal.ControlStoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SqliteControlStoreTest extends ControlStoreContract {
    @TempDir
    static Path folder;

    private static SqliteDatabase database;

    @BeforeAll
    static void open() {
        database = SqliteDatabase.open(SqliteFixture.settings(folder));
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @Override
    protected ControlStore store() {
        return new SqliteControlStore(database, Runnable::run);
    }

    @Test
    void isThereAfterTheDatabaseWasOpenedAgain(@TempDir Path other) {
        try (SqliteDatabase first = SqliteDatabase.open(SqliteFixture.settings(other))) {
            new SqliteControlStore(first, Runnable::run)
                    .compareAndSet("genesis", 0, Bytes.ofHex("cafe"))
                    .toCompletableFuture()
                    .join();
        }
        try (SqliteDatabase second = SqliteDatabase.open(SqliteFixture.settings(other))) {
            assertThat(new SqliteControlStore(second, Runnable::run)
                            .read("genesis")
                            .toCompletableFuture()
                            .join())
                    .contains(new Versioned(1, Bytes.ofHex("cafe")));
        }
    }
}
