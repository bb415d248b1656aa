package dev.candor.persistence.ledger;

import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.state.Amount;
import java.util.List;

/** The ledger's rules that tests replace one at a time, to show that each is needed; the methods here are the rules as they are. */
interface LedgerRules {
    /** The rules. */
    LedgerRules STANDARD = new LedgerRules() {};

    /** Whether an event follows the head of its partition. */
    default boolean links(Digest prevHash, Digest head) {
        return prevHash.equals(head);
    }

    /** Whether a group of receipts is of the epoch that its partition is in. */
    default boolean inEpoch(long event, long partition) {
        return event == partition;
    }

    /** What is charged where {@code price} is the price. */
    default Amount charge(Amount price) {
        return price;
    }

    /** The order in which a block's receipts are charged and logged. */
    default <T> List<T> ordered(List<T> inTheirOrder) {
        return inTheirOrder;
    }

    /** The time by which a block's deadlines and prices are judged. */
    default long now(long blockTime) {
        return blockTime;
    }
}
