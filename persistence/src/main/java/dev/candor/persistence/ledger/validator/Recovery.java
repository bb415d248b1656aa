package dev.candor.persistence.ledger.validator;

import dev.candor.persistence.journal.JournalException;
import dev.candor.persistence.ledger.Ledger;
import dev.candor.persistence.ledger.Ledger.Outcome;
import dev.candor.persistence.ledger.LedgerGenesis;
import dev.candor.persistence.ledger.state.LedgerState;
import dev.candor.persistence.ledger.stats.BlockFigures;
import dev.candor.persistence.ledger.stats.LedgerStats;

/** The state of the last final block, from a validator's journal. */
final class Recovery {
    private Recovery() {}

    /** From the last state kept on, every block is applied again and must hold; a {@link JournalException} where one does not. */
    static LedgerState of(ValidatorJournal journal, Ledger rules) {
        LedgerGenesis genesis = journal.genesis()
                .orElseThrow(() -> new JournalException.Refused(
                        "the validator's journal has no genesis record: no ledger has begun in it"));
        LedgerState state = journal.snapshot().orElseGet(genesis::state);
        if (!state.chain().equals(genesis.digest())) {
            throw damaged("the state kept at height " + state.height() + " is of the chain " + state.chain() + ", not "
                    + genesis.digest());
        }
        return replayed(journal, rules, state, (_, _, _) -> {});
    }

    /** Counts all blocks anew where the figures are not those of the journal's blocks, as in one from before there were figures. */
    static void figures(ValidatorJournal journal, Ledger rules) {
        if (journal.figures(LedgerStats::of).blocks() == journal.height()) {
            return;
        }
        LedgerState first = journal.genesis().orElseThrow().state();
        journal.recount(store -> replayed(
                journal,
                rules,
                first,
                (before, done, applied) -> BlockFigures.add(
                        before, done.block(), done.segments(), applied.entries(), applied.state(), store)));
    }

    @FunctionalInterface
    private interface Each {
        void accept(LedgerState before, FinalBlock done, Outcome.Applied applied);
    }

    private static LedgerState replayed(ValidatorJournal journal, Ledger rules, LedgerState from, Each each) {
        LedgerState state = from;
        for (long height = state.height() + 1; height <= journal.height(); height++) {
            long wanted = height;
            FinalBlock done = journal.block(height).orElseThrow(() -> damaged("block " + wanted + " is missing"));
            switch (rules.apply(state, done.block(), done.segments())) {
                case Outcome.Applied applied -> {
                    each.accept(state, done, applied);
                    state = applied.state();
                }
                case Outcome.Refused(var refusal) -> throw damaged(refusal.toString());
            }
        }
        return state;
    }

    private static JournalException damaged(String how) {
        return new JournalException.Refused("the validator's journal is damaged: " + how
                + "; restore it, or sync a new one from the other validators");
    }
}
