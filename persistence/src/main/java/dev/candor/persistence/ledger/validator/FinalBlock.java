package dev.candor.persistence.ledger.validator;

import dev.candor.persistence.ledger.block.Block;
import dev.candor.persistence.ledger.block.Segment;
import dev.candor.persistence.ledger.vote.Certificate;
import java.util.List;

/**
 * A block that is final, and what is behind it.
 *
 * @param block certified
 * @param certificate of commits
 * @param segments one for each advance of the block, in its order
 */
public record FinalBlock(Block block, Certificate certificate, List<Segment> segments) {
    /** Copies the list. */
    public FinalBlock {
        segments = List.copyOf(segments);
    }
}
