package dev.candor.cluster.grpc;

import static dev.candor.cluster.grpc.GrpcFixture.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.Tensor;
import dev.candor.protocol.inference.InferTensorContents;
import dev.candor.protocol.inference.ModelInferRequest;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GrpcTensorsTest {
    private static ModelInferRequest typed(String datatype, long size, Consumer<InferTensorContents.Builder> contents) {
        ModelInferRequest.Builder request = request("m", "x", datatype, size);
        contents.accept(request.getInputsBuilder(0).getContentsBuilder());
        return request.build();
    }

    private static String bytes(ModelInferRequest request) {
        return GrpcTensors.inputs(request).getFirst().data().toHex();
    }

    private static void assertRefused(ErrorCode code, String words, ModelInferRequest request) {
        assertThatThrownBy(() -> GrpcTensors.inputs(request))
                .isInstanceOfSatisfying(RefusedException.class, refused -> {
                    assertThat(refused.refusal().code()).isEqualTo(code);
                    assertThat(refused.refusal().sentence()).contains(words);
                });
    }

    @Test
    void writesTypedContentsLittleEndian() {
        assertThat(bytes(typed("BOOL", 2, c -> c.addBoolContents(true).addBoolContents(false))))
                .isEqualTo("0100");
        assertThat(bytes(typed("INT8", 2, c -> c.addIntContents(-128).addIntContents(127))))
                .isEqualTo("807f");
        assertThat(bytes(typed("INT16", 2, c -> c.addIntContents(-32768).addIntContents(258))))
                .isEqualTo("00800201");
        assertThat(bytes(typed("INT32", 1, c -> c.addIntContents(0x01020304)))).isEqualTo("04030201");
        assertThat(bytes(typed("INT64", 1, c -> c.addInt64Contents(-2)))).isEqualTo("feffffffffffffff");
        assertThat(bytes(typed("UINT8", 2, c -> c.addUintContents(0).addUintContents(255))))
                .isEqualTo("00ff");
        assertThat(bytes(typed("UINT16", 1, c -> c.addUintContents(0xfffe)))).isEqualTo("feff");
        assertThat(bytes(typed("UINT32", 1, c -> c.addUintContents(-1)))).isEqualTo("ffffffff");
        assertThat(bytes(typed("UINT64", 1, c -> c.addUint64Contents(-1)))).isEqualTo("ffffffffffffffff");
        assertThat(bytes(typed("FP32", 1, c -> c.addFp32Contents(1f)))).isEqualTo("0000803f");
        assertThat(bytes(typed("FP64", 1, c -> c.addFp64Contents(1)))).isEqualTo("000000000000f03f");
        assertThat(bytes(typed(
                        "BYTES",
                        2,
                        c -> c.addBytesContents(ByteString.copyFromUtf8("ab")).addBytesContents(ByteString.EMPTY))))
                .isEqualTo("02000000616200000000");
    }

    @Test
    void takesRawContentsAsTheyAre() {
        List<Tensor> inputs = GrpcTensors.inputs(request("m", "x", "FP16", 2, 1)
                .addRawInputContents(ByteString.copyFrom(HexFormat.of().parseHex("00c00040")))
                .build());
        Tensor input = inputs.getFirst();
        assertThat(input.name()).isEqualTo("x");
        assertThat(input.datatype()).isEqualTo(DataType.FP16);
        assertThat(input.shape()).isEqualTo(Shape.of(2, 1));
        assertThat(input.data().toHex()).isEqualTo("00c00040");
    }

    @ParameterizedTest
    @CsvSource({"INT8,128", "INT8,-129", "INT16,32768", "INT16,-32769"})
    void refusesAnIntegerOutsideOfItsDatatype(String datatype, int value) {
        assertRefused(
                ErrorCode.INVALID_TENSOR, "which is no " + datatype, typed(datatype, 1, c -> c.addIntContents(value)));
    }

    @ParameterizedTest
    @CsvSource({"UINT8,256", "UINT8,-1", "UINT16,65536", "UINT16,-1"})
    void refusesAnUnsignedIntegerOutsideOfItsDatatype(String datatype, int value) {
        assertRefused(
                ErrorCode.INVALID_TENSOR, "which is no " + datatype, typed(datatype, 1, c -> c.addUintContents(value)));
    }

    @ParameterizedTest
    @CsvSource({"0", "15", "17", "32"})
    void refusesRawContentsOfTheWrongLength(int length) {
        assertRefused(
                ErrorCode.INVALID_TENSOR,
                "\"x\" does not fit its shape",
                request("m", "x", "FP32", 1, 4)
                        .addRawInputContents(ByteString.copyFrom(new byte[length]))
                        .build());
    }

    @Test
    void refusesRawContentsThatAreNotOneAnInput() {
        ModelInferRequest.Builder two =
                request("m", "x", "UINT8", 1).addRawInputContents(ByteString.copyFrom(new byte[1]));
        two.addInputsBuilder().setName("z").setDatatype("UINT8").addShape(1);
        assertRefused(ErrorCode.INVALID_REQUEST, "raw_input_contents has 1 entries for 2 inputs", two.build());
        ModelInferRequest.Builder both =
                request("m", "x", "UINT8", 1).addRawInputContents(ByteString.copyFrom(new byte[1]));
        both.getInputsBuilder(0).getContentsBuilder().addUintContents(1);
        assertRefused(ErrorCode.INVALID_REQUEST, "send one of the two", both.build());
    }

    @Test
    void refusesContentsOfAnotherDatatypeOrCount() {
        assertRefused(
                ErrorCode.INVALID_TENSOR,
                "has 0 elements in the contents of FP32, its shape [1] needs 1",
                typed("FP32", 1, c -> c.addFp64Contents(1)));
        assertRefused(
                ErrorCode.INVALID_TENSOR,
                "has 2 elements",
                typed("INT64", 3, c -> c.addInt64Contents(1).addInt64Contents(2)));
        for (String half : List.of("FP16", "BF16")) {
            assertRefused(
                    ErrorCode.INVALID_TENSOR,
                    "only raw_input_contents can carry",
                    typed(half, 1, c -> c.addFp32Contents(1)));
        }
    }

    @Test
    void refusesUnknownDatatypes() {
        for (String datatype : List.of("", "fp32", "FP8", "STRING")) {
            assertRefused(
                    ErrorCode.INVALID_TENSOR,
                    "has datatype \"" + datatype + "\"",
                    request("m", "x", datatype, 1).build());
        }
    }

    @Test
    void refusesShapesThatNoTensorHas() {
        assertRefused(
                ErrorCode.INVALID_TENSOR,
                "dimension -1",
                request("m", "x", "FP32", -1, 4).build());
        assertRefused(
                ErrorCode.INVALID_TENSOR,
                "more than 2^60 elements",
                request("m", "x", "FP32", 1L << 31, 1L << 31).build());
        assertRefused(
                ErrorCode.INVALID_TENSOR,
                "has 0 elements",
                request("m", "x", "FP32", 1L << 29, 1L << 29).build());
        assertRefused(
                ErrorCode.INVALID_TENSOR,
                "dimensions; at most " + Shape.MAX_RANK,
                request("m", "x", "FP32", new long[Shape.MAX_RANK + 1]).build());
    }
}
