package dev.candor.persistence.ledger.wire;

import dev.candor.persistence.ledger.consensus.Message;
import dev.candor.persistence.ledger.tx.Transaction;

/** What one validator sends to another. */
public sealed interface PeerFrame {
    /**
     * A message of the consensus.
     *
     * @param message believed only as far as its signatures go
     */
    record Said(Message message) implements PeerFrame {}

    /**
     * A transaction that somebody handed in: whoever proposes next shall have it. It goes no further from here.
     *
     * @param transaction not checked by the sender
     */
    record Passed(Transaction.Signed transaction) implements PeerFrame {}
}
