package dev.candor.persistence.ledger.light;

import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.LedgerGenesis;
import dev.candor.persistence.ledger.block.Block;
import dev.candor.persistence.ledger.block.BlockHeader;
import dev.candor.persistence.ledger.consensus.Message;
import dev.candor.persistence.ledger.tx.Action;
import dev.candor.persistence.ledger.tx.Transaction;
import dev.candor.persistence.ledger.vote.Certificate;
import dev.candor.persistence.ledger.vote.Signatures;
import dev.candor.persistence.ledger.vote.ValidatorSet;
import dev.candor.persistence.ledger.vote.Vote;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Tells whether a block is final from its certificate and the genesis record alone. It follows changes of the validator set by the certified blocks that hold them.
 * Believing a block so means believing that at most f of its validators lie; replay believes nobody. Thread-safe.
 */
public final class BlockVerifier {
    private final Digest chain;
    private final Signatures signatures;
    /** Who certifies from a height on, until the next entry. */
    private final TreeMap<Long, ValidatorSet> from = new TreeMap<>();

    /** Believes the validators of {@code genesis}. */
    public BlockVerifier(LedgerGenesis genesis, Signatures signatures) {
        this.chain = genesis.digest();
        this.signatures = signatures;
        from.put(1L, genesis.validators());
    }

    /** Whether the block names the validators that are known to certify its height: otherwise they have changed, or it is of no use. */
    public synchronized boolean knows(BlockHeader header) {
        return header.height() >= 1 && at(header.height()).digest().equals(header.validators());
    }

    /** From which height on the latest known validators certify. */
    public synchronized long latest() {
        return from.lastKey();
    }

    /** The latest known validators. */
    public synchronized ValidatorSet validators() {
        return from.lastEntry().getValue();
    }

    /** Why a block is not to be taken for final; empty where a quorum of its validators signed it. */
    public synchronized Optional<String> defect(Message.Decided decided) {
        Block block = decided.block();
        BlockHeader header = block.header();
        return header.body().equals(block.body().digest())
                ? defect(header, decided.certificate())
                : Optional.of("its body is not the one that its header names");
    }

    /** Why a block of which only the header is there is not to be taken for final; empty where a quorum of its validators signed it. */
    public synchronized Optional<String> defect(BlockHeader header, Certificate certificate) {
        if (!header.chain().equals(chain)) {
            return Optional.of("it is of the chain " + header.chain() + ", not " + chain);
        }
        if (!knows(header)) {
            return Optional.of(
                    "it names the validators " + header.validators() + ", which nothing certified for its height");
        }
        Vote vote = certificate.vote();
        if (!vote.equals(Vote.on(Vote.Kind.COMMIT, header.height(), vote.round(), header.hash()))) {
            return Optional.of("its certificate is for something else");
        }
        return certificate.defect(chain, at(header.height()), signatures);
    }

    /**
     * Takes up a change of the validators.
     *
     * @return why not; empty where the block is final and changes them
     */
    public synchronized Optional<String> follow(Message.Decided change) {
        Optional<String> defect = defect(change);
        if (defect.isPresent()) {
            return defect;
        }
        Optional<ValidatorSet> next = change.block().body().transactions().stream()
                .flatMap(each -> each instanceof Transaction.Signed signed
                                && signed.action() instanceof Action.ChangeValidators(ValidatorSet validators)
                        ? Optional.of(validators).stream()
                        : Optional.<ValidatorSet>empty().stream())
                .reduce((_, last) -> last);
        next.ifPresent(validators -> from.put(change.block().header().height() + 1, validators));
        return next.isPresent()
                ? Optional.empty()
                : Optional.of("block " + change.block().header().height() + " changes no validators");
    }

    private ValidatorSet at(long height) {
        Map.Entry<Long, ValidatorSet> entry = from.floorEntry(height);
        return entry == null ? from.firstEntry().getValue() : entry.getValue();
    }
}
