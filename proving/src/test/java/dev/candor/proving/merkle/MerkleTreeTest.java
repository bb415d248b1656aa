package dev.candor.proving.merkle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.proving.hash.Digest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MerkleTreeTest {

    private static final int LEAVES = 16;
    private static final int ROWS = 3;

    private final byte[] salts = new byte[LEAVES * MerkleTree.SALT_BYTES];
    private final long[] columns = new long[LEAVES * ROWS];
    private final MerkleTree tree;

    MerkleTreeTest() {
        for (int i = 0; i < salts.length; i++) {
            salts[i] = (byte) i;
        }
        for (int i = 0; i < columns.length; i++) {
            columns[i] = i * 0x1234_5678_9ABCL;
        }
        tree = build(LEAVES, salts, columns, ROWS);
    }

    private static MerkleTree build(int leaves, byte[] salts, long[] columns, int rows) {
        MerkleTree.Builder builder = new MerkleTree.Builder(leaves);
        int half = leaves / 2;
        builder.hash(half, leaves, salts, columns, half * rows, rows);
        builder.hash(0, half, salts, columns, 0, rows);
        return builder.build();
    }

    private byte[] saltsAt(int... positions) {
        ByteBuffer out = ByteBuffer.allocate(positions.length * MerkleTree.SALT_BYTES);
        for (int position : positions) {
            out.put(salts, position * MerkleTree.SALT_BYTES, MerkleTree.SALT_BYTES);
        }
        return out.array();
    }

    private long[] columnsAt(int... positions) {
        return Arrays.stream(positions)
                .boxed()
                .flatMapToLong(p -> Arrays.stream(columns, p * ROWS, (p + 1) * ROWS))
                .toArray();
    }

    private boolean verify(Digest root, int[] positions, List<Digest> path) {
        return MerkleTree.verify(root, LEAVES, positions, saltsAt(positions), columnsAt(positions), ROWS, path);
    }

    @Test
    void theRootIsThisOneForEver() {
        assertThat(tree.root()).hasToString("3b7ccab13a19b10e8042144b2ca922a8734a8a6d9b125be3ff03ce74fd872ffd");
    }

    @Test
    void theRootIsTheHashOfItsDescription() throws Exception {
        List<byte[]> level = new ArrayList<>();
        for (int leaf = 0; leaf < LEAVES; leaf++) {
            ByteBuffer message = ByteBuffer.allocate(1 + 16 + 8 * ROWS).order(ByteOrder.LITTLE_ENDIAN);
            message.put((byte) 0).put(salts, leaf * 16, 16);
            for (int row = 0; row < ROWS; row++) {
                message.putLong(columns[leaf * ROWS + row]);
            }
            level.add(MessageDigest.getInstance("SHA-256").digest(message.array()));
        }
        for (int depth = 3; depth >= 0; depth--) {
            List<byte[]> above = new ArrayList<>();
            for (int i = 0; i < level.size(); i += 2) {
                ByteBuffer message = ByteBuffer.allocate(66).put((byte) 1).put((byte) depth);
                above.add(MessageDigest.getInstance("SHA-256")
                        .digest(message.put(level.get(i)).put(level.get(i + 1)).array()));
            }
            level = above;
        }
        assertThat(tree.root()).isEqualTo(Digest.of(level.getFirst()));
    }

    @Test
    void opensEverySetOfPositions() {
        for (int set = 1; set < 1 << LEAVES; set += 1 + set % 7) {
            int bits = set;
            int[] positions = java.util.stream.IntStream.range(0, LEAVES)
                    .filter(i -> (bits >>> i & 1) != 0)
                    .toArray();
            List<Digest> path = tree.open(positions);
            assertThat(path).hasSize(MerkleTree.openingSize(LEAVES, positions));
            assertThat(verify(tree.root(), positions, path)).isTrue();
        }
    }

    @Test
    void opensATreeOfOneLeafAndLongColumns() {
        MerkleTree.Builder builder = new MerkleTree.Builder(1);
        long[] column = new SplittableRandom(1).longs(5000).toArray();
        builder.hash(0, 1, new byte[16], column, 0, 5000);
        MerkleTree single = builder.build();
        assertThat(single.open(new int[] {0})).isEmpty();
        assertThat(MerkleTree.verify(single.root(), 1, new int[] {0}, new byte[16], column, 5000, List.of()))
                .isTrue();
        column[4999]++;
        assertThat(MerkleTree.verify(single.root(), 1, new int[] {0}, new byte[16], column, 5000, List.of()))
                .isFalse();
    }

    @Test
    void refusesAnythingChanged() {
        int[] positions = {2, 3, 9};
        List<Digest> path = tree.open(positions);
        byte[] goodSalts = saltsAt(positions);
        long[] goodColumns = columnsAt(positions);
        for (int i = 0; i < goodSalts.length; i++) {
            byte[] bad = goodSalts.clone();
            bad[i] ^= 1;
            assertThat(MerkleTree.verify(tree.root(), LEAVES, positions, bad, goodColumns, ROWS, path))
                    .isFalse();
        }
        for (int i = 0; i < goodColumns.length; i++) {
            long[] bad = goodColumns.clone();
            bad[i] ^= 1L << i;
            assertThat(MerkleTree.verify(tree.root(), LEAVES, positions, goodSalts, bad, ROWS, path))
                    .isFalse();
        }
        for (int i = 0; i < path.size(); i++) {
            List<Digest> bad = new ArrayList<>(path);
            bad.set(i, Digest.sha256(new byte[0]));
            assertThat(verify(tree.root(), positions, bad)).isFalse();
        }
        assertThat(verify(Digest.sha256(new byte[0]), positions, path)).isFalse();
        assertThat(MerkleTree.verify(tree.root(), LEAVES, new int[] {2, 3, 8}, goodSalts, goodColumns, ROWS, path))
                .isFalse();
    }

    @Test
    void refusesPathsOfAnotherLength() {
        int[] positions = {0, 5};
        List<Digest> path = tree.open(positions);
        List<Digest> longer = new ArrayList<>(path);
        longer.add(path.getFirst());
        assertThat(verify(tree.root(), positions, longer)).isFalse();
        assertThat(verify(tree.root(), positions, path.subList(0, path.size() - 1)))
                .isFalse();
        assertThat(verify(tree.root(), positions, List.of())).isFalse();
    }

    @Test
    void refusesANodeInThePlaceOfALeafOfASmallerTree() {
        // The root's children as two leaves: tags and depths keep the two apart.
        MerkleTree half = build(LEAVES / 2, salts, columns, ROWS);
        assertThat(half.root()).isNotEqualTo(tree.root());
        assertThat(half.root())
                .isNotEqualTo(
                        tree.open(new int[] {8, 9, 10, 11, 12, 13, 14, 15}).getFirst());
    }

    @Test
    void refusesPositionsThatAreNotDistinctAscendingAndInRange() {
        for (int[] bad : new int[][] {{}, {-1}, {16}, {3, 3}, {4, 3}}) {
            assertThatThrownBy(() -> tree.open(bad)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> MerkleTree.openingSize(LEAVES, bad)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() ->
                        MerkleTree.verify(tree.root(), LEAVES, new int[] {1}, new byte[15], new long[3], 3, List.of()))
                .hasMessageContaining("not as many");
        assertThatThrownBy(() -> new MerkleTree.Builder(12)).hasMessageContaining("power of two");
    }
}
