package dev.candor.actors.receipt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.actors.inference.InferenceRequest;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.wire.MalformedBytesException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ExchangeJsonTest {
    private static final String FILE =
            ExchangeFixtures.all().getFirst().file(0, ReceiptFixtures.batch(1).getFirst());

    static IntStream fixtures() {
        return IntStream.range(0, ExchangeFixtures.all().size());
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void readsTheSameAsTheBinaryForm(int number) {
        ExchangeFixtures fixture = ExchangeFixtures.all().get(number);
        Bytes receipt = Bytes.ofHex("c0ffee");
        ExchangeJson.Exchange exchange = ExchangeJson.read(utf8(fixture.file(number, receipt)));
        InferenceRequest request = exchange.evidence().request().orElseThrow();
        assertThat(Digests.request(request)).isEqualTo(Digests.request(fixture.request()));
        assertThat(request.mode()).isEqualTo(fixture.request().mode());
        List<Tensor> outputs = exchange.evidence().answer().orElseThrow().outputs();
        assertThat(Digests.answer(outputs)).isEqualTo(Digests.answer(fixture.outputs()));
        assertThat(exchange.receipt()).isEqualTo(receipt);
        assertThat(exchange.evidence().salt()).contains(ReceiptFixtures.salt(number));
    }

    @Test
    void readsBodiesOfTheirOwn() {
        ExchangeFixtures fixture = ExchangeFixtures.all().get(1);
        Bytes response = utf8(fixture.responseJson(1, Bytes.ofHex("00")));
        ExchangeJson.Exchange exchange = ExchangeJson.read("lenet5", "stable", utf8(fixture.requestJson()), response);
        assertThat(exchange).isEqualTo(ExchangeJson.read(utf8(fixture.file(1, Bytes.ofHex("00")))));
        assertThat(ExchangeJson.modelOf(response)).isEqualTo("lenet5");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            FP32  | 1e39                        | too large
            FP32  | 3.4028236e38                | too large
            FP16  | 1                           | has no form in JSON
            BF16  | 1                           | has no form in JSON
            FP64  | 1e309                       | too large
            FP32  | "nan"                       | it must be a number
            FP32  | "1.0"                       | it must be a number
            FP32  | true                        | it must be a number
            FP32  | null                        | it must be a number
            FP32  | {}                          | it must be a number
            FP32  | NaN                         | not JSON
            FP32  | 01                          | not JSON
            INT8  | 128                         | between -128 and 127
            INT8  | 1.0                         | integer without fraction
            INT8  | 1e0                         | integer without fraction
            INT8  | "1"                         | integer without fraction
            UINT8 | -1                          | between 0 and 255
            UINT64| 18446744073709551616        | between 0 and 18446744073709551615
            INT64 | 999999999999999999999999999 | integer without fraction
            BOOL  | 2                           | between 0 and 1
            BOOL  | "true"                      | integer without fraction
            BYTES | 1                           | it must be a string
            FP8   | 1                           | unknown datatype
            """)
    void refusesElementsThatDoNotFitTheirType(String datatype, String element, String why) {
        String file = FILE.replace(
                "\"FP32\", \"data\": [[[1, 0.5], [-3.0, 0.1]]]", "\"%s\", \"data\": [%s]".formatted(datatype, element));
        refused(file.replace("[1, 2, 2]", "[1]"), why);
    }

    @Test
    void refusesWhatIsNoExchange() {
        refused("", "must be one JSON object");
        refused("[]", "must be one JSON object");
        refused(FILE + " {}", "must be one JSON object");
        refused(FILE.substring(0, FILE.length() - 1), "not JSON");
        refused("[".repeat(100_000), "not JSON");
        refused(FILE.replace("\"version\"", "\"model\""), "Duplicate");
        refused(FILE.replace("\"model\": \"mnist-mlp\"", "\"model\": 7"), "\"model\" must be there, as a string");
        refused(FILE.replace("\"inputs\"", "\"input\""), "\"inputs\" must be a list");
        refused(FILE.replace("\"outputs\"", "\"output\""), "\"outputs\" must be a list");
        refused(FILE.replace("\"parameters\"", "\"parameter\""), "\"parameters\" must be there");
        refused(FILE.replace("candor_salt", "salt"), "\"candor_salt\" must be there");
        refused(FILE.replace("\"candor_salt\": \"", "\"candor_salt\": \"AAAA"), "a salt has 16");
        refused(FILE.replace("\"candor_receipt\": \"", "\"candor_receipt\": \"!"), "not base64");
        refused(FILE.replace("[1, 2, 2]", "[1, 2, 3]"), "needs 24 bytes");
        refused(FILE.replace("[1, 2, 2]", "[1, 4294967296, 4294967296]"), "overflow");
        refused(FILE.replace("[1, 2, 2]", "[1, -4]"), "between 0");
        refused(FILE.replace("[1, 2, 2]", "[" + "1,".repeat(16) + "4]"), "at most 16 dimensions");
        refused(FILE.replace("[1, 2, 2]", "7"), "needs a list");
        refused(
                FILE.replace(
                        "\"shape\": [1, 2, 2]", "\"shape\": [1, 2, 2], \"parameters\": {\"binary_data_size\": 16}"),
                "behind the JSON");
        refused(FILE.replace("\"data\": [[[1, 0.5], [-3.0, 0.1]]]", "\"raw\": \"AA\""), "not base64");
        refused(FILE.replace("\"data\": [[[1, 0.5], [-3.0, 0.1]]]", "\"raw\": \"AAAA\""), "needs 16 bytes");
        refused(FILE.replace("\"data\": [[[1, 0.5], [-3.0, 0.1]]]", "\"data\": 7"), "needs a list");
        refused(
                FILE.replace("\"request\": {", "\"request\": {\"parameters\": {\"verification\": \"magic\"},"),
                "the modes are vanilla, tee and zkml");
    }

    @ParameterizedTest
    @ValueSource(ints = {ExchangeJson.MAX_SIZE + 1})
    void refusesHugeFiles(int size) {
        assertThatThrownBy(() -> ExchangeJson.read(Bytes.wrap(new byte[size]))).hasMessageContaining("at most");
    }

    /** What Java prints for a float comes back as the same float. */
    @Property(tries = 2_000)
    void floatsSurviveTheirText(@ForAll int bits) {
        float value = Float.intBitsToFloat(bits);
        String text =
                Float.isNaN(value) ? "\"NaN\"" : Float.isInfinite(value) ? "\"" + value + "\"" : Float.toString(value);
        String file = FILE.replace("[1, 3]", "[1]").replace("[0.25, 0.01, -2.0]", "[" + text + "]");
        Tensor read = ExchangeJson.read(utf8(file))
                .evidence()
                .answer()
                .orElseThrow()
                .outputs()
                .getFirst();
        assertThat(read.datatype()).isEqualTo(DataType.FP32);
        assertThat(read.data().asBuffer().order(ByteOrder.LITTLE_ENDIAN).getInt())
                .isEqualTo(Float.floatToIntBits(value));
    }

    @Property(tries = 1_000)
    void anyTextIsReadOrRefused(@ForAll String text) {
        try {
            ExchangeJson.read(utf8(text));
        } catch (MalformedBytesException e) {
            assertThat(e).hasMessageMatching("(?s).{10,}");
        }
    }

    private static void refused(String file, String why) {
        assertThatThrownBy(() -> ExchangeJson.read(utf8(file)))
                .as(file.substring(0, Math.min(400, file.length())))
                .isInstanceOf(MalformedBytesException.class)
                .hasMessageContaining(why);
    }

    private static Bytes utf8(String text) {
        return Bytes.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
