package dev.candor.persistence.journal;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;

/** Where the journal lives: the one switch {@code candor.journal.kind}. */
public enum JournalKind {
    /** One file inside this node's process. */
    SQLITE("sqlite"),
    /** A Cassandra cluster. */
    CASSANDRA("cassandra");

    private static final String PATH = "candor.journal.kind";

    private final String word;

    JournalKind(String word) {
        this.word = word;
    }

    /** The kind that a configuration names; {@link JournalException.Refused} where it names another. */
    public static JournalKind of(Config config) {
        String wanted = config.getString(PATH);
        for (JournalKind kind : values()) {
            if (kind.word.equals(wanted)) {
                return kind;
            }
        }
        throw new JournalException.Refused(PATH + " is \"" + wanted + "\"; it must be sqlite or cassandra");
    }

    /**
     * Lays what the chosen kind needs of Pekko ({@code journal-sqlite.conf}, {@code journal-cassandra.conf}) and the libraries' reference.conf files under
     * an application's settings, and resolves the whole.
     */
    public static Config layer(Config application) {
        Config reference = ConfigFactory.defaultReferenceUnresolved();
        JournalKind kind = of(application.withFallback(reference).resolve());
        Config named = ConfigFactory.parseResources(
                JournalKind.class.getClassLoader(),
                "journal-" + kind.word + ".conf",
                ConfigParseOptions.defaults().setAllowMissing(false));
        return ConfigFactory.defaultOverrides()
                .withFallback(application)
                .withFallback(named)
                .withFallback(reference)
                .resolve();
    }
}
