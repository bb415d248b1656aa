package dev.candor.persistence.ledger.wire;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.block.BlockHeader;
import dev.candor.persistence.ledger.state.StateKey;
import dev.candor.persistence.ledger.tree.SparseProof;
import dev.candor.persistence.ledger.vote.Certificate;
import java.util.List;
import java.util.Optional;

/**
 * What a state holds under some keys, with what proves it. A value of this type is well formed, not verified: see {@code ProvenState}.
 *
 * @param header of the block that led to the state
 * @param certificate of that block
 * @param sections the digests under the state's root
 * @param holdings one for each key that was asked for, in that order
 */
public record Holdings(BlockHeader header, Certificate certificate, List<Digest> sections, List<Holding> holdings) {
    /** The most keys that may be asked for at once: the accounts and leases of a transaction with the most wishes, and a few more. */
    public static final int MOST_KEYS = 640;

    /** Copies the lists. */
    public Holdings {
        sections = List.copyOf(sections);
        holdings = List.copyOf(holdings);
    }

    /**
     * What is under one key.
     *
     * @param path in the section's tree
     * @param value canonical bytes; empty where there is nothing
     */
    public record Holding(SparseProof path, Optional<Bytes> value) {}

    /** Refuses more keys than may be asked for at once. */
    public static List<StateKey> bounded(List<StateKey> keys) {
        if (keys.size() > MOST_KEYS) {
            throw new IllegalArgumentException(
                    "at most " + MOST_KEYS + " keys of a state are asked for at once, not " + keys.size());
        }
        return List.copyOf(keys);
    }
}
