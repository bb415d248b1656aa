package dev.candor.persistence.ledger.tree;

import dev.candor.actors.receipt.MerkleTree;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import java.util.ArrayList;
import java.util.List;

/**
 * An append-only Merkle log (RFC 9162, section 2.1) with all its nodes, from which proofs are made: about 64 bytes of hashes a leaf. Not thread-safe.
 *
 * @see LogProof for their verification
 */
public final class MerkleLog {
    /** {@code levels.get(k).get(i)} is the root of the i-th perfect subtree of 2^k leaves. */
    private final List<List<Digest>> levels = new ArrayList<>(List.of(new ArrayList<>()));

    /** A log without leaves. */
    public MerkleLog() {}

    /** Appends a leaf, given by its hash. */
    public void append(Digest leafHash) {
        levels.getFirst().add(leafHash);
        for (int k = 0; levels.get(k).size() % 2 == 0; k++) {
            List<Digest> level = levels.get(k);
            if (levels.size() == k + 1) {
                levels.add(new ArrayList<>());
            }
            levels.get(k + 1).add(MerkleTree.nodeHash(level.get(level.size() - 2), level.getLast()));
        }
    }

    /** How many leaves there are. */
    public int size() {
        return levels.getFirst().size();
    }

    /** The hash of leaf {@code index}. */
    public Digest leaf(int index) {
        return levels.getFirst().get(index);
    }

    /** The root over the first {@code size} leaves. */
    public Digest root(int size) {
        check(size <= size() && size >= 0, "the log has " + size() + " leaves, not " + size);
        return size == 0 ? Digest.sha256(Bytes.EMPTY) : range(0, size);
    }

    /** Proof that leaf {@code index} is in the log of the first {@code size} leaves (section 2.1.3.1). */
    public LogProof inclusion(int index, int size) {
        check(index >= 0 && index < size && size <= size(), "leaf " + index + " of " + size + " is not in the log");
        List<Digest> path = new ArrayList<>();
        path(index, 0, size, path);
        return new LogProof(index, size, path);
    }

    /** Proof that the log of {@code from} leaves is the beginning of the log of {@code to} leaves (section 2.1.4.1). */
    public List<Digest> consistency(int from, int to) {
        check(from > 0 && from <= to && to <= size(), "no consistency between " + from + " and " + to + " leaves");
        List<Digest> path = new ArrayList<>();
        consistency(from, 0, to, true, path);
        return path;
    }

    private void path(int index, int low, int high, List<Digest> path) {
        if (high - low == 1) {
            return;
        }
        int middle = low + split(high - low);
        if (index < middle) {
            path(index, low, middle, path);
            path.add(range(middle, high));
        } else {
            path(index, middle, high, path);
            path.add(range(low, middle));
        }
    }

    private void consistency(int from, int low, int high, boolean whole, List<Digest> path) {
        if (from == high) {
            if (!whole) {
                path.add(range(low, high));
            }
            return;
        }
        int middle = low + split(high - low);
        if (from <= middle) {
            consistency(from, low, middle, whole, path);
            path.add(range(middle, high));
        } else {
            consistency(from, middle, high, false, path);
            path.add(range(low, middle));
        }
    }

    /** The root over [low, high); low is a multiple of the range's largest perfect subtree. */
    private Digest range(int low, int high) {
        int count = high - low;
        if (Integer.bitCount(count) == 1) {
            int level = Integer.numberOfTrailingZeros(count);
            return levels.get(level).get(low >>> level);
        }
        int middle = low + split(count);
        Digest left = range(low, middle);
        return MerkleTree.nodeHash(left, range(middle, high));
    }

    /** The largest power of two below {@code count}, for a count of at least 2. */
    private static int split(int count) {
        return Integer.highestOneBit(count - 1);
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new IndexOutOfBoundsException(otherwise);
        }
    }
}
