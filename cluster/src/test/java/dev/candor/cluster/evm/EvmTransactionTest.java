package dev.candor.cluster.evm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The parsers of what wallets send, against what wallets made. */
final class EvmTransactionTest {
    private static EvmTransaction read(String name) {
        return EvmTransaction.read(EvmVectors.bytes("/" + name + "/raw"), EvmVectors.chain());
    }

    @ParameterizedTest
    @ValueSource(strings = {"legacy", "eip2930", "eip1559"})
    void readsWhatWalletsSignAndFindsWhoSignedIt(String name) {
        EvmTransaction transaction = read(name);
        assertThat("0x" + transaction.signer().toHex()).isEqualTo(EvmVectors.text("/address"));
        assertThat("0x" + transaction.hash().toHex()).isEqualTo(EvmVectors.text("/" + name + "/hash"));
        assertThat("0x" + transaction.data().toHex()).isEqualTo(EvmVectors.text("/calldata"));
        assertThat(transaction.to()).isEqualTo(InferenceContract.ADDRESS);
        assertThat(transaction.nonce())
                .isEqualTo(List.of("legacy", "eip2930", "eip1559").indexOf(name));
        assertThat(transaction.gas()).isEqualTo(BigInteger.valueOf(1_000_000));
    }

    @Test
    void refusesOtherChainsByName() {
        assertThatThrownBy(() -> read("other_chain"))
                .hasMessageContaining("invalid chain id for signer: have 1 want " + EvmVectors.chain());
        assertThatThrownBy(() -> read("any_chain")).hasMessageContaining("EIP-155");
    }

    /** Of any change to a transaction's bytes another signer comes out, or none; never the same. */
    @Test
    void aChangedTransactionIsNotItsSigners() {
        byte[] raw = EvmVectors.bytes("/eip1559/raw").toArray();
        for (int at = 0; at < raw.length; at++) {
            byte[] changed = raw.clone();
            changed[at] ^= 1;
            try {
                EvmTransaction read = EvmTransaction.read(Bytes.wrap(changed), EvmVectors.chain());
                assertThat("0x" + read.signer().toHex()).as("byte %s", at).isNotEqualTo(EvmVectors.text("/address"));
            } catch (RefusedException refused) {
                assertThat(refused.refusal().code()).isIn(ErrorCode.INVALID_REQUEST, ErrorCode.UNAUTHENTICATED);
            }
        }
    }

    /** (r, n - s) signs the same with the other parity; only the small s counts, so that a transaction has one hash. */
    @Test
    void refusesTheMirrorImageOfASignature() {
        List<Rlp.Item> fields = Rlp.list(EvmVectors.bytes("/eip1559/raw")
                .slice(1, EvmVectors.bytes("/eip1559/raw").length() - 1));
        BigInteger n = new BigInteger("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16);
        List<Bytes> encoded =
                new ArrayList<>(fields.stream().map(Rlp.Item::encoded).toList());
        encoded.set(9, Rlp.number(BigInteger.ONE.subtract(fields.get(9).number("", 1))));
        encoded.set(11, Rlp.number(n.subtract(fields.get(11).number("", 32))));
        byte[] list = Rlp.list(encoded);
        byte[] raw = new byte[list.length + 1];
        raw[0] = 2;
        System.arraycopy(list, 0, raw, 1, list.length);
        assertThatThrownBy(() -> EvmTransaction.read(Bytes.wrap(raw), EvmVectors.chain()))
                .hasMessageContaining("invalid sender");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "c0",
                "80",
                "01",
                "02c0",
                "05c0",
                "7f",
                "f800",
                "f90001c0",
                "c18100",
                "c2820001",
                "bf",
                "c3",
                "ffffffffffffffffff",
                "c0c0",
                "b800"
            })
    void refusesWhatIsNoTransaction(String hex) {
        assertThatThrownBy(() -> EvmTransaction.read(Bytes.ofHex(hex), 1)).isInstanceOf(RefusedException.class);
    }

