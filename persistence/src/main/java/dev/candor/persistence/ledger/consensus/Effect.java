package dev.candor.persistence.ledger.consensus;

import dev.candor.actors.value.Bytes;
import dev.candor.persistence.ledger.block.Block;
import dev.candor.persistence.ledger.tx.Transaction.Equivocation;
import dev.candor.persistence.ledger.vote.Certificate;
import java.util.Optional;

/**
 * What a validator is to do. A driver carries effects out in their order and goes past a {@link Journal} only once that is on disk: a validator that forgets
 * in a crash what it signed may sign the contrary.
 */
public sealed interface Effect {
    /**
     * Keep this, synced.
     *
     * @param entry to be given to {@link Consensus#recover} after a restart
     */
    record Journal(JournalEntry entry) implements Effect {}

    /**
     * Say this.
     *
     * @param to public key of one peer; empty for all
     * @param message what
     */
    record Send(Optional<Bytes> to, Message message) implements Effect {}

    /**
     * Send a peer the final block of a height, if it is there.
     *
     * @param to public key of the peer
     * @param height wanted
     */
    record Serve(Bytes to, long height) implements Effect {}

    /**
     * Build a block; answer {@link Event.Built}.
     *
     * @param height of the block
     * @param round in which it will be proposed
     */
    record Build(long height, int round) implements Effect {}

    /**
     * Fetch what is behind a block and apply it; answer {@link Event.Checked}. One that is not certified is also refused where its time lies too far ahead
     * of the own clock.
     *
     * @param block of the next height
     * @param certified whether a quorum committed to it
     */
    record Check(Block block, boolean certified) implements Effect {}

    /**
     * Answer {@link Event.TimedOut} later; a new timer replaces the one before.
     *
     * @param height of the timer
     * @param round of the timer
     * @param millis how much later
     */
    record StartTimer(long height, int round, long millis) implements Effect {}

    /**
     * The block is final and was found valid: its state is the ledger's.
     *
     * @param block final
     * @param certificate of commits
     */
    record Decide(Block block, Certificate certificate) implements Effect {}

    /**
     * A validator signed two votes of which an honest one signs one: have it punished.
     *
     * @param evidence for a block
     */
    record Accuse(Equivocation evidence) implements Effect {}

    /**
     * More validators lie than the ledger withstands, or this program differs from the others': go no further.
     *
     * @param why a sentence
     */
    record Halt(String why) implements Effect {}
}
