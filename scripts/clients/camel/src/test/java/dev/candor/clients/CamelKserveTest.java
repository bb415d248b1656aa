package dev.candor.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import inference.GrpcPredictV2.InferParameter;
import inference.GrpcPredictV2.ModelInferRequest;
import inference.GrpcPredictV2.ModelInferRequest.InferInputTensor;
import inference.GrpcPredictV2.ModelInferRequest.InferRequestedOutputTensor;
import inference.GrpcPredictV2.ModelInferResponse;
import inference.GrpcPredictV2.ModelMetadataResponse;
import inference.GrpcPredictV2.ModelReadyResponse;
import inference.GrpcPredictV2.ServerLiveResponse;
import inference.GrpcPredictV2.ServerMetadataResponse;
import inference.GrpcPredictV2.ServerReadyResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.zip.GZIPInputStream;
import org.apache.camel.CamelContext;
import org.apache.camel.FluentProducerTemplate;
import org.apache.camel.component.kserve.KServeConstants;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Drives a node with Apache Camel's {@code kserve} component, which brings its own copy of the published interface. The node (system property
 * {@code candor.grpc}, HOST:PORT) serves mnist-mlp; {@code candor.models} is the folder with the digits.
 */
final class CamelKserveTest {
    private static final int PIXELS = 784;
    private static final int DIGITS = 64;
    private static final String MODEL = "mnist-mlp";
    private static final String TARGET = property("candor.grpc");

    private static CamelContext camel;
    private static ByteBuffer images;
    private static byte[] labels;

    private static String property(String name) {
        String value = System.getProperty(name, "");
        assertThat(value).as("system property %s", name).isNotEmpty();
        return value;
    }

    @BeforeAll
    static void start() throws IOException {
        Path models = Path.of(property("candor.models"));
        byte[] pixels = gunzip(models.resolve("digits-test-images.idx3-ubyte.gz"), 16, DIGITS * PIXELS);
        images = ByteBuffer.allocate(4 * pixels.length).order(ByteOrder.LITTLE_ENDIAN);
        for (byte pixel : pixels) {
            images.putFloat((pixel & 0xFF) / 255f);
        }
        images.flip();
        labels = gunzip(models.resolve("digits-test-labels.idx1-ubyte.gz"), 8, DIGITS);
        camel = new DefaultCamelContext();
        camel.start();
    }

    @AfterAll
    static void stop() {
        camel.stop();
    }

