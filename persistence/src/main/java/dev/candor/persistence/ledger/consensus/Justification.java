package dev.candor.persistence.ledger.consensus;

import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.vote.Certificate;
import dev.candor.persistence.ledger.vote.Signatures;
import dev.candor.persistence.ledger.vote.SignedVote;
import dev.candor.persistence.ledger.vote.ValidatorSet;
import dev.candor.persistence.ledger.vote.Vote;
import dev.candor.persistence.ledger.vote.Vote.Kind;
import java.util.HashSet;
import java.util.Set;

/**
 * What a proposal or a round change must show before it is believed, at one height.
 *
 * @param chain digest of the ledger's genesis record
 * @param validators of the height
 * @param height the height
 * @param signatures how signatures are checked
 * @param rules of agreement
 */
record Justification(Digest chain, ValidatorSet validators, long height, Signatures signatures, ConsensusRules rules) {
    /** Whether a vote is signed by the validator that it names. */
    boolean holds(SignedVote vote) {
        return validators.indexOf(vote.key()) >= 0 && vote.holds(chain, signatures);
    }

    /** In a later round a block is justified by a quorum that gave up the rounds before, and by the block that was prepared last among them. */
    boolean of(Message.Proposal proposal) {
        Vote vote = proposal.vote().vote();
        if (vote.round() == 0 || !rules.needsJustification()) {
            return true;
        }
        Set<Integer> signers = new HashSet<>();
        for (SignedVote change : proposal.roundChanges()) {
            Vote wish = change.vote();
            if (wish.kind() != Kind.ROUND_CHANGE
                    || wish.height() != height
                    || wish.round() != vote.round()
                    || !holds(change)
                    || !signers.add(validators.indexOf(change.key()))) {
                return false;
            }
        }
        if (signers.size() < rules.quorum(validators)) {
            return false;
        }
        int last = proposal.roundChanges().stream()
                .mapToInt(each -> each.vote().preparedRound())
                .max()
                .orElse(-1);
        return last < 0
                || proposal.prepared()
                        .map(certificate -> isPrepared(certificate, last, vote.block()))
                        .orElse(false);
    }

    /** Whether a round change shows the block that it names as prepared. */
    boolean of(Message.RoundChange change) {
        Vote vote = change.vote().vote();
        return vote.preparedRound() < 0
                ? change.prepared().isEmpty()
                : change.prepared()
                        .map(shown -> shown.block().hash().equals(vote.block())
                                && isPrepared(shown.certificate(), vote.preparedRound(), vote.block()))
                        .orElse(false);
    }

    private boolean isPrepared(Certificate certificate, int in, Digest block) {
        return certificate.vote().equals(Vote.on(Kind.PREPARE, height, in, block))
                && certificate
                        .defect(chain, validators, rules.quorum(validators), signatures)
                        .isEmpty();
    }
}
