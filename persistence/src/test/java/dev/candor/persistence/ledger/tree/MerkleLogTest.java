package dev.candor.persistence.ledger.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.actors.receipt.MerkleTree;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class MerkleLogTest {
    private static final int SIZE = 70;

    private static Bytes leaf(int number) {
        return Bytes.wrap(new byte[] {(byte) (number >> 8), (byte) number});
    }

    private static MerkleLog log(int size) {
        MerkleLog log = new MerkleLog();
        IntStream.range(0, size).forEach(i -> log.append(MerkleTree.leafHash(leaf(i))));
        return log;
    }

    /** The leaves and the roots of the tests that came with Certificate Transparency (RFC 6962). */
    @Test
    void hasTheRootsOfCertificateTransparency() {
        List<String> leaves = List.of(
                "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f");
        List<String> roots = List.of(
                "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
        MerkleLog log = new MerkleLog();
        LogFrontier frontier = LogFrontier.EMPTY;
        assertThat(frontier.root().toHex())
                .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        for (int i = 0; i < leaves.size(); i++) {
            Digest hash = MerkleTree.leafHash(Bytes.ofHex(leaves.get(i)));
            log.append(hash);
            frontier = frontier.append(List.of(hash));
            assertThat(log.root(i + 1).toHex()).isEqualTo(roots.get(i));
            assertThat(frontier.root()).isEqualTo(log.root(i + 1));
        }
    }

    @Property(tries = 50)
    void frontierAndLogAndTreeAgree(
            @ForAll @IntRange(min = 1, max = 300) int size, @ForAll @IntRange(max = 300) int cut) {
        List<Digest> hashes = IntStream.range(0, size)
                .mapToObj(i -> MerkleTree.leafHash(leaf(i)))
                .toList();
        int first = Math.min(cut, size);
        LogFrontier frontier =
                LogFrontier.EMPTY.append(hashes.subList(0, first)).append(hashes.subList(first, size));
        CanonicalWriter out = new CanonicalWriter(64);
        frontier.write(out);
        assertThat(LogFrontier.read(new CanonicalReader(out.toBytes()))).isEqualTo(frontier);
        assertThat(frontier.root())
                .isEqualTo(MerkleTree.of(IntStream.range(0, size)
                                .mapToObj(MerkleLogTest::leaf)
                                .toList())
                        .root())
                .isEqualTo(log(size).root(size));
    }

    @Test
    void provesEveryLeafOfEverySize() {
        MerkleLog log = log(SIZE);
        for (int size = 1; size <= SIZE; size++) {
            for (int index = 0; index < size; index++) {
                LogProof proof = log.inclusion(index, size);
                Digest hash = log.leaf(index);
                assertThat(proof.includes(log.root(size), hash)).isTrue();
                assertThat(proof.includes(log.root(size), log.leaf((index + 1) % SIZE)))
                        .isFalse();
                if (index > 0) {
                    assertThat(new LogProof(index - 1, size, proof.path()).includes(log.root(size), hash))
                            .isFalse();
                }
                List<Digest> longer = new ArrayList<>(proof.path());
                longer.add(hash);
                assertThat(new LogProof(index, size, longer).includes(log.root(size), hash))
                        .isFalse();
                CanonicalWriter out = new CanonicalWriter(64);
                proof.write(out);
                assertThat(LogProof.read(new CanonicalReader(out.toBytes()))).isEqualTo(proof);
            }
        }
    }

    @Test
    void provesThatEverySizeBeginsEveryLargerOne() {
        MerkleLog log = log(SIZE);
        for (int from = 1; from <= SIZE; from++) {
            for (int to = from; to <= SIZE; to++) {
                List<Digest> proof = log.consistency(from, to);
                assertThat(LogProof.isConsistent(from, log.root(from), to, log.root(to), proof))
                        .isTrue();
                assertThat(LogProof.isConsistent(from, log.leaf(0), to, log.root(to), proof))
                        .isEqualTo(from == 1);
                assertThat(LogProof.isConsistent(from, log.root(from), to, Digest.ZERO, proof))
                        .isFalse();
                if (from < to) {
                    assertThat(LogProof.isConsistent(
                                    from, log.root(from), to, log.root(to), proof.subList(0, proof.size() - 1)))
                            .isFalse();
                }
            }
        }
    }

    @Test
    void refusesPlacesThatAreInNoLog() {
        assertThatThrownBy(() -> log(3).inclusion(3, 3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> new LogProof(3, 3, List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new LogFrontier(3, List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThat(LogProof.isConsistent(0, Digest.ZERO, 1, Digest.ZERO, List.of()))
                .isFalse();
    }
}
