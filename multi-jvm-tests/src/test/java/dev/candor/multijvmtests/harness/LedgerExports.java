package dev.candor.multijvmtests.harness;

import com.typesafe.config.ConfigFactory;
import dev.candor.actors.value.Digest;
import dev.candor.cluster.evidence.LedgerEvidence;
import dev.candor.cluster.node.LedgerFolder;
import dev.candor.cluster.node.NodeConfigs;
import dev.candor.persistence.ledger.replay.LedgerExport;
import dev.candor.persistence.ledger.replay.LedgerReplay;
import dev.candor.persistence.ledger.stats.BlockFigures;
import dev.candor.persistence.ledger.stats.LedgerStats;
import dev.candor.persistence.ledger.stats.MemoryFigures;
import dev.candor.persistence.ledger.validator.FinalBlock;
import dev.candor.persistence.ledger.validator.ValidatorJournal;
import dev.candor.persistence.ledger.vote.Ed25519Signatures;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Exports of ledgers, written from the data folder of a node or validator that may run, and what they come to. */
public final class LedgerExports {
    private LedgerExports() {}

    /** The validator's journal in a data folder, to read. */
    public static ValidatorJournal journal(Path dataDir) {
        return LedgerFolder.read(
                NodeConfigs.load(ConfigFactory.parseMap(Map.of("candor.node.data-dir", dataDir.toString()))));
    }

    /** Writes all final blocks; gives the chain. */
    public static Digest write(Path dataDir, Path file) throws IOException {
        try (ValidatorJournal journal = journal(dataDir);
                LedgerExport export = LedgerExport.open(file, journal.genesis().orElseThrow())) {
            for (long height = 1; height <= journal.height(); height++) {
                FinalBlock done = journal.block(height).orElseThrow();
                export.write(done.block(), done.certificate(), done.segments());
            }
            return journal.genesis().orElseThrow().digest();
        }
    }

    /** The public figures, recomputed with every check. */
    public static LedgerStats figures(Path export, Digest chain) throws IOException {
        MemoryFigures figures = new MemoryFigures();
        replay(
                export,
                chain,
                (before, block, _, segments, entries, after) ->
                        BlockFigures.add(before, block, segments, entries, after, figures));
        return LedgerStats.of(figures);
    }

    /** Replays with every check. */
    public static LedgerReplay.Result replay(Path export, Digest chain, LedgerReplay.Listener listener)
            throws IOException {
        LedgerReplay replay =
                new LedgerReplay(Optional.of(chain), new Ed25519Signatures(), new LedgerEvidence(), listener);
        try (InputStream in = Files.newInputStream(export)) {
            return replay.all(in);
        }
    }

    /** Answers of one partition come nearly in the order of its events; so many of the last are enough to wait for. */
    public static List<Acknowledgement> lastOfEachPartition(List<Acknowledgement> history, int most) {
        Map<Integer, List<Acknowledgement>> byPartition =
                history.stream().collect(Collectors.groupingBy(each -> each.id().partition()));
        return byPartition.values().stream()
                .flatMap(all -> all.stream().skip(Math.max(0, all.size() - most)))
                .toList();
    }
}
