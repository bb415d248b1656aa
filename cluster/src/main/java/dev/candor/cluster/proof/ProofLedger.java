package dev.candor.cluster.proof;

import dev.candor.actors.receipt.SigningKey;
import dev.candor.actors.value.Bytes;
import dev.candor.persistence.ledger.state.LedgerState;
import dev.candor.persistence.ledger.state.LogEntry;
import dev.candor.persistence.ledger.tree.LogProof;
import dev.candor.persistence.ledger.tx.EvidenceVerifier;
import dev.candor.persistence.ledger.tx.Transaction;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** A ledger that settles this node's proofs: its own validator's. Thread-safe; does not block unless it says so. */
public interface ProofLedger {
    /** The state after the last final block. */
    LedgerState state();

    /** Hands a transaction in; completes with the height of its block, when {@link #state} has it, or fails with a refusal. */
    CompletionStage<Long> submit(Transaction.Signed transaction);

    /** The very verifier that the validator judges by, which remembers its verdicts. */
    EvidenceVerifier evidence();

    /** Where a receipt stands in the log of its partition, as the last final block has it. Blocks for long. */
    Optional<Place> place(Bytes receipt, int partition);

    /**
     * A leaf of a partition's log.
     *
     * @param entry the leaf
     * @param proof that the log has it
     */
    record Place(LogEntry entry, LogProof proof) {}

    /** Signs commitments to weights: that they are those of the registered model is the operator's word. */
    SigningKey operator();

    /** Signs settlements; the ledger knows it as a prover's. */
    SigningKey prover();
}
