package dev.candor.actors.receipt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.value.RequestId;
import dev.candor.actors.wire.MalformedBytesException;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class ReceiptTest {
    private static final ReceiptLeaf LEAF = ReceiptFixtures.leaf(3);
    private static final Bytes RECEIPT = ReceiptFixtures.batch(7).get(3);

    @Test
    void leafHasTheSpecifiedBytes() {
        String expected = "01" // version
                + LEAF.network().toHex()
                + LEAF.keyId().toHex()
                + "03" // partition
                + "0193f0c2000070038000000000000003" // uuid
                + LEAF.caller().toHex()
                + "0009" // name
                + "6d6e6973742d6d6c70"
                + "0001" // major
                + "03" // minor
                + LEAF.model().contentId().toHex()
                + LEAF.requestDigest().toHex()
                + LEAF.answerDigest().toHex()
                + "00" // requested
                + "00" // achieved
                + "01" // arithmetic
                + "0005" // device
                + "6370753a33"
                + "0000019b7ca98c91"; // answered at
        assertThat(LEAF.toBytes().toHex()).isEqualTo(expected);
    }

    @Test
    void receiptHasTheSpecifiedBytes() {
        Bytes leaf = LEAF.toBytes();
        List<Digest> path = MerkleTree.of(ReceiptFixtures.leaves(7).stream()
                        .map(ReceiptLeaf::toBytes)
                        .toList())
                .path(3);
        String expected = "43524350" // CRCP
                + "01"
                + String.format("%08x", leaf.length())
                + leaf.toHex()
                + "00000003"
                + "00000007"
                + "03"
                + path.get(0).toHex()
                + path.get(1).toHex()
                + path.get(2).toHex()
                + Receipt.parse(RECEIPT).signature().toHex();
        assertThat(RECEIPT.toHex()).isEqualTo(expected);
    }

    @Test
    void signsTheSpecifiedMessage() {
        assertThat(Receipt.signedMessage(ReceiptFixtures.NETWORK, Digest.ZERO, 7, LEAF.keyId())
                        .toHex())
                .isEqualTo("63616e646f722d62617463682d763100"
                        + ReceiptFixtures.NETWORK.toHex()
                        + "00".repeat(32)
                        + "00000007"
                        + LEAF.keyId().toHex());
    }

    @Test
    void comesBackAsItWent() {
        assertThat(ReceiptLeaf.parse(LEAF.toBytes())).isEqualTo(LEAF);
        assertThat(Receipt.parse(RECEIPT).toBytes()).isEqualTo(RECEIPT);
        assertThat(Receipt.parse(RECEIPT).leaf()).isEqualTo(LEAF);
    }

    @Test
    void theLargestReceiptFits() {
        ReceiptLeaf large = new ReceiptLeaf(
                Digest.ZERO,
                Digest.ZERO,
                new RequestId(255, new UUID(-1, -1)),
                Digest.ZERO,
                new ModelRef("\u00fc".repeat(256), new ModelVersion(9999, 99), Digest.ZERO),
                Digest.ZERO,
                Digest.ZERO,
                VerificationMode.ZKML,
                VerificationMode.TEE,
                ReceiptLeaf.Arithmetic.EXACT,
                "d".repeat(64),
                253_402_300_799_999L,
                true);
        Receipt receipt = new Receipt(
                large,
                Receipt.MAX_TREE_SIZE - 1,
                Receipt.MAX_TREE_SIZE,
                IntStream.range(0, Receipt.MAX_PATH).mapToObj(i -> Digest.ZERO).toList(),
                Bytes.wrap(new byte[Receipt.SIGNATURE_SIZE]));
        Bytes bytes = receipt.toBytes();
        assertThat(bytes.length()).isEqualTo(Receipt.MAX_SIZE);
        assertThat(Receipt.parse(bytes)).isEqualTo(receipt);
        assertThatThrownBy(() -> Receipt.parse(Bytes.wrap(new byte[Receipt.MAX_SIZE + 1])))
                .isInstanceOf(MalformedBytesException.class)
                .hasMessageContaining("at most 1399 bytes");
    }

    @Test
    void refusesWhatTheBytesCannotSay() {
        assertThatThrownBy(() -> named("")).hasMessageContaining("1 to 512 bytes");
        assertThatThrownBy(() -> named("\u00fc".repeat(257))).hasMessageContaining("1 to 512 bytes");
        Receipt receipt = Receipt.parse(RECEIPT);
        assertThatThrownBy(() -> new Receipt(LEAF, 0, 0, List.of(), receipt.signature()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Receipt(LEAF, 0, Receipt.MAX_TREE_SIZE + 1, List.of(), receipt.signature()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Receipt(LEAF, 0, 1, List.of(), Bytes.EMPTY))
                .hasMessageContaining("64 bytes");
    }

    @Test
    void refusesEveryPrefixAndEveryExtension() {
        for (int length = 0; length < RECEIPT.length(); length++) {
            Bytes prefix = RECEIPT.slice(0, length);
            assertThatThrownBy(() -> Receipt.parse(prefix)).isInstanceOf(MalformedBytesException.class);
        }
        assertThatThrownBy(() -> Receipt.parse(Bytes.ofHex(RECEIPT.toHex() + "00")))
                .isInstanceOf(MalformedBytesException.class)
                .hasMessageContaining("follow the end of the receipt");
        Bytes leaf = LEAF.toBytes();
        for (int length = 0; length < leaf.length(); length++) {
            Bytes prefix = leaf.slice(0, length);
            assertThatThrownBy(() -> ReceiptLeaf.parse(prefix)).isInstanceOf(MalformedBytesException.class);
        }
        assertThatThrownBy(() -> ReceiptLeaf.parse(Bytes.ofHex(leaf.toHex() + "00")))
                .hasMessageContaining("follow the end of the leaf");
    }

    @Test
    void refusesOverlongUtf8() {
        // C1 AD is an overlong "m": decoded leniently, two receipts would say the same.
        String hex = LEAF.toBytes().toHex().replace("00096d6e", "000ac1ad6e");
        assertThatThrownBy(() -> ReceiptLeaf.parse(Bytes.ofHex(hex))).hasMessageContaining("UTF-8");
    }

    @Test
    void namesTheFieldThatIsWrong() {
        record Wrong(String from, String to, String named) {}
        String hex = LEAF.toBytes().toHex();
        Stream.of(
                        new Wrong("0000010005", "0300010005", "requested mode"),
                        new Wrong("0000010005", "0004010005", "achieved mode"),
                        new Wrong("0000010005", "0000020005", "arithmetic"),
                        new Wrong("000103cd36", "000003cd36", "version"),
                        new Wrong("0000019b7ca98c91", "f000019b7ca98c91", "answered at"))
                .forEach(wrong -> assertThatThrownBy(
                                () -> ReceiptLeaf.parse(Bytes.ofHex(changed(hex, wrong.from(), wrong.to()))))
                        .as(wrong.named())
                        .isInstanceOf(MalformedBytesException.class)
                        .hasMessageContaining(wrong.named()));
    }

    @Test
    void aCachedAnswerIsALeafOfVersion2() {
        ReceiptLeaf cached = ReceiptFixtures.cached(LEAF);
        String plain = LEAF.toBytes().toHex();
        assertThat(cached.toBytes().toHex()).isEqualTo("02" + plain.substring(2) + "01");
        assertThat(ReceiptLeaf.parse(cached.toBytes())).isEqualTo(cached);
        for (String wrong : List.of(
                "02" + plain.substring(2),
                "01" + plain.substring(2) + "01",
                "02" + plain.substring(2) + "00",
                "02" + plain.substring(2) + "02",
                "03" + plain.substring(2) + "01")) {
            assertThatThrownBy(() -> ReceiptLeaf.parse(Bytes.ofHex(wrong))).isInstanceOf(MalformedBytesException.class);
        }
        assertThat(Receipt.saysCached(RECEIPT)).isFalse();
        assertThat(Receipt.saysCached(
                        Receipt.write(cached.toBytes(), 0, 1, List.of(), Bytes.wrap(new byte[Receipt.SIGNATURE_SIZE]))))
                .isTrue();
        assertThat(Receipt.saysCached(Bytes.EMPTY)).isFalse();
    }

    /** What is accepted has one form only: it is written back to the same bytes. */
    @Property(tries = 3_000)
    void whatIsReadIsWrittenBackTheSame(
            @ForAll @Size(min = 1, max = 4) List<Integer> places, @ForAll byte change, @ForAll byte other) {
        byte[] bytes = RECEIPT.toArray();
        for (int place : places) {
            bytes[Math.floorMod(place, bytes.length)] = place % 2 == 0 ? change : other;
        }
        Bytes mutated = Bytes.wrap(bytes);
        try {
            assertThat(Receipt.parse(mutated).toBytes()).isEqualTo(mutated);
        } catch (MalformedBytesException e) {
            assertThat(e).hasMessageMatching("(?s).{10,}");
        }
    }

    @Property(tries = 2_000)
    void anyBytesAreReadOrRefused(@ForAll byte[] bytes) {
        try {
            Receipt.parse(Bytes.copyOf(bytes));
        } catch (MalformedBytesException e) {
            assertThat(e).hasMessageMatching("(?s).{10,}");
        }
    }

    private static String changed(String hex, String from, String to) {
        assertThat(hex).contains(from);
        return hex.replace(from, to);
    }

    private static ReceiptLeaf named(String name) {
        return new ReceiptLeaf(
                LEAF.network(),
                LEAF.keyId(),
                LEAF.id(),
                LEAF.caller(),
                new ModelRef(name, LEAF.model().version(), LEAF.model().contentId()),
                LEAF.requestDigest(),
                LEAF.answerDigest(),
                LEAF.requested(),
                LEAF.achieved(),
                LEAF.arithmetic(),
                LEAF.device(),
                LEAF.answeredAt());
    }
}
