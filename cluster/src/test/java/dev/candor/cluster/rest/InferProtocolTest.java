package dev.candor.cluster.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.InferenceRequest;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Bytes;
import dev.candor.cluster.http.ContentCoding;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests to infer, good and bad, against a real server. */
@Timeout(60)
final class InferProtocolTest {
    private static final String INFER = "/v2/models/echo/infer";
    private static final byte[] FOUR = floats(1, 2, 3, 4);

    private static RestFixture fixture;

    @BeforeAll
    static void start() throws IOException {
        fixture = new RestFixture();
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    @BeforeEach
    void clear() {
        fixture.cluster.requests.clear();
        fixture.cluster.answers = fixture.cluster::echo;
    }

    private static byte[] floats(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return bytes.array();
    }

    private static String x(String rest) {
        return "{\"inputs\":[{\"name\":\"x\"," + rest + "}]}";
    }

    private static final String HEAD = "\"shape\":[1,4],\"datatype\":\"FP32\"";

    /** A JSON header and bytes behind it, sent with the header that tells them apart. */
    private static RawClient.Response binary(String path, String json, byte[] tail, String... headers)
            throws IOException {
        byte[] head = json.getBytes(StandardCharsets.UTF_8);
        byte[] body = Arrays.copyOf(head, head.length + tail.length);
        System.arraycopy(tail, 0, body, head.length, tail.length);
        String[] all = Arrays.copyOf(headers, headers.length + 1);
        all[headers.length] = "Inference-Header-Content-Length: " + head.length;
        return fixture.post(path, body, all);
    }

    private static final String GOLDEN_JSON =
            "{\"model_name\":\"echo\",\"model_version\":\"1.00\",\"id\":\"a \\\"b\\\" é\","
                    + "\"parameters\":{\"candor_request_id\":\"3-0193f0c2-7b1e-7000-8000-000000000001\","
                    + "\"candor_receipt\":\"Q1JDUAEA++/+Pj8=\",\"candor_salt\":\"AAECAwQFBgcICQoLDA0ODw==\"},"
                    + "\"outputs\":[{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[1,4],\"data\":[1.0,-0.0,1.0E10,0.1]}]}";

    @Test
    void answersInExactlyTheseBytes() throws Exception {
        RawClient.Response response = fixture.post(
                INFER,
                "{\"id\":\"a \\\"b\\\" é\",\"inputs\":[{\"name\":\"x\"," + HEAD + ",\"data\":[1,-0.0,1e10,0.1]}]}");
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(GOLDEN_JSON);
        assertThat(response.headers())
                .containsEntry("content-type", "application/json")
                .containsEntry("candor-receipt", "Q1JDUAEA--_-Pj8")
                .containsEntry("candor-request-id", "3-0193f0c2-7b1e-7000-8000-000000000001")
                .containsEntry("server-timing", "queue;dur=0.012, batch;dur=1.000, run;dur=2.500, commit;dur=0.000")
                .doesNotContainKeys("candor-replayed", "inference-header-content-length", "connection");
    }

    @Test
    void answersAReplayInTheSameBytesAndSaysSoInAHeader() throws Exception {
        fixture.cluster.answers = request -> switch (fixture.cluster.echo(request)) {
            case InferenceOutcome.Answered answered ->
                FakeCluster.answered(
                        answered.answer().model(), answered.answer().outputs(), true);
            case InferenceOutcome.Refused refused -> refused;
        };
        RawClient.Response response = fixture.post(
                INFER,
                "{\"id\":\"a \\\"b\\\" é\",\"inputs\":[{\"name\":\"x\"," + HEAD + ",\"data\":[1,-0.0,1e10,0.1]}]}");
        assertThat(response.body()).isEqualTo(GOLDEN_JSON);
        assertThat(response.header("candor-replayed")).isEqualTo("true");
    }

    @Test
    void answersBinaryInExactlyTheseBytes() throws Exception {
        RawClient.Response response = binary(
                INFER,
                x(HEAD + ",\"parameters\":{\"binary_data_size\":16}")
                        .replace("}]}", "}],\"parameters\":{\"binary_data_output\":true}}"),
                FOUR);
        String json = "{\"model_name\":\"echo\",\"model_version\":\"1.00\","
                + "\"parameters\":{\"candor_request_id\":\"3-0193f0c2-7b1e-7000-8000-000000000001\","
                + "\"candor_receipt\":\"Q1JDUAEA++/+Pj8=\",\"candor_salt\":\"AAECAwQFBgcICQoLDA0ODw==\"},"
                + "\"outputs\":[{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[1,4],\"parameters\":{\"binary_data_size\":16}}]}";
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.header("content-type")).isEqualTo("application/octet-stream");
        assertThat(response.header("inference-header-content-length")).isEqualTo(Integer.toString(json.length()));
        assertThat(response.bytes().slice(0, json.length()))
                .isEqualTo(Bytes.wrap(json.getBytes(StandardCharsets.UTF_8)));
        assertThat(response.bytes().slice(json.length(), 16)).isEqualTo(Bytes.wrap(FOUR));
        assertThat(response.bytes().length()).isEqualTo(json.length() + 16);
    }

