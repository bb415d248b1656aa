package dev.candor.persistence.ledger.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.actors.wire.MalformedBytesException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

final class SparseTreeTest {
    private static final SparseTree<Bytes> EMPTY = SparseTree.empty(value -> value);

    private static Digest key(int number) {
        return Digest.sha256(value(number));
    }

    private static Bytes value(int number) {
        return Bytes.wrap(new byte[] {(byte) (number >> 8), (byte) number});
    }

    @Test
    void hasTheRootsThatWereWrittenDown() {
        assertThat(EMPTY.root()).isEqualTo(Digest.ZERO);
        SparseTree<Bytes> tree = EMPTY;
        for (int i = 0; i < 100; i++) {
            tree = tree.with(key(i), value(i));
        }
        assertThat(EMPTY.with(key(0), value(0)).root().toHex())
                .isEqualTo("2eeb8a13a1374cd02777cfd78cce97cdd4210c6b0e6e479859e6c9f06cd90adf");
        assertThat(tree.root().toHex()).isEqualTo("f23291fe5831ff77023d43b65e0dcd67819b5234a248654c685aa249339e6fa5");
    }

    /** Few distinct keys, many of which share long prefixes. */
    @Provide
    Arbitrary<Digest> keys() {
        return Arbitraries.oneOf(
                Arbitraries.integers().between(0, 40).map(SparseTreeTest::key),
                Arbitraries.longs().between(0, 20).map(low -> new Digest(7, 7, 7, low)),
                Arbitraries.longs().between(0, 5).map(low -> new Digest(-1, low << 62, 0, 0)));
    }

    @Property(tries = 300)
    void isTheMapThatItsChangesMake(@ForAll("changes") List<Map.Entry<Digest, Optional<Integer>>> changes) {
        SparseTree<Bytes> tree = EMPTY;
        Map<Digest, Integer> model = new TreeMap<>();
        for (Map.Entry<Digest, Optional<Integer>> change : changes) {
            Digest key = change.getKey();
            if (change.getValue().isPresent()) {
                tree = tree.with(key, value(change.getValue().get()));
                model.put(key, change.getValue().get());
            } else {
                tree = tree.without(key);
                model.remove(key);
            }
        }
        List<Digest> order = new ArrayList<>();
        tree.forEach((key, value) -> {
            order.add(key);
            assertThat(value).isEqualTo(value(model.get(key)));
        });
        assertThat(order).containsExactlyElementsOf(model.keySet());
        assertThat(tree.size()).isEqualTo(model.size());
        assertThat(tree.first().map(SparseTree.Entry::key))
                .isEqualTo(model.keySet().stream().findFirst());
        SparseTree<Bytes> other = EMPTY;
        for (Map.Entry<Digest, Integer> each :
                new TreeMap<>(model).descendingMap().entrySet()) {
            other = other.with(each.getKey(), value(each.getValue()));
        }
        assertThat(other.root()).isEqualTo(tree.root());
    }

    @Provide
    Arbitrary<List<Map.Entry<Digest, Optional<Integer>>>> changes() {
        return Arbitraries.entries(
                        keys(), Arbitraries.integers().between(0, 999).optional(0.7))
                .list()
                .ofMaxSize(60);
    }

    @Property(tries = 300)
    void provesWhatIsThereAndWhatIsNot(
            @ForAll("changes") List<Map.Entry<Digest, Optional<Integer>>> changes, @ForAll("keys") Digest asked) {
        SparseTree<Bytes> tree = EMPTY;
        for (Map.Entry<Digest, Optional<Integer>> change : changes) {
            tree = tree.with(change.getKey(), value(change.getValue().orElse(0)));
        }
        SparseProof proof = roundTrip(tree.prove(asked));
        Digest root = tree.root();
        Optional<Bytes> held = tree.get(asked);
        assertThat(proof.excludes(root, asked)).isEqualTo(held.isEmpty());
        held.ifPresent(value -> {
            assertThat(proof.includes(root, asked, Digest.sha256(value))).isTrue();
            assertThat(proof.includes(root, asked, Digest.sha256(value(1_000)))).isFalse();
        });
        assertThat(proof.excludes(key(5_000), asked)).isFalse();
        if (!proof.siblings().isEmpty()) {
            List<Digest> shorter = proof.siblings().subList(1, proof.siblings().size());
            SparseProof cut = new SparseProof(shorter, proof.terminal());
            assertThat(cut.excludes(root, asked)).isFalse();
            held.ifPresent(value ->
                    assertThat(cut.includes(root, asked, Digest.sha256(value))).isFalse());
        }
    }

    /** Without the check that a foreign leaf lies on the key's own path, any leaf would prove the absence of any key. */
    @Test
    void aLeafElsewhereProvesNoAbsence() {
        SparseTree<Bytes> tree = EMPTY;
        for (int i = 0; i < 50; i++) {
            tree = tree.with(key(i), value(i));
        }
        for (int there = 0; there < 50; there++) {
            for (int other = 0; other < 50; other++) {
                assertThat(tree.prove(key(other)).excludes(tree.root(), key(there)))
                        .isFalse();
            }
        }
    }

    @Test
    void refusesPathsThatNoKeyHas() {
        Bytes tooLong = new CanonicalWriter(16).u16(257).toBytes();
        assertThatThrownBy(() -> SparseProof.read(new CanonicalReader(tooLong)))
                .isInstanceOf(MalformedBytesException.class)
                .hasMessageContaining("257 levels");
    }

    private static SparseProof roundTrip(SparseProof proof) {
        CanonicalWriter out = new CanonicalWriter(64);
        proof.write(out);
        CanonicalReader in = new CanonicalReader(out.toBytes());
        SparseProof read = SparseProof.read(in);
        in.end("the proof");
        assertThat(read).isEqualTo(proof);
        return read;
    }
}
