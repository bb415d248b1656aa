package dev.candor.cluster.validator;

import dev.candor.persistence.ledger.validator.Peers;
import dev.candor.persistence.ledger.validator.ValidatorJournal;
import dev.candor.persistence.ledger.vote.Signatures;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/**
 * Where a test may put something between a validator's parts: to make one that lies, or one that lacks a check. No setting reaches this.
 *
 * @param peers wraps the way to the other validators
 * @param journal wraps the journal
 * @param feedSignatures wraps the signatures under which events are taken in
 */
public record ValidatorSeams(
        BiFunction<PeerIdentity, Peers, Peers> peers,
        UnaryOperator<ValidatorJournal> journal,
        UnaryOperator<Signatures> feedSignatures) {
    /** Nothing in between. */
    public static final ValidatorSeams NONE =
            new ValidatorSeams((_, peers) -> peers, UnaryOperator.identity(), UnaryOperator.identity());
}