    @Test
    void numbersHaveOneForm() {
        for (long value : new long[] {0, 1, 127, 128, 255, 256, Long.MAX_VALUE}) {
            Bytes list = Bytes.wrap(Rlp.list(List.of(Rlp.number(BigInteger.valueOf(value)))));
            assertThat(Rlp.list(list).getFirst().number("x", 8)).isEqualTo(BigInteger.valueOf(value));
        }
        assertThatThrownBy(() -> Rlp.list(Bytes.ofHex("c100")).getFirst().number("x", 8))
                .isInstanceOf(RefusedException.class);
    }

    @Test
    void encodesEventsAsTheContractWould() {
        EvmTransaction transaction = read("legacy");
        InferenceContract.Run run = InferenceContract.read(transaction.to(), transaction.data());
        assertThat(run.model()).isEqualTo("echo");
        assertThat(run.numbers().getFirst().shape()).containsExactly(4);
        ByteBuffer data = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        data.putFloat(1).putFloat(2.5f).putFloat(-3).putFloat(16777216);
        List<InferenceContract.Event> events = InferenceContract.events(
                run,
                "3-0193f0c2-7b1e-7000-8000-000000000001",
                List.of(new Tensor("y", DataType.FP32, Shape.of(1, 4), Bytes.wrap(data.array()))),
                Optional.empty());
        assertThat(events)
                .containsExactly(
                        new InferenceContract.Event(
                                InferenceContract.PRECOMPILE,
                                Digest.ofHex(EvmVectors.text("/inference_topic").substring(2)),
                                EvmVectors.bytes("/inference_data")),
                        new InferenceContract.Event(
                                InferenceContract.ADDRESS,
                                Digest.ofHex(EvmVectors.text("/result_topic").substring(2)),
                                EvmVectors.bytes("/result_data")));
    }

    /** Sixteen tensors that all point to one array of many numbers would be read sixteen times. */
    @Test
    void refusesOffsetsThatPointToOnePlaceAgainAndAgain() {
        byte[] data = read("legacy").data().toArray();
        byte[] large = Arrays.copyOf(data, data.length + (1 << 16));
        int input = 4 + 32 * 2;
        int base = 4 + word(data, input);
        int numbers = base + word(data, base);
        put(large, numbers, 1000);
        int pointers = numbers + 32;
        int target = data.length - pointers;
        for (int i = 0; i < 1000; i++) {
            put(large, pointers + 32 * i, target);
        }
        int tensor = data.length;
        put(large, tensor, 96);
        put(large, tensor + 32, 128);
        put(large, tensor + 64, 96);
        put(large, tensor + 96, 0);
        put(large, tensor + 128, 900);
        assertThatThrownBy(() -> InferenceContract.read(InferenceContract.ADDRESS, Bytes.wrap(large)))
                .isInstanceOf(RefusedException.class);
    }

    private static int word(byte[] data, int at) {
        return ByteBuffer.wrap(data).getInt(at + 28);
    }

    private static void put(byte[] data, int at, int value) {
        Arrays.fill(data, at, at + 32, (byte) 0);
        ByteBuffer.wrap(data).putInt(at + 28, value);
    }

    @FuzzTest(maxDuration = "15s")
    void transactions(byte[] raw) {
        try {
            EvmTransaction transaction = EvmTransaction.read(Bytes.copyOf(raw), EvmVectors.chain());
            assertThat(transaction.signer().length()).isEqualTo(20);
        } catch (RefusedException refused) {
            assertThat(refused.refusal().sentence()).isNotBlank();
        }
    }

    @FuzzTest(maxDuration = "15s")
    void calls(byte[] data) {
        try {
            InferenceContract.Run run = InferenceContract.read(InferenceContract.ADDRESS, Bytes.copyOf(data));
            long words = run.numbers().stream()
                            .mapToLong(each ->
                                    2L * each.values().size() + each.shape().size())
                            .sum()
                    + run.strings().stream()
                            .mapToLong(each -> each.values().size())
                            .sum();
            assertThat(words).isLessThanOrEqualTo(data.length / 32 + 1);
        } catch (RefusedException refused) {
            assertThat(refused.refusal().sentence()).isNotBlank();
        }
    }
}
