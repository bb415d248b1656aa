package dev.candor.persistence.ledger.consensus;

import dev.candor.persistence.ledger.vote.Signatures;
import dev.candor.persistence.ledger.vote.ValidatorSet;
import java.util.List;
import java.util.Optional;

/** Validators with one rule replaced by a wrong one. */
public final class ConsensusMutants {
    private ConsensusMutants() {}

    /** A wrong rule. */
    public enum Wrong {
        QUORUM_OF_TWO_F,
        VOTE_BEFORE_JOURNAL,
        LOCK_FORGOTTEN,
        UNJUSTIFIED_ACCEPTED,
        STALE_VALIDATORS,
        EQUIVOCATION_IGNORED
    }

    /** A validator that has {@code wrong} for one of its rules. */
    public static Consensus with(Wrong wrong, Signatures signatures, Signer signer, long timeoutMillis) {
        return new Consensus(signatures, signer, timeoutMillis, new ConsensusRules() {
            @Override
            public int quorum(ValidatorSet validators) {
                return wrong == Wrong.QUORUM_OF_TWO_F ? Math.max(1, 2 * validators.faults()) : validators.quorum();
            }

            @Override
            public Optional<Message.Prepared> carried(Optional<Message.Prepared> prepared) {
                return wrong == Wrong.LOCK_FORGOTTEN ? Optional.empty() : prepared;
            }

            @Override
            public boolean needsJustification() {
                return wrong != Wrong.UNJUSTIFIED_ACCEPTED;
            }

            @Override
            public ValidatorSet following(ValidatorSet now, ValidatorSet next) {
                return wrong == Wrong.STALE_VALIDATORS ? now : next;
            }

            @Override
            public boolean accuses() {
                return wrong != Wrong.EQUIVOCATION_IGNORED;
            }

            @Override
            public List<Effect> voting(Effect journal, Effect send) {
                return wrong == Wrong.VOTE_BEFORE_JOURNAL ? List.of(send, journal) : List.of(journal, send);
            }
        });
    }
}