    private static byte[] gunzip(Path file, int header, int length) throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            in.skipNBytes(header);
            return in.readNBytes(length);
        }
    }

    private static <T> T call(String api, Map<String, Object> headers, Object body, Class<T> response) {
        try (FluentProducerTemplate template = camel.createFluentProducerTemplate()) {
            return template.to("kserve:" + api + "?target=" + TARGET)
                    .withHeaders(headers)
                    .withBody(body)
                    .request(response);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static ModelInferResponse infer(ModelInferRequest request) {
        return call("infer", Map.of(KServeConstants.MODEL_NAME, MODEL), request, ModelInferResponse.class);
    }

    private static ByteString raw(int items) {
        return ByteString.copyFrom(images.slice(0, 4 * PIXELS * items));
    }

    private static ModelInferRequest.Builder image(int items) {
        return ModelInferRequest.newBuilder()
                .addInputs(InferInputTensor.newBuilder()
                        .setName("image")
                        .setDatatype("FP32")
                        .addShape(items)
                        .addShape(PIXELS))
                .addOutputs(InferRequestedOutputTensor.newBuilder().setName("logits"));
    }

    /** The same as typed contents instead of raw bytes. */
    private static ModelInferRequest typed(int items) {
        ModelInferRequest.Builder request = image(items);
        FloatBuffer values = images.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        for (int i = 0; i < items * PIXELS; i++) {
            request.getInputsBuilder(0).getContentsBuilder().addFp32Contents(values.get(i));
        }
        return request.build();
    }

    private static void assertRefused(Status.Code status, String words, Runnable call) {
        assertThatThrownBy(call::run)
                .rootCause()
                .isInstanceOfSatisfying(StatusRuntimeException.class, refused -> {
                    assertThat(refused.getStatus().getCode()).isEqualTo(status);
                    assertThat(refused.getStatus().getDescription()).contains(words);
                });
    }

    @Test
    void findsTheServerLiveAndReady() {
        assertThat(call("server/live", Map.of(), null, ServerLiveResponse.class).getLive())
                .isTrue();
        assertThat(call("server/ready", Map.of(), null, ServerReadyResponse.class)
                        .getReady())
                .isTrue();
        assertThat(call("server/metadata", Map.of(), null, ServerMetadataResponse.class)
                        .getName())
                .isEqualTo("candor");
    }

    @Test
    void readsTheModelsMetadata() {
        Map<String, Object> model = Map.of(KServeConstants.MODEL_NAME, MODEL, KServeConstants.MODEL_VERSION, "1.00");
        assertThat(call("model/ready", model, null, ModelReadyResponse.class).getReady())
                .isTrue();
        ModelMetadataResponse metadata = call("model/metadata", model, null, ModelMetadataResponse.class);
        assertThat(metadata.getVersionsList()).containsExactly("1.00");
        assertThat(metadata.getInputsList()).singleElement().satisfies(input -> {
            assertThat(input.getName()).isEqualTo("image");
            assertThat(input.getDatatype()).isEqualTo("FP32");
            assertThat(input.getShapeList()).containsExactly(-1L, (long) PIXELS);
        });
        assertThat(metadata.getOutputsList()).singleElement().satisfies(output -> {
            assertThat(output.getName()).isEqualTo("logits");
            assertThat(output.getShapeList()).containsExactly(-1L, 10L);
        });
    }

    @Test
    void classifiesDigitsFromRawAndFromTypedContentsAlike() {
        int items = 32;
        ModelInferResponse answer =
                infer(image(items).setId("camel-1").addRawInputContents(raw(items)).build());
        assertThat(answer.getId()).isEqualTo("camel-1");
        assertThat(answer.getModelName()).isEqualTo(MODEL);
        assertThat(answer.getModelVersion()).isEqualTo("1.00");
        assertThat(answer.getOutputsList())
                .singleElement()
                .satisfies(output -> assertThat(output.getShapeList()).containsExactly((long) items, 10L));
        ByteString logits = answer.getRawOutputContents(0);
        assertThat(logits.size()).isEqualTo(items * 40);
        assertThat(correct(logits)).isGreaterThanOrEqualTo(items * 9 / 10);
        assertThat(Objects.requireNonNull(answer.getParametersMap().get("candor_receipt"))
                        .getStringParam())
                .hasSizeGreaterThan(300);
        assertThat(infer(typed(items)).getRawOutputContents(0)).isEqualTo(logits);
    }

    private static int correct(ByteString logits) {
        FloatBuffer values =
                logits.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        int correct = 0;
        for (int item = 0; item < values.limit() / 10; item++) {
            int best = 0;
            for (int digit = 1; digit < 10; digit++) {
                if (values.get(10 * item + digit) > values.get(10 * item + best)) {
                    best = digit;
                }
            }
            correct += best == labels[item] ? 1 : 0;
        }
        return correct;
    }

    @Test
    void getsTheSameAnswerAndReceiptAgainUnderAKey() {
        InferParameter key = InferParameter.newBuilder()
                .setStringParam("camel-" + UUID.randomUUID())
                .build();
        ModelInferRequest request = image(1)
                .addRawInputContents(raw(1))
                .putParameters("idempotency_key", key)
                .build();
        ModelInferResponse first = infer(request);
        assertThat(infer(request)).isEqualTo(first);
        ModelInferRequest other = image(2)
                .addRawInputContents(raw(2))
                .putParameters("idempotency_key", key)
                .build();
        assertRefused(Status.Code.ALREADY_EXISTS, "key", () -> infer(other));
    }

    @Test
    void seesEveryRefusalAsTheProtocolsStatusWithASentence() {
        Map<String, Object> nothing = Map.of(KServeConstants.MODEL_NAME, "no-such-model");
        assertRefused(
                Status.Code.NOT_FOUND,
                "no-such-model",
                () -> call("model/ready", nothing, null, ModelReadyResponse.class));
        assertRefused(
                Status.Code.NOT_FOUND,
                "no-such-model",
                () -> call("infer", nothing, image(1).addRawInputContents(raw(1)).build(), ModelInferResponse.class));
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "image",
                () -> infer(image(2).addRawInputContents(raw(1)).build()));
        ModelInferRequest.Builder wrong = image(1).addRawInputContents(raw(1));
        wrong.getInputsBuilder(0).setDatatype("INT32");
        assertRefused(Status.Code.INVALID_ARGUMENT, "FP32", () -> infer(wrong.build()));
        assertRefused(
                Status.Code.FAILED_PRECONDITION,
                "mode zkml is not served",
                () -> infer(image(1)
                        .addRawInputContents(raw(1))
                        .putParameters(
                                "verification",
                                InferParameter.newBuilder()
                                        .setStringParam("zkml")
                                        .build())
                        .build()));
    }
}
