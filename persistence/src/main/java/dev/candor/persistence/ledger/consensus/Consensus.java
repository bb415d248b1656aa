package dev.candor.persistence.ledger.consensus;

import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.vote.Signatures;
import dev.candor.persistence.ledger.vote.SignedVote;
import dev.candor.persistence.ledger.vote.ValidatorSet;
import java.util.List;

/**
 * QBFT (Moniz, "The Istanbul BFT Consensus Algorithm", arXiv 2002.03613) for one validator: a pure function of a state and an event. Of n validators
 * f = (n - 1) / 3 may lie; then no two honest ones ever decide differently, and while messages arrive they go on deciding. Thread-safe.
 *
 * <p>One whose key is not in the validator set votes on nothing and follows what the others decide.
 */
public final class Consensus {
    private final Signatures signatures;
    private final Signer signer;
    private final long timeoutMillis;
    private final ConsensusRules rules;

    /**
     * A validator.
     *
     * @param timeoutMillis how long the first round of a height may take; each further one twice as long
     */
    public Consensus(Signatures signatures, Signer signer, long timeoutMillis) {
        this(signatures, signer, timeoutMillis, ConsensusRules.STANDARD);
    }

    Consensus(Signatures signatures, Signer signer, long timeoutMillis, ConsensusRules rules) {
        this.signatures = signatures;
        this.signer = signer;
        this.timeoutMillis = timeoutMillis;
        this.rules = rules;
    }

    /**
     * What an event comes to.
     *
     * @param state after it
     * @param effects to be carried out in this order
     */
    public record Step(ConsensusState state, List<Effect> effects) {
        /** Copies the list. */
        public Step {
            effects = List.copyOf(effects);
        }
    }

    /** The next state, and what to do. Never throws on what a peer sent. */
    public Step step(ConsensusState state, Event event) {
        Turn turn = new Turn(state, signatures, signer, timeoutMillis, rules);
        switch (event) {
            case Event.WorkArrived() -> turn.begin();
            case Event.Received received -> turn.received(received.from(), received.message());
            case Event.Built built -> turn.built(built);
            case Event.Checked checked -> turn.checked(checked);
            case Event.TimedOut timedOut -> turn.timedOut(timedOut);
        }
        turn.catchUp();
        return turn.end();
    }

    /**
     * A validator after a restart: knows which votes it gave, and what it is locked on.
     *
     * @param validators who certifies {@code height}
     * @param height above the last final block
     * @param entries from its journal, in their order; those of other heights don't matter
     */
    public ConsensusState recover(Digest chain, ValidatorSet validators, long height, List<JournalEntry> entries) {
        Turn turn = new Turn(ConsensusState.at(chain, validators, height), signatures, signer, timeoutMillis, rules);
        for (JournalEntry entry : entries) {
            switch (entry) {
                case JournalEntry.Voted(SignedVote vote) -> turn.remember(vote);
                case JournalEntry.Locked(Message.Prepared prepared) -> turn.remember(prepared);
                case JournalEntry.Final _ -> {}
            }
        }
        return turn.end().state();
    }
}
