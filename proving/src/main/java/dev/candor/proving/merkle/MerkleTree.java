package dev.candor.proving.merkle;

import dev.candor.proving.hash.Digest;
import dev.candor.proving.parallel.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A Merkle tree over a power of two of salted columns (see {@link MerkleHash} for the two hashes). The salt hides a column that can be
 * guessed. A batched opening of distinct positions is the list of digests that cannot be computed from the opened leaves, from the leaves'
 * level upwards, from left to right: it has one form and one length only. Immutable once built.
 */
public final class MerkleTree {

    /** The length of a leaf's salt. */
    public static final int SALT_BYTES = 16;

    private static final int MAX_HEIGHT = 24;
    /** The nodes for which a thread of its own is worth while. */
    private static final int LEAST_NODES = 512;

    private final int leaves;
    /** Node i (from 1, the root) at i * 32; the children of i are 2i and 2i + 1; leaf j is node leaves + j. */
    private final byte[] nodes;

    private MerkleTree(int leaves, byte[] nodes) {
        this.leaves = leaves;
        this.nodes = nodes;
    }

    /** The leaves of a tree, hashed in parts, on one thread or several. */
    public static final class Builder {

        private final int leaves;
        private final byte[] nodes;

        /**
         * A tree of {@code leaves} columns.
         *
         * @throws IllegalArgumentException where that is no power of two up to 2^24
         */
        public Builder(int leaves) {
            checkSize(leaves);
            this.leaves = leaves;
            this.nodes = new byte[2 * leaves * Digest.BYTES];
        }

        /**
         * Hashes the columns {@code from} (inclusive) to {@code to} (exclusive). Calls for disjoint ranges may run at the same time.
         *
         * @param salts {@link #SALT_BYTES} bytes for each of all the leaves
         * @param columns the columns one after the other, that of leaf {@code from} at {@code at}
         * @param rows the elements of a column
         */
        public void hash(int from, int to, byte[] salts, long[] columns, int at, int rows) {
            MerkleHash hash = new MerkleHash();
            for (int leaf = from; leaf < to; leaf++) {
                hash.leaf(
                        salts,
                        leaf * SALT_BYTES,
                        columns,
                        at + (leaf - from) * rows,
                        rows,
                        nodes,
                        (leaves + leaf) * Digest.BYTES);
            }
        }

        /** The tree above the leaves; to be called once, after all of them were hashed. */
        public MerkleTree build() {
            return build(Workers.ONE);
        }

        /** The same by several threads. */
        public MerkleTree build(Workers workers) {
            for (int first = leaves / 2; first >= 1; first /= 2) {
                int level = first;
                workers.eachPart(level, LEAST_NODES, part -> {
                    MerkleHash hash = new MerkleHash();
                    for (int node = level + part.from(); node < level + part.to(); node++) {
                        hash.node(
                                depth(node),
                                nodes,
                                2 * node * Digest.BYTES,
                                (2 * node + 1) * Digest.BYTES,
                                nodes,
                                node * Digest.BYTES);
                    }
                });
            }
            return new MerkleTree(leaves, nodes);
        }
    }

    private static void checkSize(int leaves) {
        if (leaves < 1 || Integer.bitCount(leaves) != 1 || leaves > 1 << MAX_HEIGHT) {
            throw new IllegalArgumentException(
                    "A tree has a power of two of leaves up to 2^" + MAX_HEIGHT + ", not " + leaves + ".");
        }
    }

    private static int depth(int node) {
        return Integer.SIZE - 1 - Integer.numberOfLeadingZeros(node);
    }

    public int leaves() {
        return leaves;
    }

    public Digest root() {
        return Digest.read(nodes, Digest.BYTES);
    }

