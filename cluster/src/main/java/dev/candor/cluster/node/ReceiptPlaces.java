package dev.candor.cluster.node;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.cluster.proof.ProofLedger;
import dev.candor.persistence.ledger.Ledger;
import dev.candor.persistence.ledger.LedgerGenesis;
import dev.candor.persistence.ledger.state.LedgerState;
import dev.candor.persistence.ledger.state.LogEntry;
import dev.candor.persistence.ledger.tree.MerkleLog;
import dev.candor.persistence.ledger.tx.EvidenceVerifier;
import dev.candor.persistence.ledger.validator.FinalBlock;
import dev.candor.persistence.ledger.validator.Validator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where receipts stand in their partitions' logs, found by going through all blocks again: the state keeps of a log no more than its frontier, and a place is asked
 * for only where an answer was wrong. Thread-safe; blocks for as long as that takes.
 */
final class ReceiptPlaces {
    private final Validator validator;
    private final LedgerGenesis genesis;
    private final Ledger rules;

    /** Of a validator whose blocks hold: signatures in them are not checked again. */
    ReceiptPlaces(Validator validator, LedgerGenesis genesis, EvidenceVerifier evidence) {
        this.validator = validator;
        this.genesis = genesis;
        this.rules = new Ledger((_, _, _) -> true, evidence);
    }

    /** The entry of a receipt and its place in the log of its partition, as the last final block has it. */
    Optional<ProofLedger.Place> find(Bytes receipt, int partition) {
        Digest digest = Digest.sha256(receipt);
        MerkleLog log = new MerkleLog();
        LogEntry found = null;
        int index = 0;
        LedgerState state = genesis.state();
        while (state.height() < validator.ledger().height()) {
            FinalBlock next = validator.block(state.height() + 1).orElseThrow();
            Ledger.Outcome outcome = rules.apply(state, next.block(), next.segments());
            if (!(outcome instanceof Ledger.Outcome.Applied applied)) {
                throw new IllegalStateException("a final block does not hold: " + outcome);
            }
            for (LogEntry entry : applied.entries().getOrDefault(partition, List.of())) {
                if (entry.receipt().equals(digest) && found == null) {
                    found = entry;
                    index = log.size();
                }
                log.append(entry.leafHash());
            }
            state = applied.state();
        }
        return place(found, index, log);
    }

    private static Optional<ProofLedger.Place> place(@Nullable LogEntry found, int index, MerkleLog log) {
        return found == null
                ? Optional.empty()
                : Optional.of(new ProofLedger.Place(found, log.inclusion(index, log.size())));
    }
}
