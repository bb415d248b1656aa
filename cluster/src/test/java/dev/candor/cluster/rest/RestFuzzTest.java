package dev.candor.cluster.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.actors.inference.InferenceRequest;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.model.ModelSpecJson;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.Tensor;
import dev.candor.cluster.http.ContentCoding;
import dev.candor.cluster.http.Utf8Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever bytes come, the parsers make a request of them that keeps its promises, or refuse it; what they allocate follows the bytes and the limits.
 * {@code scripts/long/fuzz} looks for new inputs; otherwise the known ones run.
 */
final class RestFuzzTest {
    private static final int LIMIT = 1 << 16;

    @FuzzTest(maxDuration = "10s")
    void json(byte[] body) {
        try {
            InferenceRequest request = InferRequestReader.read("m", "", body, body.length, -1, null, LIMIT)
                    .request();
            long bytes = 0;
            for (Tensor input : request.inputs()) {
                bytes += input.data().length();
                readsBack(input);
            }
            assertThat(bytes).isLessThanOrEqualTo(LIMIT);
        } catch (RefusedException refused) {
            assertThat(refused.refusal().sentence()).isNotBlank();
        }
    }

    /** The first two bytes are the header that says where the JSON ends. */
    @FuzzTest(maxDuration = "10s")
    void binary(byte[] input) {
        if (input.length < 2) {
            return;
        }
        int jsonLength = (input[0] & 0xff) | ((input[1] & 0xff) << 8);
        byte[] body = new byte[input.length - 2];
        System.arraycopy(input, 2, body, 0, body.length);
        try {
            InferenceRequest request = InferRequestReader.read("m", "", body, body.length, jsonLength, null, LIMIT)
                    .request();
            for (Tensor tensor : request.inputs()) {
                if (tensor.datatype() == DataType.BYTES) {
                    assertThat(texts(tensor)).isEqualTo(tensor.shape().elements());
                }
            }
        } catch (RefusedException refused) {
            assertThat(refused.refusal().sentence()).isNotBlank();
        }
    }

    @FuzzTest(maxDuration = "10s")
    void rawBody(FuzzedDataProvider data) {
        DataType type = data.pickValue(DataType.values());
        long[] dimensions = new long[data.consumeInt(1, 4)];
        for (int axis = 0; axis < dimensions.length; axis++) {
            dimensions[axis] = data.consumeInt(-1, 5);
        }
        ModelSpec spec = FakeCluster.spec(
                List.of(FakeCluster.tensor("x", type, dimensions)), List.of(FakeCluster.tensor("y", type, dimensions)));
        byte[] body = data.consumeRemainingAsBytes();
        try {
            Tensor tensor = BinaryTensors.ofRawBody(spec, body, body.length);
            assertThat(Shape.of(dimensions).admits(tensor.shape())).isTrue();
        } catch (RefusedException refused) {
            assertThat(refused.refusal().sentence()).isNotBlank();
        }
    }

    @FuzzTest(maxDuration = "10s")
    void compressed(byte[] body) {
        for (ContentCoding coding : List.of(ContentCoding.GZIP, ContentCoding.DEFLATE)) {
            try {
                assertThat(coding.decode(body, body.length, LIMIT, 1).length).isLessThanOrEqualTo(LIMIT);
            } catch (RefusedException refused) {
                assertThat(refused.refusal().sentence()).isNotBlank();
            }
        }
    }

    static Stream<byte[]> administration() {
        return Stream.of(
                        "{\"weights\":{\"1.02\":90,\"1.03\":10}}",
                        "{\"content_id\":\"" + "ab".repeat(32)
                                + "\",\"version\":\"1.00\",\"spec\":{\"max_batch_size\":8,"
                                + "\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[-1,4]}],"
                                + "\"outputs\":[{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[-1,2]}]}}")
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    /** Bodies of an administrator. */
    @MethodSource("administration")
    @FuzzTest(maxDuration = "10s")
    void bodies(byte[] body) {
        List<Consumer<ObjectNode>> readers = List.of(
                SplitJson::read,
                tree -> ModelSpecJson.read(tree.path("spec")),
                tree -> Registration.text(tree, "version"));
        for (Consumer<ObjectNode> reader : readers) {
            try {
                reader.accept(Json.readObject(body, body.length));
            } catch (RefusedException refused) {
                assertThat(refused.refusal().sentence()).isNotBlank();
            }
        }
    }

    /** What was read from JSON and is rendered again reads as the same tensor. */
    private static void readsBack(Tensor tensor) {
        Utf8Buffer out = new Utf8Buffer();
        out.raw(Utf8Buffer.ascii("{\"inputs\":[{\"name\":")).jsonString(tensor.name());
        out.raw(("," + "\"datatype\":\"" + tensor.datatype() + "\",\"shape\":" + tensor.shape() + ",\"data\":")
                .getBytes(StandardCharsets.UTF_8));
        TensorRenderer.render(tensor, out);
        out.raw(Utf8Buffer.ascii("}]}"));
        byte[] again = out.toArray();
        assertThat(InferRequestReader.read("m", "", again, again.length, -1, null, LIMIT)
                        .request()
                        .inputs())
                .containsExactly(tensor);
    }

    private static long texts(Tensor tensor) {
        ByteBuffer in = tensor.data().asBuffer().order(ByteOrder.LITTLE_ENDIAN);
        long count = 0;
        while (in.hasRemaining()) {
            in.position(in.getInt() + in.position());
            count++;
        }
        return count;
    }
}
