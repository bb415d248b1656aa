package dev.candor.persistence.journal.sqlite;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.candor.persistence.journal.JournalKind;
import dev.candor.persistence.journal.JournalStores;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorSystem;

/** An actor system whose journal is the embedded one in a folder. */
public final class SqliteFixture implements AutoCloseable {
    private final ActorSystem system;
    private final JournalStores stores;

    public SqliteFixture(Path folder) throws Exception {
        system = ActorSystem.create("journal", config(folder));
        stores = JournalStores.open(system).toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    /** The configuration of a node with its journal in {@code folder}. */
    public static Config config(Path folder) {
        return JournalKind.layer(ConfigFactory.parseMap(Map.of(
                "candor.journal.kind", "sqlite",
                "candor.journal.sqlite.folder", folder.toString(),
                "pekko.loglevel", "WARNING",
                "pekko.stdout-loglevel", "WARNING")));
    }

    /** The defaults, in {@code folder}. */
    public static SqliteSettings settings(Path folder) {
        return SqliteSettings.of(config(folder));
    }

    public ActorSystem system() {
        return system;
    }

    public JournalStores stores() {
        return stores;
    }

    SqliteDatabase database() {
        return SqliteExtension.get(system).database();
    }

    @Override
    public void close() {
        system.terminate();
        system.getWhenTerminated()
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }
}
