package dev.candor.persistence.ledger.validator;

import dev.candor.persistence.ledger.LedgerGenesis;
import dev.candor.persistence.ledger.consensus.JournalEntry;
import dev.candor.persistence.ledger.state.LedgerState;
import dev.candor.persistence.ledger.stats.FigureStore;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What a validator must not forget. Every write is synced when its method returns; failures are a {@link dev.candor.persistence.journal.JournalException}.
 * Written by one thread; {@link #block}, {@link #heightOf} and {@link #figures} may be called by any.
 */
public interface ValidatorJournal extends AutoCloseable {
    /** The ledger that this journal belongs to, if it was begun. */
    Optional<LedgerGenesis> genesis();

    /** Begins the ledger; once. */
    void begin(LedgerGenesis genesis);

    /** Votes and locks of the height that is worked on, in their order. */
    List<JournalEntry> votes();

    /** Adds votes and locks, all of them or none. */
    void append(List<JournalEntry> entries);

    /**
     * A block is final: keeps it with its events and what it adds to the figures, and forgets the votes of its height.
     *
     * @param figures adds to them; called once, on this thread
     */
    void finish(FinalBlock block, Consumer<FigureStore> figures);

    /** Reads the figures of all blocks; by any thread. The store must not be kept. */
    <T> T figures(Function<FigureStore, T> read);

    /** Puts figures in place of those that are there. */
    void recount(Consumer<FigureStore> figures);

    /** The last final block; 0 for none. */
    long height();

    /** A final block, if it is there. */
    Optional<FinalBlock> block(long height);

    /** The block that made an event of a partition final, if one did. */
    OptionalLong heightOf(int partition, long sequenceNr);

    /** Keeps a state, so that recovery need not begin at the genesis. */
    void snapshot(LedgerState state);

    /** The last state kept. */
    Optional<LedgerState> snapshot();

    @Override
    void close();
}
