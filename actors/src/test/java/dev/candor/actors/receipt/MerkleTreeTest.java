package dev.candor.actors.receipt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MerkleTreeTest {
    /** The leaves of the reference tests of Certificate Transparency. */
    private static final List<Bytes> REFERENCE = List.of(
            Bytes.EMPTY,
            Bytes.ofHex("00"),
            Bytes.ofHex("10"),
            Bytes.ofHex("2021"),
            Bytes.ofHex("3031"),
            Bytes.ofHex("40414243"),
            Bytes.ofHex("5051525354555657"),
            Bytes.ofHex("606162636465666768696a6b6c6d6e6f"));

    @ParameterizedTest
    @CsvSource({
        "1, 6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "2, fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "3, aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "4, d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "5, 4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "6, 76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "7, ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "8, 5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    })
    void hasTheRootsOfCertificateTransparency(int size, String root) {
        assertThat(MerkleTree.of(REFERENCE.subList(0, size)).root().toHex()).isEqualTo(root);
    }

    @Property(tries = 300)
    void isTheTreeOfRfc9162(@ForAll @IntRange(min = 1, max = 200) int size) {
        List<Bytes> leaves = leaves(size);
        MerkleTree tree = MerkleTree.of(leaves);
        assertThat(tree.size()).isEqualTo(size);
        assertThat(tree.root()).isEqualTo(rfcRoot(leaves));
        for (int index = 0; index < size; index++) {
            assertThat(tree.path(index)).isEqualTo(rfcPath(index, leaves));
        }
    }

    @Property(tries = 300)
    void everyPathLeadsToTheRoot(@ForAll @IntRange(min = 1, max = 300) int size) {
        List<Bytes> leaves = leaves(size);
        MerkleTree tree = MerkleTree.of(leaves);
        for (int index = 0; index < size; index++) {
            List<Digest> path = tree.path(index);
            assertThat(MerkleTree.rootFrom(MerkleTree.leafHash(leaves.get(index)), index, size, path))
                    .contains(tree.root());
            assertThat(MerkleTree.pathLength(index, size)).isEqualTo(path.size());
        }
    }

    @Property(tries = 200)
    void noOtherPlaceSizeOrPathLeadsToTheRoot(
            @ForAll @IntRange(min = 1, max = 64) int size,
            @ForAll @IntRange(min = 0, max = 63) int someIndex,
            @ForAll @IntRange(min = 0, max = 80) int otherIndex) {
        int index = someIndex % size;
        List<Bytes> leaves = leaves(size);
        MerkleTree tree = MerkleTree.of(leaves);
        Digest leaf = MerkleTree.leafHash(leaves.get(index));
        List<Digest> path = tree.path(index);
        if (otherIndex != index) {
            assertThat(MerkleTree.rootFrom(leaf, otherIndex, size, path)).isNotEqualTo(Optional.of(tree.root()));
        }
        for (int i = 0; i < path.size(); i++) {
            List<Digest> changed = new ArrayList<>(path);
            Digest sibling = changed.get(i);
            changed.set(i, new Digest(sibling.a(), sibling.b(), sibling.c(), sibling.d() ^ 1));
            assertThat(MerkleTree.rootFrom(leaf, index, size, changed)).isNotEqualTo(Optional.of(tree.root()));
            List<Digest> shorter = new ArrayList<>(path);
            shorter.remove(i);
            assertThat(MerkleTree.rootFrom(leaf, index, size, shorter)).isEmpty();
        }
        List<Digest> longer = new ArrayList<>(path);
        longer.add(Digest.ZERO);
        assertThat(MerkleTree.rootFrom(leaf, index, size, longer)).isEmpty();
        if (path.size() > 1) {
            List<Digest> reversed = new ArrayList<>(path);
            Collections.reverse(reversed);
            assertThat(MerkleTree.rootFrom(leaf, index, size, reversed)).isNotEqualTo(Optional.of(tree.root()));
        }
    }

    @Test
    void anInnerNodeIsNoLeaf() {
        List<Bytes> leaves = leaves(4);
        MerkleTree tree = MerkleTree.of(leaves);
        Digest left = MerkleTree.nodeHash(MerkleTree.leafHash(leaves.get(0)), MerkleTree.leafHash(leaves.get(1)));
        Bytes disguised = concat(MerkleTree.leafHash(leaves.get(0)), MerkleTree.leafHash(leaves.get(1)));
        List<Digest> upper = List.of(tree.path(0).getLast());
        // What a tree without prefixes would accept: the two hashes as a leaf of a tree of two.
        assertThat(MerkleTree.nodeHash(left, upper.getFirst())).isEqualTo(tree.root());
        assertThat(MerkleTree.rootFrom(MerkleTree.leafHash(disguised), 0, 2, upper))
                .isPresent()
                .isNotEqualTo(Optional.of(tree.root()));
    }

    @Test
    void refusesPlacesOutsideOfTheTree() {
        Digest leaf = MerkleTree.leafHash(Bytes.EMPTY);
        assertThat(MerkleTree.rootFrom(leaf, 1, 1, List.of())).isEmpty();
        assertThat(MerkleTree.rootFrom(leaf, -1, 1, List.of())).isEmpty();
        assertThat(MerkleTree.rootFrom(leaf, 0, 0, List.of())).isEmpty();
        assertThatThrownBy(() -> MerkleTree.of(List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MerkleTree.of(List.of(Bytes.EMPTY)).path(1))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    private static List<Bytes> leaves(int size) {
        return IntStream.range(0, size)
                .mapToObj(i -> Bytes.ofHex(String.format("%08x", i)))
                .toList();
    }

    private static Bytes concat(Digest left, Digest right) {
        return Bytes.ofHex(left.toHex() + right.toHex());
    }

    /** MTH of RFC 9162, section 2.1.1, as it stands there. */
    private static Digest rfcRoot(List<Bytes> leaves) {
        if (leaves.size() == 1) {
            return MerkleTree.leafHash(leaves.getFirst());
        }
        int k = Integer.highestOneBit(leaves.size() - 1);
        return MerkleTree.nodeHash(rfcRoot(leaves.subList(0, k)), rfcRoot(leaves.subList(k, leaves.size())));
    }

    /** PATH of RFC 9162, section 2.1.3.1, as it stands there. */
    private static List<Digest> rfcPath(int index, List<Bytes> leaves) {
        if (leaves.size() == 1) {
            return List.of();
        }
        int k = Integer.highestOneBit(leaves.size() - 1);
        List<Bytes> left = leaves.subList(0, k);
        List<Bytes> right = leaves.subList(k, leaves.size());
        List<Digest> path = new ArrayList<>(index < k ? rfcPath(index, left) : rfcPath(index - k, right));
        path.add(index < k ? rfcRoot(right) : rfcRoot(left));
        return path;
    }
}
