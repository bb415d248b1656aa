package dev.candor.actors.receipt;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The Merkle tree of RFC 9162, section 2.1, over SHA-256: leaves and nodes are hashed under different prefixes, and a tree whose size is no power of
 * two is not padded. Immutable.
 */
public final class MerkleTree {
    private static final byte LEAF = 0;
    private static final byte NODE = 1;

    /** From the leaf hashes up; a level's odd last hash stands on the next level unchanged, which gives RFC 9162's shape. */
    private final List<Digest[]> levels;

    private MerkleTree(List<Digest[]> levels) {
        this.levels = levels;
    }

    /** The tree over {@code leaves}, in their order; an empty list is an {@link IllegalArgumentException}. */
    public static MerkleTree of(List<Bytes> leaves) {
        if (leaves.isEmpty()) {
            throw new IllegalArgumentException("a batch has at least one leaf");
        }
        List<Digest[]> levels = new ArrayList<>();
        Digest[] level = leaves.stream().map(MerkleTree::leafHash).toArray(Digest[]::new);
        levels.add(level);
        while (level.length > 1) {
            Digest[] next = new Digest[(level.length + 1) / 2];
            for (int i = 0; i < level.length / 2; i++) {
                next[i] = nodeHash(level[2 * i], level[2 * i + 1]);
            }
            if (level.length % 2 == 1) {
                next[next.length - 1] = level[level.length - 1];
            }
            levels.add(next);
            level = next;
        }
        return new MerkleTree(levels);
    }

    /** The number of leaves. */
    public int size() {
        return levels.getFirst().length;
    }

    /** The root. */
    public Digest root() {
        return levels.getLast()[0];
    }

    /** The siblings from leaf {@code index} (from 0) to the root. */
    public List<Digest> path(int index) {
        if (index < 0 || index >= size()) {
            throw new IndexOutOfBoundsException("leaf " + index + " of " + size());
        }
        List<Digest> path = new ArrayList<>(levels.size());
        int position = index;
        for (Digest[] level : levels) {
            int sibling = position ^ 1;
            if (sibling < level.length) {
                path.add(level[sibling]);
            }
            position >>>= 1;
        }
        return path;
    }

    /** The root that a leaf hash and a path lead to (RFC 9162, section 2.1.3.2); empty where index, size and path length do not fit each other. */
    public static Optional<Digest> rootFrom(Digest leafHash, int index, int size, List<Digest> path) {
        if (index < 0 || index >= size) {
            return Optional.empty();
        }
        int node = index;
        int last = size - 1;
        Digest hash = leafHash;
        for (Digest sibling : path) {
            if (last == 0) {
                return Optional.empty();
            }
            if ((node & 1) == 1 || node == last) {
                hash = nodeHash(sibling, hash);
                // The last node of a level without a sibling stands on the level above: climb to where it has one.
                while ((node & 1) == 0 && node != 0) {
                    node >>>= 1;
                    last >>>= 1;
                }
            } else {
                hash = nodeHash(hash, sibling);
            }
            node >>>= 1;
            last >>>= 1;
        }
        return last == 0 ? Optional.of(hash) : Optional.empty();
    }

    /** The length of the path of leaf {@code index} in a tree of {@code size} leaves. */
    public static int pathLength(int index, int size) {
        int length = 0;
        int node = index;
        for (int last = size - 1; last > 0; last >>>= 1) {
            if ((node ^ 1) <= last) {
                length++;
            }
            node >>>= 1;
        }
        return length;
    }

    /** The hash of a leaf: its bytes behind a zero byte. */
    public static Digest leafHash(Bytes leaf) {
        MessageDigest sha = Digest.sha256();
        sha.update(LEAF);
        leaf.update(sha);
        return Digest.of(sha.digest());
    }

    /** The hash of an inner node: both children behind a byte of value 1. */
    public static Digest nodeHash(Digest left, Digest right) {
        MessageDigest sha = Digest.sha256();
        sha.update(NODE);
        sha.update(left.toArray());
        sha.update(right.toArray());
        return Digest.of(sha.digest());
    }
}
