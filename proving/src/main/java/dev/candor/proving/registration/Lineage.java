package dev.candor.proving.registration;

import dev.candor.proving.hash.Digest;
import dev.candor.proving.proof.Proof;
import java.util.List;

/**
 * How the root of a later epoch is linked to a model: the registration of the first root, and the roll-over into each later one.
 *
 * @param model whose first root is that of epoch 0
 * @param registration the proof of {@link Statements#registration}
 * @param rollOvers into epoch 1, 2, and so on
 */
public record Lineage(ModelCommitment model, Proof registration, List<RollOver> rollOvers) {

    /**
     * A roll-over into the next epoch.
     *
     * @param root of the later epoch
     * @param opening of the earlier epoch that it uses
     * @param proof of {@link Statements#rollOver}
     */
    public record RollOver(Digest root, long opening, Proof proof) {}

    public Lineage {
        rollOvers = List.copyOf(rollOvers);
    }
}
