package dev.candor.cluster.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueFactory;
import dev.candor.persistence.journal.sqlite.SqliteSettings;
import dev.candor.persistence.journal.sqlite.SqliteValidatorJournal;
import dev.candor.persistence.ledger.validator.ValidatorJournal;
import java.nio.file.Path;

/** Where a node's validator keeps its journal: the folder {@code ledger} of the node's data. */
public final class LedgerFolder {
    private LedgerFolder() {}

    /**
     * Opens the journal to read it; the node may run.
     *
     * @param node the node's configuration
     * @throws dev.candor.persistence.journal.JournalException.Refused where there is none
     */
    public static ValidatorJournal read(Config node) {
        return SqliteValidatorJournal.read(settings(node));
    }

    static SqliteSettings settings(Config node) {
        Path folder = NodeSettings.of(node).dataDir().resolve("ledger");
        return SqliteSettings.of(
                node.withValue("candor.journal.sqlite.folder", ConfigValueFactory.fromAnyRef(folder.toString())));
    }
}