    static Stream<Arguments> good() {
        return Stream.of(
                arguments("flat data", x(HEAD + ",\"data\":[1,2,3,4]")),
                arguments("nested data", x(HEAD + ",\"data\":[[1,2,3,4]]")),
                arguments("data before its shape", x("\"data\":[[1,2,3,4]]," + HEAD)),
                arguments("data before its name", "{\"inputs\":[{\"data\":[1,2,3,4]," + HEAD + ",\"name\":\"x\"}]}"),
                arguments("numbers with exponents", x(HEAD + ",\"data\":[1.0E0,0.2e1,3,40e-1]")),
                arguments(
                        "nulls for what is optional",
                        "{\"id\":null,\"parameters\":null,\"outputs\":null,\"inputs\":[{\"name\":\"x\",\"parameters\":null,"
                                + HEAD + ",\"data\":[1,2,3,4]}]}"),
                arguments(
                        "fields and parameters nobody knows",
                        "{\"new\":[{\"a\":1}],\"parameters\":{\"mine\":{\"b\":[2]}},\"inputs\":[{\"more\":3,\"parameters\":{\"c\":4},"
                                + "\"name\":\"x\"," + HEAD + ",\"data\":[1,2,3,4]}]}"),
                arguments(
                        "white space",
                        " \r\n\t{ \"inputs\" : [ { \"name\" : \"x\" , " + HEAD
                                + " , \"data\" : [ 1 , 2 , 3 , 4 ] } ] } \n"),
                arguments(
                        "a model's own name for the model",
                        "{\"model_name\":\"mine\",\"inputs\":[{\"name\":\"x\"," + HEAD + ",\"data\":[1,2,3,4]}]}"),
                arguments(
                        "no sequence",
                        "{\"parameters\":{\"sequence_id\":0,\"sequence_start\":false,\"sequence_end\":false},\"inputs\":[{\"name\":\"x\","
                                + HEAD + ",\"data\":[1,2,3,4]}]}"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void good(String what, String body) throws Exception {
        RawClient.Response response = fixture.post(INFER, body);
        assertThat(response.status()).as(response.body()).isEqualTo(200);
        Tensor sent = fixture.cluster.requests.take().inputs().getFirst();
        assertThat(sent).isEqualTo(new Tensor("x", DataType.FP32, Shape.of(1, 4), Bytes.wrap(FOUR)));
    }

    static Stream<Arguments> bad() {
        String infer = "INVALID_REQUEST";
        String tensor = "INVALID_TENSOR";
        return Stream.of(
                arguments("", infer, "JSON object with"),
                arguments("[]", infer, "JSON object with"),
                arguments("{\"inputs\":[", infer, "at byte"),
                arguments("{\"inputs\":[]} x", infer, "not the JSON"),
                arguments("{\"inputs\":[]}{}", infer, "goes on behind"),
                arguments("{}", infer, "no \"inputs\""),
                arguments("{\"inputs\":{}}", infer, "\"inputs\" must be an array"),
                arguments("{\"inputs\":[1]}", infer, "must be an object"),
                arguments("{\"inputs\":[],\"inputs\":[]}", infer, "given twice"),
                arguments("\u00ff{}", infer, "not the JSON"),
                arguments("{\"id\":7,\"inputs\":[]}", infer, "\"id\""),
                arguments("{\"outputs\":{},\"inputs\":[]}", infer, "\"outputs\""),
                arguments("{\"outputs\":[{}],\"inputs\":[]}", infer, "needs a \"name\""),
                arguments(
                        "{\"outputs\":[{\"name\":\"y\"},{\"name\":\"y\"}],\"inputs\":[{\"name\":\"x\"," + HEAD
                                + ",\"data\":[1,2,3,4]}]}",
                        infer,
                        "two outputs"),
                arguments(
                        "{\"inputs\":[{\"name\":\"x\",\"shape\":[0],\"datatype\":\"INT8\",\"data\":[]},"
                                + "{\"name\":\"x\",\"shape\":[0],\"datatype\":\"INT8\",\"data\":[]}]}",
                        infer,
                        "two inputs"),
                arguments("{\"inputs\":[{" + HEAD + ",\"data\":[1,2,3,4]}]}", infer, "no \"name\""),
                arguments(x("\"shape\":[1,4],\"data\":[1,2,3,4]"), tensor, "no \"datatype\""),
                arguments(x("\"datatype\":\"FP32\",\"data\":[1,2,3,4]"), tensor, "no \"shape\""),
                arguments(x(HEAD), tensor, "neither \"data\" nor"),
                arguments(
                        x("\"shape\":[1,4],\"datatype\":\"FLOAT\",\"data\":[1,2,3,4]"), tensor, "must be one of BOOL"),
                arguments(
                        x("\"shape\":[1,-4],\"datatype\":\"FP32\",\"data\":[1,2,3,4]"),
                        infer,
                        "\"shape\" must be a whole number"),
                arguments(
                        x("\"shape\":[1,4.5],\"datatype\":\"FP32\",\"data\":[1]"),
                        infer,
                        "\"shape\" must be a whole number"),
                arguments(
                        x("\"shape\":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1],\"datatype\":\"FP32\",\"data\":[1]"),
                        tensor,
                        "over 16"),
                arguments(
                        x("\"shape\":[2147483647,2147483647,2147483647],\"datatype\":\"FP32\",\"data\":[1]"),
                        tensor,
                        "can be counted"),
                arguments(
                        x("\"shape\":[1000000],\"datatype\":\"FP64\",\"data\":[1]"),
                        tensor,
                        "more than the body can hold"),
                arguments(x(HEAD + ",\"data\":7"), tensor, "must be an array"),
                arguments(x(HEAD + ",\"data\":[1,2,3]"), tensor, "has 3 elements"),
                arguments(x(HEAD + ",\"data\":[1,2,3,4,5]"), tensor, "more than the 4"),
                arguments(x(HEAD + ",\"data\":[[1,2],[3,4]]"), tensor, "says 4"),
                arguments(x(HEAD + ",\"data\":[[1,2,3,4],[5,6,7,8]]"), tensor, "at least 2 entries in dimension 0"),
                arguments(x(HEAD + ",\"data\":[[[1,2,3,4]]]"), tensor, "nested deeper"),
                arguments(x(HEAD + ",\"data\":[[1,2,3,4],5]"), tensor, "entries in dimension 0"),
                arguments(x("\"shape\":[2,2],\"datatype\":\"FP32\",\"data\":[[1,2],3]"), tensor, "a value where"),
                arguments(x(HEAD + ",\"data\":[1,2,3,\"4\"]"), tensor, "element 3 must be a number"),
                arguments(x(HEAD + ",\"data\":[1,2,3,null]"), tensor, "element 3 must be a number"),
                arguments(x(HEAD + ",\"data\":[1,2,3,{}]"), tensor, "not an array or object"),
                arguments(x(HEAD + ",\"data\":[1,[2],3,4]"), tensor, "not an array or object"),
                arguments(x(HEAD + ",\"data\":[1,2,3,NaN]"), infer, "not the JSON"),
                arguments(x(HEAD + ",\"data\":[1,2,3,\"NaN\"]"), tensor, "must be a number"),
                arguments(x(HEAD + ",\"data\":[1,2,3,1e39]"), tensor, "beyond the range of FP32"),
                arguments(x(HEAD + ",\"data\":[1,2,3,-Infinity]"), infer, "not the JSON"),
                arguments(x(HEAD + ",\"data\":[1,2,3,01]"), infer, "not the JSON"),
                arguments(x("\"shape\":[1],\"datatype\":\"INT8\",\"data\":[128]"), tensor, "between -128 and 127"),
                arguments(x("\"shape\":[1],\"datatype\":\"UINT8\",\"data\":[-1]"), tensor, "between 0 and 255"),
                arguments(
                        x("\"shape\":[1],\"datatype\":\"INT64\",\"data\":[9223372036854775808]"),
                        tensor,
                        "range of INT64"),
                arguments(
                        x("\"shape\":[1],\"datatype\":\"UINT64\",\"data\":[18446744073709551616]"),
                        tensor,
                        "range of UINT64"),
                arguments(
                        x("\"shape\":[1],\"datatype\":\"INT32\",\"data\":[1.0]"),
                        tensor,
                        "must be an integer for INT32, not 1.0"),
                arguments(x("\"shape\":[1],\"datatype\":\"BOOL\",\"data\":[2]"), tensor, "between 0 and 1"),
                arguments(x("\"shape\":[1],\"datatype\":\"BYTES\",\"data\":[1]"), tensor, "must be a string"),
                arguments(
                        x("\"shape\":[1],\"datatype\":\"BYTES\",\"data\":[\"\\ud800\"]"),
                        tensor,
                        "half a surrogate pair"),
                arguments(x("\"shape\":[1],\"datatype\":\"FP16\",\"data\":[1]"), tensor, "binary tensor extension"),
                arguments(
                        x("\"shape\":[1],\"datatype\":\"FP64\",\"data\":[1e999]"), tensor, "beyond the range of FP64"),
                arguments(x(HEAD + ",\"data\":[1,2,3,4],\"data\":[1,2,3,4]"), tensor, "given twice"),
                arguments(
                        x(HEAD + ",\"data\":[1,2,3,4],\"parameters\":{\"binary_data_size\":16}"),
                        tensor,
                        "both \"data\" and"),
                arguments(
                        x(HEAD + ",\"parameters\":{\"binary_data_size\":16}"),
                        infer,
                        "header Inference-Header-Content-Length is missing"),
                arguments(x(HEAD + ",\"parameters\":{\"binary_data_size\":-1}"), infer, "\"binary_data_size\" must be"),
                arguments(
                        x(HEAD + ",\"parameters\":{\"shared_memory_region\":\"r\"}"),
                        "UNIMPLEMENTED",
                        "shares no memory"),
                arguments("{\"parameters\":7,\"inputs\":[]}", infer, "\"parameters\" must be an object"),
                arguments(
                        "{\"parameters\":{\"priority\":-1},\"inputs\":[]}",
                        infer,
                        "\"priority\" must be a whole number"),
                arguments(
                        "{\"parameters\":{\"timeout\":\"1\"},\"inputs\":[]}",
                        infer,
                        "\"timeout\" must be a whole number"),
                arguments(
                        "{\"parameters\":{\"verification\":\"trust me\"},\"inputs\":[]}",
                        infer,
                        "vanilla, tee or zkml"),
                arguments("{\"parameters\":{\"idempotency_key\":\"\"},\"inputs\":[]}", infer, "1 to 128 printable"),
                arguments(
                        "{\"parameters\":{\"sequence_id\":7},\"inputs\":[]}",
                        "UNIMPLEMENTED",
                        "\"sequence_id\" is not served"),
                arguments("{\"parameters\":{\"binary_data_output\":1},\"inputs\":[]}", infer, "must be true or false"),
                arguments("{\"a\":".repeat(70) + "1" + "}".repeat(70), infer, "nesting depth"));
    }

    @ParameterizedTest(name = "{2}: {0}")
    @MethodSource
    void bad(String body, String code, String sentence) throws Exception {
        RawClient.Response response = fixture.post(INFER, body.getBytes(StandardCharsets.ISO_8859_1));
        assertThat(response.body()).contains("\"code\":\"" + code + "\"");
        assertThat(response.body().replace("\\\"", "\"")).contains(sentence);
        assertThat(response.status()).isEqualTo(ErrorCode.valueOf(code).httpStatus());
        assertThat(fixture.cluster.requests).isEmpty();
    }

    static Stream<Arguments> badBinary() {
        String json = x(HEAD + ",\"parameters\":{\"binary_data_size\":16}");
        return Stream.of(
                arguments(json, 15, "cut off"),
                arguments(json, 17, "1 bytes follow"),
                arguments(json.replace("16", "12"), 12, "takes 16 bytes, there are 12"),
                arguments(json.replace("[1,4]", "[2147483647,2147483647]"), 16, "far more"),
                arguments(json.replace("FP32", "BYTES"), 16, "cut off"),
                arguments(json.replace("FP32", "BOOL").replace("[1,4]", "[16]"), 16, "a BOOL is 0 or 1"));
    }

    @ParameterizedTest(name = "{2}")
    @MethodSource
    void badBinary(String json, int bytes, String sentence) throws Exception {
        byte[] tail = new byte[bytes];
        tail[0] = 9;
        RawClient.Response response = binary(INFER, json, tail);
        assertThat(response.status()).isEqualTo(400);
        assertThat(response.body()).contains(sentence);
        assertThat(fixture.cluster.requests).isEmpty();
    }

    @Test
    void refusesALyingHeaderLength() throws Exception {
        String json = x(HEAD + ",\"parameters\":{\"binary_data_size\":16}");
        for (String lie : List.of("100000", "10", "-1", "x", "", "99999999999")) {
            RawClient.Response response = fixture.post(INFER, json, "Inference-Header-Content-Length: " + lie);
            assertThat(response.status()).as(lie).isEqualTo(400);
        }
    }

    @Test
    void servesARawBinaryRequestAndAnswersInBinary() throws Exception {
        RawClient.Response response =
                fixture.post(INFER, floats(1, 2, 3, 4, 5, 6, 7, 8), "Inference-Header-Content-Length: 0");
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.header("inference-header-content-length")).isNotNull();
        InferenceRequest request = fixture.cluster.requests.take();
        assertThat(request.inputs())
                .containsExactly(
                        new Tensor("x", DataType.FP32, Shape.of(2, 4), Bytes.wrap(floats(1, 2, 3, 4, 5, 6, 7, 8))));
        assertThat(fixture.post("/v2/models/open/infer", new byte[7], "Inference-Header-Content-Length: 0")
                        .status())
                .isEqualTo(200);
        assertThat(fixture.cluster.requests.take().inputs().getFirst().shape()).isEqualTo(Shape.of(1, 7));
        assertThat(fixture.post("/v2/models/text/infer", "héllo", "Inference-Header-Content-Length: 0")
                        .status())
                .isEqualTo(200);
        assertThat(fixture.cluster.requests.take().inputs().getFirst())
                .isEqualTo(new Tensor("x", DataType.BYTES, Shape.of(1), Bytes.ofHex("0600000068c3a96c6c6f")));
        assertThat(fixture.post(INFER, new byte[17], "Inference-Header-Content-Length: 0")
                        .body())
                .contains("INVALID_TENSOR");
        assertThat(fixture.post("/v2/models/pair/infer", new byte[8], "Inference-Header-Content-Length: 0")
                        .body())
                .contains("a model with one input");
        assertThat(fixture.post("/v2/models/none/infer", new byte[8], "Inference-Header-Content-Length: 0")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void passesParametersOn() throws Exception {
        String parameters =
                "\"parameters\":{\"priority\":2,\"timeout\":1500,\"verification\":\"zkml\",\"idempotency_key\":\"k 1\"},";
        String body = "{" + parameters + "\"outputs\":[{\"name\":\"d\"},{\"name\":\"c\"}],\"inputs\":["
                + "{\"name\":\"a\",\"shape\":[1,2],\"datatype\":\"INT32\",\"data\":[1,-2]},"
                + "{\"name\":\"b\",\"shape\":[1],\"datatype\":\"BOOL\",\"data\":[true]}]}";
        assertThat(fixture.post("/v2/models/pair/versions/1.00/infer", body, "Idempotency-Key: k 1")
                        .status())
                .isEqualTo(200);
        InferenceRequest request = fixture.cluster.requests.take();
        assertThat(request.model()).isEqualTo("pair");
        assertThat(request.version()).isEqualTo("1.00");
        assertThat(request.priority()).isEqualTo(2);
        assertThat(request.timeout()).contains(Duration.ofNanos(1_500_000));
        assertThat(request.mode()).isEqualTo(VerificationMode.ZKML);
        assertThat(request.idempotencyKey()).contains("k 1");
        assertThat(request.outputs()).containsExactly("d", "c");
        assertThat(fixture.cluster.callers.take().name()).isEqualTo("anonymous");
    }

    @Test
    void refusesTwoKeysThatDiffer() throws Exception {
        String body = "{\"parameters\":{\"idempotency_key\":\"a\"},\"inputs\":[{\"name\":\"x\"," + HEAD
                + ",\"data\":[1,2,3,4]}]}";
        assertThat(fixture.post(INFER, body, "Idempotency-Key: b").body()).contains("differ");
        assertThat(fixture.post(INFER, body, "Idempotency-Key: " + "a".repeat(129))
                        .status())
                .isEqualTo(400);
        fixture.post(INFER, x(HEAD + ",\"data\":[1,2,3,4]"), "Idempotency-Key: c");
        assertThat(fixture.cluster.requests.take().idempotencyKey()).contains("c");
        assertThat(fixture.cluster.requests).isEmpty();
    }

    @Test
    void mixesJsonAndBinaryTensors() throws Exception {
        String json =
                "{\"outputs\":[{\"name\":\"c\",\"parameters\":{\"binary_data\":true}},{\"name\":\"d\"}],\"inputs\":["
                        + "{\"name\":\"a\",\"shape\":[1,2],\"datatype\":\"INT32\",\"data\":[[5,6]]},"
                        + "{\"name\":\"b\",\"shape\":[1],\"datatype\":\"BOOL\",\"parameters\":{\"binary_data_size\":1}}]}";
        RawClient.Response response = binary("/v2/models/pair/infer", json, new byte[] {1});
        assertThat(response.status()).as(response.body()).isEqualTo(200);
        int head = Integer.parseInt(response.header("inference-header-content-length"));
        assertThat(response.body()).contains("\"name\":\"d\",\"datatype\":\"BOOL\",\"shape\":[1],\"data\":[true]");
        assertThat(response.bytes().slice(head, 8)).isEqualTo(Bytes.ofHex("0500000006000000"));
    }

    @Test
    void refusesHalfPrecisionInJsonBeforeItCostsAnything() throws Exception {
        String json =
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP16\",\"parameters\":{\"binary_data_size\":4}}]";
        assertThat(binary("/v2/models/half/infer", json + "}", new byte[4]).body())
                .contains("no form in JSON");
        assertThat(fixture.cluster.requests).isEmpty();
        assertThat(binary("/v2/models/half/infer", json + ",\"parameters\":{\"binary_data_output\":true}}", new byte[4])
                        .status())
                .isEqualTo(200);
    }

    @Test
    void classifies() throws Exception {
        String json =
                "{\"outputs\":[{\"name\":\"y\",\"parameters\":{\"classification\":2}}],\"inputs\":[{\"name\":\"x\","
                        + "\"shape\":[2,4],\"datatype\":\"FP32\",\"data\":[0.5,2,0.25,1,9,9,-1,3]}]}";
        assertThat(fixture.post(INFER, json).body())
                .endsWith("{\"name\":\"y\",\"datatype\":\"BYTES\",\"shape\":[2,2],"
                        + "\"data\":[\"2.000000:1:one\",\"1.000000:3\",\"9.000000:0:zero\",\"9.000000:1:one\"]}]}");
    }

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "DEFLATE"})
    void readsAndWritesCompressedBodies(ContentCoding coding) throws Exception {
        byte[] body = coding.encode(x(HEAD + ",\"data\":[1,2,3,4]").getBytes(StandardCharsets.UTF_8));
        assertThat(fixture.post(INFER, body, "Content-Encoding: " + coding.token())
                        .status())
                .isEqualTo(200);
        byte[] large = x("\"shape\":[500,4],\"datatype\":\"FP32\",\"data\":[" + "1,".repeat(1999) + "1]")
                .getBytes(StandardCharsets.UTF_8);
        RawClient.Response response = fixture.post(
                INFER,
                coding.encode(large),
                "Content-Encoding: " + coding.token(),
                "Accept-Encoding: br, " + coding.token());
        assertThat(response.header("content-encoding")).isEqualTo(coding.token());
        byte[] plain =
                coding.decode(response.bytes().toArray(), response.bytes().length(), 1 << 20, 1000);
        assertThat(new String(plain, StandardCharsets.UTF_8))
                .contains("\"shape\":[500,4]")
                .endsWith("1.0]}]}");
    }

    @Test
    void refusesCompressionBombsAndUnknownCodings() throws Exception {
        byte[] bomb = ContentCoding.GZIP.encode(new byte[64 << 20]);
        assertThat(bomb.length).isLessThan(1 << 20);
        RawClient.Response response = fixture.post(INFER, bomb, "Content-Encoding: gzip");
        assertThat(response.status()).isEqualTo(413);
        assertThat(fixture.post(INFER, new byte[100], "Content-Encoding: gzip").status())
                .isEqualTo(400);
        assertThat(fixture.post(INFER, new byte[100], "Content-Encoding: br").status())
                .isEqualTo(415);
    }

    @Test
    void tellsEveryRefusalOfTheService() throws Exception {
        String body = x(HEAD + ",\"data\":[1,2,3,4]");
        for (ErrorCode code : ErrorCode.values()) {
            fixture.cluster.answers = request -> FakeCluster.refused(
                    new Refusal(code, "why", Optional.of(Duration.ofMillis(1001)), Optional.of(FakeCluster.RECEIPT)));
            RawClient.Response response = fixture.post(INFER, body);
            assertThat(response.status()).isEqualTo(code.httpStatus());
            assertThat(response.body()).isEqualTo("{\"error\":\"why\",\"code\":\"" + code + "\"}");
            assertThat(response.header("retry-after")).isEqualTo("2");
            assertThat(response.header("retry-after-ms")).isEqualTo("1001");
            assertThat(Bytes.wrap(Base64.getUrlDecoder().decode(response.header("candor-receipt"))))
                    .isEqualTo(FakeCluster.RECEIPT);
        }
    }

    @Test
    void readsLargeJsonBodiesAwayFromTheConnections() throws Exception {
        String body = x("\"shape\":[20000,4],\"datatype\":\"FP32\",\"data\":[" + "0.5,".repeat(79_999) + "0.5]");
        RawClient.Response response = fixture.post(INFER, body);
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.body()).endsWith("0.5,0.5]}]}");
        assertThat(fixture.post(INFER, body.substring(1)).status()).isEqualTo(400);
    }

    @Test
    void answersNumbersThatAreNotFiniteAsStrings() throws Exception {
        byte[] odd = floats(Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 1);
        assertThat(binary(INFER, x(HEAD + ",\"parameters\":{\"binary_data_size\":16}"), odd)
                        .body())
                .contains("\"data\":[\"NaN\",\"Infinity\",\"-Infinity\",1.0]");
    }
}
