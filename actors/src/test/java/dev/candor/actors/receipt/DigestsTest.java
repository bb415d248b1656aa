package dev.candor.actors.receipt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.actors.inference.InferenceRequest;
import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The expected digests were computed by another program, from {@code docs/receipt.md}. */
final class DigestsTest {
    private static final Bytes SALT = Bytes.ofHex("000102030405060708090a0b0c0d0e0f");
    private static final Tensor A = new Tensor("a", DataType.FP32, Shape.of(1, 2), Bytes.ofHex("0000c03f000000c0"));
    private static final Tensor B = new Tensor("b", DataType.INT32, Shape.of(1), Bytes.ofHex("07000000"));

    @Test
    void requestHasTheSpecifiedDigest() {
        assertThat(Digests.request(request("mnist-mlp", "stable", List.of(B, A), List.of("y", "x")))
                        .toHex())
                .isEqualTo("ba2512265acc205c44ca1cb21fbbe1cb14effc2d130be7d4ec1d3585fb64868f");
    }

    @Test
    void answerHasTheSpecifiedDigest() {
        Digest answer = Digests.answer(List.of(floats("0000c07f0000807f00000080")));
        assertThat(answer.toHex()).isEqualTo("340c3b8a80d65d4cbe2cc499d1c6497b33c0d02d8062e1f226085adeeff87faf");
        assertThat(Digests.salted(SALT, answer).toHex())
                .isEqualTo("081631f398a09c746e223065f254a04f0c9623ba7657dac859c07df54289fc08");
    }

    @Test
    void inputsAreSortedByName() {
        assertThat(Digests.request(request("m", "", List.of(A, B), List.of())))
                .isEqualTo(Digests.request(request("m", "", List.of(B, A), List.of())));
    }

    @Test
    void namesAreSortedByTheirBytesInUtf8() {
        // U+FF5E sorts before U+1F600 by bytes, but behind it by UTF-16 units.
        Tensor tilde = new Tensor("\uff5e", DataType.UINT8, Shape.of(1), Bytes.ofHex("01"));
        Tensor smile = new Tensor("\ud83d\ude00", DataType.UINT8, Shape.of(1), Bytes.ofHex("02"));
        assertThat(Digests.request(request("m", "", List.of(smile, tilde), List.of()))
                        .toHex())
                .isEqualTo("c71d4659889c8714507d05aabd04aacda3f5d49d9f81d5f9ed7a124b0fcadeb6");
    }

    @Test
    void whatDoesNotChangeTheAnswerChangesNoDigest() {
        InferenceRequest plain = request("m", "1.00", List.of(A), List.of());
        InferenceRequest other = new InferenceRequest(
                "m",
                "1.00",
                List.of(A),
                List.of(),
                3,
                Optional.of(Duration.ofMillis(5)),
                VerificationMode.VANILLA,
                Optional.of("k"));
        assertThat(Digests.request(other)).isEqualTo(Digests.request(plain));
    }

    @Test
    void everyPartOfARequestChangesItsDigest() {
        Set<Digest> seen = new HashSet<>();
        List<InferenceRequest> requests = List.of(
                request("m", "", List.of(A), List.of()),
                request("n", "", List.of(A), List.of()),
                request("m", "1.00", List.of(A), List.of()),
                request("m1.00", "", List.of(A), List.of()),
                request("m", "", List.of(), List.of()),
                request("m", "", List.of(A, B), List.of()),
                request("m", "", List.of(A, A), List.of()),
                request("m", "", List.of(B), List.of()),
                request("m", "", List.of(A), List.of("y")),
                request("m", "", List.of(A), List.of("y", "x")),
                request("m", "", List.of(A), List.of("x", "y")),
                request("m", "", List.of(A), List.of("yx")),
                request("m", "", List.of(new Tensor("a", DataType.FP32, Shape.of(2, 1), A.data())), List.of()),
                request("m", "", List.of(new Tensor("a", DataType.FP32, Shape.of(2), A.data())), List.of()),
                request("m", "", List.of(new Tensor("a", DataType.UINT32, Shape.of(1, 2), A.data())), List.of()),
                request("m", "", List.of(new Tensor("c", DataType.FP32, Shape.of(1, 2), A.data())), List.of()),
                request(
                        "m",
                        "",
                        List.of(new Tensor("a", DataType.FP32, Shape.of(1, 2), Bytes.ofHex("0000c03f000000c1"))),
                        List.of()),
                new InferenceRequest(
                        "m", "", List.of(A), List.of(), 0, Optional.empty(), VerificationMode.ZKML, Optional.empty()));
        for (InferenceRequest request : requests) {
            assertThat(seen.add(Digests.request(request)))
                    .as(request.toString())
                    .isTrue();
        }
    }

    @Test
    void theOrderOfOutputsChangesTheAnswersDigest() {
        assertThat(Digests.answer(List.of(A, B))).isNotEqualTo(Digests.answer(List.of(B, A)));
    }

    @ParameterizedTest
    @CsvSource({
        "FP16, 003c017c01fc00fc, 003c007e007e00fc",
        "BF16, 803f817f81ff80ff, 803fc07fc07f80ff",
        "FP32, 0000803f0100807f010080ff000080ff, 0000803f0000c07f0000c07f000080ff",
        "FP64, 000000000000f03f010000000000f07f010000000000f0ff000000000000f0ff,"
                + " 000000000000f03f000000000000f87f000000000000f87f000000000000f0ff"
    })
    void nanIsHashedWithoutSignAndPayload(DataType datatype, String given, String hashed) {
        assertThat(Digests.answer(List.of(new Tensor("y", datatype, Shape.of(4), Bytes.ofHex(given)))))
                .isEqualTo(Digests.answer(List.of(new Tensor("y", datatype, Shape.of(4), Bytes.ofHex(hashed)))));
    }

    @Test
    void integersThatLookLikeNanStayAsTheyAre() {
        Tensor one = new Tensor("y", DataType.UINT32, Shape.of(1), Bytes.ofHex("0100807f"));
        Tensor other = new Tensor("y", DataType.UINT32, Shape.of(1), Bytes.ofHex("0000c07f"));
        assertThat(Digests.answer(List.of(one))).isNotEqualTo(Digests.answer(List.of(other)));
    }

    @Test
    void refusesASaltOfAnotherSize() {
        assertThatThrownBy(() -> Digests.salted(Bytes.ofHex("00"), Digest.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("16 bytes");
    }

    private static Tensor floats(String hex) {
        return new Tensor("y", DataType.FP32, Shape.of(1, hex.length() / 8), Bytes.ofHex(hex));
    }

    private static InferenceRequest request(String model, String version, List<Tensor> inputs, List<String> outputs) {
        return new InferenceRequest(
                model, version, inputs, outputs, 0, Optional.empty(), VerificationMode.VANILLA, Optional.empty());
    }
}
