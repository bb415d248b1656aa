package dev.candor.persistence.journal.sqlite;

import com.typesafe.config.Config;
import org.apache.pekko.actor.AbstractExtensionId;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Extension;
import org.jspecify.annotations.Nullable;

/** The embedded database of an actor system: opened at first use, closed when the system has terminated. Thread-safe. */
public final class SqliteExtension implements Extension {
    /** The key under which an actor system keeps it. */
    public static final Id ID = new Id();

    private final ActorSystem system;
    private @Nullable SqliteDatabase database;
    private String synchronous = "FULL";

    private SqliteExtension(ActorSystem system) {
        this.system = system;
    }

    /** Pekko's key of the extension. */
    public static final class Id extends AbstractExtensionId<SqliteExtension> {
        private Id() {}

        @Override
        public SqliteExtension createExtension(ExtendedActorSystem system) {
            return new SqliteExtension(system);
        }
    }

    /** The extension of {@code system}. */
    public static SqliteExtension get(ClassicActorSystemProvider system) {
        return ID.get(system);
    }

    /**
     * The database, opened at the first call.
     *
     * @throws dev.candor.persistence.journal.JournalException.Refused where it cannot be opened; the next call tries again
     */
    public synchronized SqliteDatabase database() {
        SqliteDatabase open = database;
        if (open == null) {
            Config config = system.settings().config();
            open = SqliteDatabase.open(SqliteSettings.of(config), synchronous);
            database = open;
            system.registerOnTermination(open::close);
        }
        return open;
    }

    /** For tests that show that a missing sync is noticed; only before the first use. */
    synchronized void skipTheSync() {
        synchronous = "OFF";
    }
}