    /**
     * The digests with which whoever has the leaves at {@code positions} computes the root.
     *
     * @param positions distinct, in ascending order, at least one
     */
    public List<Digest> open(int[] positions) {
        checkPositions(leaves, positions);
        List<Digest> path = new ArrayList<>();
        int[] level = Arrays.stream(positions).map(p -> leaves + p).toArray();
        while (level[0] != 1) {
            int[] parents = new int[level.length];
            int count = 0;
            for (int i = 0; i < level.length; i++) {
                int node = level[i];
                if (i + 1 < level.length && level[i + 1] == (node ^ 1)) {
                    i++;
                } else {
                    path.add(Digest.read(nodes, (node ^ 1) * Digest.BYTES));
                }
                parents[count++] = node >>> 1;
            }
            level = Arrays.copyOf(parents, count);
        }
        return path;
    }

    /** The number of digests in an opening of these positions: the only length that {@link #verify} accepts. */
    public static int openingSize(int leaves, int[] positions) {
        checkPositions(leaves, positions);
        int size = 0;
        int[] level = Arrays.stream(positions).map(p -> leaves + p).toArray();
        while (level[0] != 1) {
            int count = 0;
            for (int i = 0; i < level.length; i++) {
                if (count > 0 && level[count - 1] == level[i] >>> 1) {
                    size--;
                } else {
                    level[count++] = level[i] >>> 1;
                    size++;
                }
            }
            level = Arrays.copyOf(level, count);
        }
        return size;
    }

    /**
     * Whether the opening leads from the columns to the root.
     *
     * @param leaves the number of leaves of the tree
     * @param positions distinct, in ascending order, at least one
     * @param salts {@link #SALT_BYTES} bytes for each position, in order
     * @param columns the columns in order, {@code rows} elements each
     * @param path the digests of {@link #open}; another number of them than {@link #openingSize} is refused
     * @throws IllegalArgumentException where the arrays do not fit the positions, or the positions are not distinct, ascending and in range
     */
    public static boolean verify(
            Digest root, int leaves, int[] positions, byte[] salts, long[] columns, int rows, List<Digest> path) {
        checkPositions(leaves, positions);
        if (salts.length != positions.length * SALT_BYTES || columns.length != (long) positions.length * rows) {
            throw new IllegalArgumentException(
                    "The salts or columns are not as many as the " + positions.length + " positions.");
        }
        if (path.size() != openingSize(leaves, positions)) {
            return false;
        }
        MerkleHash hash = new MerkleHash();
        int count = positions.length;
        int[] level = new int[count];
        byte[] digests = new byte[count * Digest.BYTES];
        for (int i = 0; i < count; i++) {
            level[i] = leaves + positions[i];
            hash.leaf(salts, i * SALT_BYTES, columns, i * rows, rows, digests, i * Digest.BYTES);
        }
        byte[] pair = new byte[2 * Digest.BYTES];
        int used = 0;
        while (level[0] != 1) {
            int parents = 0;
            for (int i = 0; i < count; i++) {
                int node = level[i];
                int own = (node & 1) * Digest.BYTES;
                System.arraycopy(digests, i * Digest.BYTES, pair, own, Digest.BYTES);
                if (i + 1 < count && level[i + 1] == (node ^ 1)) {
                    i++;
                    System.arraycopy(digests, i * Digest.BYTES, pair, Digest.BYTES, Digest.BYTES);
                } else {
                    path.get(used++).write(pair, Digest.BYTES - own);
                }
                hash.node(depth(node >>> 1), pair, 0, Digest.BYTES, digests, parents * Digest.BYTES);
                level[parents++] = node >>> 1;
            }
            count = parents;
        }
        return Digest.read(digests, 0).equals(root);
    }

    private static void checkPositions(int leaves, int[] positions) {
        checkSize(leaves);
        if (positions.length == 0 || positions[0] < 0 || positions[positions.length - 1] >= leaves) {
            throw new IllegalArgumentException("An opening needs positions from 0 to " + (leaves - 1) + ".");
        }
        for (int i = 1; i < positions.length; i++) {
            if (positions[i] <= positions[i - 1]) {
                throw new IllegalArgumentException(
                        "The positions of an opening must be distinct and in ascending order.");
            }
        }
    }
}
