package dev.candor.persistence.ledger.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.actors.wire.MalformedBytesException;
import dev.candor.persistence.ledger.tx.Transaction;
import dev.candor.persistence.ledger.tx.TransactionCodec;
import dev.candor.persistence.ledger.vote.Vote;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

final class WireTest {
    private static final Map<String, WireSamples.Sample> SAMPLES = WireSamples.all();

    @TestFactory
    Stream<DynamicTest> readsWhatItWrote() {
        return SAMPLES.entrySet().stream()
                .map(each -> DynamicTest.dynamicTest(
                        each.getKey(),
                        () -> assertThat(each.getValue()
                                        .again()
                                        .apply(each.getValue().bytes()))
                                .isEqualTo(each.getValue().bytes())));
    }

    @Test
    void theBytesStayAsTheyAre() throws IOException {
        String now = SAMPLES.entrySet().stream()
                .map(each -> each.getKey() + " "
                        + each.getValue().bytes().length() + " "
                        + Digest.sha256(each.getValue().bytes()))
                .collect(Collectors.joining("\n", "", "\n"));
        try (InputStream golden = WireTest.class.getResourceAsStream("/ledger/wire-v1.txt")) {
            assertThat(golden).isNotNull();
            assertThat(now).isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    /** Whatever is read has one form: bytes that are accepted are those that are written again. */
    @TestFactory
    Stream<DynamicTest> changedBytesAreRefusedOrMeanWhatTheySay() {
        return SAMPLES.entrySet().stream()
                .map(each -> DynamicTest.dynamicTest(each.getKey(), () -> {
                    WireSamples.Sample sample = each.getValue();
                    byte[] bytes = sample.bytes().toArray();
                    int step = Math.max(1, bytes.length / 2_000);
                    for (int at = 0; at < bytes.length; at += step) {
                        for (int bit : new int[] {0x01, 0x80, 0xff}) {
                            byte[] changed = bytes.clone();
                            changed[at] ^= (byte) bit;
                            refusedOrCanonical(sample, Bytes.wrap(changed));
                        }
                    }
                    for (int length = 0; length < bytes.length; length += step) {
                        Bytes cut = sample.bytes().slice(0, length);
                        assertThatThrownBy(() -> sample.again().apply(cut)).isInstanceOf(MalformedBytesException.class);
                    }
                    assertThatThrownBy(() -> sample.again()
                                    .apply(new CanonicalWriter(bytes.length + 1)
                                            .raw(sample.bytes())
                                            .u8(0)
                                            .toBytes()))
                            .isInstanceOf(MalformedBytesException.class);
                }));
    }

    @TestFactory
    Stream<DynamicTest> rubbishIsRefused() {
        return SAMPLES.entrySet().stream()
                .map(each -> DynamicTest.dynamicTest(each.getKey(), () -> {
                    Random random = new Random(5);
                    for (int i = 0; i < 5_000; i++) {
                        byte[] rubbish = new byte[random.nextInt(200)];
                        random.nextBytes(rubbish);
                        if (rubbish.length > 0 && i % 2 == 0) {
                            rubbish[0] = (byte) (1 + i % 6);
                        }
                        refusedOrCanonical(each.getValue(), Bytes.wrap(rubbish));
                    }
                }));
    }

    private static void refusedOrCanonical(WireSamples.Sample sample, Bytes changed) {
        try {
            assertThat(sample.again().apply(changed)).isEqualTo(changed);
        } catch (MalformedBytesException e) {
            assertThat(e).hasMessageNotContaining("null");
        }
    }

    @Test
    void refusesMoreThanThereCanBe() {
        assertThatThrownBy(() -> PeerCodec.decode(Bytes.wrap(new byte[PeerCodec.MOST_BYTES + 1])))
                .hasMessageContaining("at most");
        assertThatThrownBy(() -> QueryCodec.blocks(
                        new CanonicalWriter(2).u16(QueryCodec.MOST_BLOCKS + 1).toBytes()))
                .hasMessageContaining("65 blocks");
        assertThatThrownBy(() ->
                        QueryCodec.positions(new CanonicalWriter(2).u16(257).toBytes()))
                .hasMessageContaining("257 partitions");
        assertThatThrownBy(() -> QueryCodec.events(
                        new CanonicalWriter(16).u16(1).u8(0).i64(1).u16(1_025).toBytes()))
                .hasMessageContaining("1025 events");
        assertThatThrownBy(
                        () -> HoldingsCodec.keys(new CanonicalWriter(2).u16(641).toBytes()))
                .hasMessageContaining("641 keys");
        assertThatThrownBy(() -> HoldingsCodec.keys(
                        new CanonicalWriter(40).u16(1).u8(9).digest(Digest.ZERO).toBytes()))
                .hasMessageContaining("no section 9");
    }

    @Test
    void evidenceIsNotHandedInAsATransaction() {
        Transaction evidence = new Transaction.Equivocation(
                WireSamples.vote(Vote.on(Vote.Kind.COMMIT, 1, 0, WireSamples.BLOCK.hash()), 1),
                WireSamples.vote(Vote.on(Vote.Kind.COMMIT, 1, 0, Digest.ZERO), 1));
        assertThatThrownBy(() -> QueryCodec.transaction(TransactionCodec.encode(evidence)))
                .isInstanceOf(MalformedBytesException.class)
                .hasMessageContaining("has a signer");
    }
}
