package dev.candor.persistence.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.actors.inference.Answer;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.MalformedBytesException;
import dev.candor.persistence.fakes.Fakes;
import dev.candor.persistence.partition.PartitionEvent.Entry;
import dev.candor.persistence.partition.PartitionEvent.EntryKey;
import dev.candor.persistence.partition.PartitionEvent.Opened;
import dev.candor.persistence.partition.PartitionEvent.ReceiptsCommitted;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class PartitionCodecTest {
    private static final PartitionEvent RECEIPTS = new ReceiptsCommitted(
            3,
            Fakes.digest("head"),
            List.of(
                    new Entry(Bytes.ofHex("c0ffee"), Optional.empty()),
                    new Entry(
                            Bytes.ofHex("beef"),
                            Optional.of(new EntryKey(Fakes.digest("identity"), Fakes.digest("fingerprint"))))));

    @Test
    void hashesAnEventWithItsDomain() {
        Opened first = new Opened(1, Digest.ZERO);
        Bytes written = Bytes.ofHex("01" + "0000000000000001" + "00".repeat(32));
        assertThat(PartitionCodec.encode(first)).isEqualTo(written);
        assertThat(PartitionCodec.hash(first)).isEqualTo(Digest.sha256(Fakes.bytes("candor-event-v1\0"), written));
        assertThat(PartitionCodec.hash(first))
                .isEqualTo(Digest.ofHex("2d31a92020c473b3df9c951670970f57b149f7d7b191054d22fc1735b4377002"));
        assertThat(PartitionCodec.hash(RECEIPTS))
                .isEqualTo(Digest.ofHex("9b47dab7de8dd67a5caccd8501fb59b5d937a5f94602047e0ce79ed6f6e71b9d"));
    }

    @Test
    void readsWhatItWrote() {
        assertThat(PartitionCodec.decode(PartitionCodec.encode(RECEIPTS))).isEqualTo(RECEIPTS);
        Answer answer = Fakes.answer(3, 7);
        assertThat(AnswerCodec.decode(AnswerCodec.encode(answer), answer.receipt()))
                .isEqualTo(answer);
        LeaseRecord lease = new LeaseRecord("node", 4, 9);
        assertThat(LeaseRecord.decode(lease.encode())).isEqualTo(lease);
        assertThat(lease.encode())
                .isEqualTo(Bytes.ofHex("01" + "00046e6f6465" + "0000000000000004" + "0000000000000009"));
    }

    @Test
    void keepsTheBytesOfAnswers() {
        assertThat(AnswerCodec.encode(Fakes.answer(3, 7)).toHex())
                .isEqualTo("01" + "0003" + "01930000000070008000000000000007" + "00016d" + "0001" + "00"
                        + Fakes.digest("model").toHex() + "00000001"
                        + "000179" + "09" + "02" + "0000000000000001".repeat(2) + "00000008" + "0000000000000007"
                        + "00000010" + "30313233343536373839616263646566");
    }

    @Test
    void refusesUnknownKinds() {
        Bytes unknown = Bytes.ofHex("09" + "00".repeat(40));
        assertThatThrownBy(() -> PartitionCodec.decode(unknown)).hasMessageContaining("kind 9");
        assertThatThrownBy(() -> PartitionCodec.decodeState(unknown)).hasMessageContaining("kind 9");
        assertThatThrownBy(() -> AnswerCodec.decode(unknown, Bytes.EMPTY)).hasMessageContaining("version");
        assertThatThrownBy(() -> LeaseRecord.decode(unknown)).hasMessageContaining("version");
    }

    @Property(tries = 500)
    void refusesEveryTruncationAndExtension(@ForAll @IntRange(min = 0, max = 400) int length) {
        PartitionState state = PartitionState.EMPTY
                .apply(1, new Opened(1, Digest.ZERO))
                .apply(2, PartitionStateTest.receipts(PartitionState.EMPTY.apply(1, new Opened(1, Digest.ZERO)), "a"));
        refuses(PartitionCodec.encode(RECEIPTS), length, PartitionCodec::decode);
        refuses(PartitionCodec.encode(state), length, PartitionCodec::decodeState);
        refuses(AnswerCodec.encode(Fakes.answer(1, 2)), length, bytes -> AnswerCodec.decode(bytes, Bytes.EMPTY));
        refuses(new LeaseRecord("owner", 1, 2).encode(), length, LeaseRecord::decode);
    }

    @Property(tries = 1000)
    void readsHostileBytesOrSaysSo(@ForAll byte[] noise, @ForAll @IntRange(min = 0, max = 3) int kind) {
        byte[] bytes = new byte[noise.length + 1];
        bytes[0] = (byte) kind;
        System.arraycopy(noise, 0, bytes, 1, noise.length);
        readsOrRefuses(Bytes.copyOf(bytes), PartitionCodec::decode);
        readsOrRefuses(Bytes.copyOf(bytes), PartitionCodec::decodeState);
        readsOrRefuses(Bytes.copyOf(bytes), it -> AnswerCodec.decode(it, Bytes.EMPTY));
    }

    private static void refuses(Bytes whole, int length, Consumer<Bytes> decode) {
        if (length == whole.length()) {
            decode.accept(whole);
            return;
        }
        byte[] changed = java.util.Arrays.copyOf(whole.toArray(), length);
        assertThatThrownBy(() -> decode.accept(Bytes.wrap(changed))).isInstanceOf(MalformedBytesException.class);
    }

    private static void readsOrRefuses(Bytes bytes, Consumer<Bytes> decode) {
        try {
            decode.accept(bytes);
        } catch (MalformedBytesException expected) {
            assertThat(expected).hasMessageMatching("(?s).+");
        }
    }
}
