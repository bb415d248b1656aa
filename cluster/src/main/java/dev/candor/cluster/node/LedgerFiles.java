package dev.candor.cluster.node;

import dev.candor.actors.gateway.Pseudonyms;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.cluster.validator.GenesisFile;
import dev.candor.persistence.ledger.LedgerGenesis;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a single node leaves in its data folder for the operator of its ledger. */
public final class LedgerFiles {
    /** The operator's key. */
    public static final String OPERATOR = "ledger-operator.pem";

    private static final String GENESIS = "ledger-genesis.json";
    private static final String DOOR = "ledger-door";
    private static final int MOST_BYTES = 4_096;

    private final Path dataDir;

    /** The files of a node's data folder. */
    public LedgerFiles(Path dataDir) {
        this.dataDir = dataDir;
    }

    /** Says where the ledger's validator listens, as {@code KEY@HOST:PORT}. */
    void write(LedgerGenesis genesis, String door) throws IOException {
        if (!Files.exists(genesis())) {
            GenesisFile.write(genesis(), genesis);
        }
        Files.writeString(dataDir.resolve(DOOR), door + "\n", StandardCharsets.US_ASCII);
    }

    /** The file of the operator's key. */
    public Path operator() {
        return dataDir.resolve(OPERATOR);
    }

    /** The file of the genesis record. */
    public Path genesis() {
        return dataDir.resolve(GENESIS);
    }

    /** Where the node's validator listens; an {@link IOException} where no node with a ledger was started here. */
    public String door() throws IOException {
        Path file = dataDir.resolve(DOOR);
        if (!Files.exists(file)) {
            throw new IOException(
                    dataDir + " is of no node that keeps a ledger: start one with candor.ledger.enabled = true");
        }
        if (Files.size(file) > MOST_BYTES) {
            throw new IOException(file + " is not what a node wrote; restart the node");
        }
        return Files.readString(file, StandardCharsets.US_ASCII).strip();
    }

    /** The pseudonym under which a caller has an account in this network. */
    public Digest account(String caller) throws IOException {
        Bytes key = PseudonymKey.loadOrCreate(existing(dataDir.resolve("pseudonym.key")));
        return new Pseudonyms(key, 1).caller(caller);
    }

    private static Path existing(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new IOException(file + " is not there: name the account by its digest instead");
        }
        return file;
    }
}
