package dev.candor.cluster.node;

import com.typesafe.config.Config;
import dev.candor.actors.value.Bytes;
import dev.candor.persistence.genesis.Genesis;
import dev.candor.persistence.ledger.LedgerGenesis;
import dev.candor.persistence.ledger.vote.ValidatorSet;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/** Begins a ledger for a network that begins with it. */
public final class LedgerBeginning {
    private LedgerBeginning() {}

    /**
     * The genesis record of a ledger for the network of a node's configuration: its name, partitions, rules and pseudonym key, which is made where there is none.
     *
     * @param operators raw public keys
     * @param validators raw public keys
     * @param now milliseconds since 1970-01-01 UTC
     */
    public static LedgerGenesis of(Config node, List<Bytes> operators, List<Bytes> validators, long now)
            throws IOException {
        NodeSettings settings = NodeSettings.of(node);
        Files.createDirectories(settings.dataDir());
        Genesis network = new Genesis(
                settings.network(),
                settings.partitions(),
                now,
                Genesis.digestOfKey(PseudonymKey.loadOrCreate(settings.pseudonymKey())));
        return new LedgerGenesis(
                network,
                LedgerSettings.rules(node.getConfig("candor.ledger.rules")),
                operators,
                ValidatorSet.of(validators));
    }
}
