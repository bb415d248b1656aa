package dev.candor.persistence.ledger.validator;

import dev.candor.actors.value.Bytes;
import dev.candor.persistence.ledger.consensus.Message;
import java.util.Optional;

/** The other validators. Says things without waiting; what is lost is lost, the consensus asks again. */
@FunctionalInterface
public interface Peers {
    /** Nobody: a ledger of one validator. */
    Peers NONE = (_, _) -> {};

    /**
     * Says something.
     *
     * @param to public key of one peer; empty for all
     * @param message what
     */
    void send(Optional<Bytes> to, Message message);
}
