package dev.candor.cluster.proof;

import dev.candor.actors.receipt.SigningKey;
import dev.candor.persistence.ledger.state.LedgerState;
import dev.candor.persistence.ledger.tx.EvidenceVerifier;
import dev.candor.persistence.ledger.tx.Transaction;
import java.util.concurrent.CompletionStage;

/** A ledger that settles this node's proofs: its own validator's. Thread-safe; does not block. */
public interface ProofLedger {
    /** The state after the last final block. */
    LedgerState state();

    /** Hands a transaction in; completes with the height of its block, when {@link #state} has it, or fails with a refusal. */
    CompletionStage<Long> submit(Transaction.Signed transaction);

    /** The very verifier that the validator judges by, which remembers its verdicts. */
    EvidenceVerifier evidence();

    /** Signs commitments to weights: that they are those of the registered model is the operator's word. */
    SigningKey operator();

    /** Signs settlements; the ledger knows it as a prover's. */
    SigningKey prover();
}
