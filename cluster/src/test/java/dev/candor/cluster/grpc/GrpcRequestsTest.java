package dev.candor.cluster.grpc;

import static dev.candor.cluster.grpc.GrpcFixture.echo;
import static dev.candor.cluster.grpc.GrpcFixture.text;
import static dev.candor.cluster.grpc.GrpcFixture.whole;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.InferenceRequest;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.inference.VerificationMode;
import dev.candor.protocol.inference.InferParameter;
import dev.candor.protocol.inference.ModelInferRequest.InferRequestedOutputTensor;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class GrpcRequestsTest {
    private static InferenceRequest read(Map<String, InferParameter> parameters, Optional<String> metadataKey) {
        return GrpcRequests.read(echo(1, 2, 3, 4).putAllParameters(parameters).build(), metadataKey);
    }

    private static InferenceRequest read(String name, InferParameter value) {
        return read(Map.of(name, value), Optional.empty());
    }

    private static void assertRefused(ErrorCode code, String words, Runnable read) {
        assertThatThrownBy(read::run).isInstanceOfSatisfying(RefusedException.class, refused -> {
            assertThat(refused.refusal().code()).isEqualTo(code);
            assertThat(refused.refusal().sentence()).contains(words);
        });
    }

    @Test
    void readsWhatNeedsNoParameters() {
        InferenceRequest request = GrpcRequests.read(
                echo(1, 2, 3, 4)
                        .setModelVersion("1.00")
                        .addOutputs(InferRequestedOutputTensor.newBuilder().setName("y"))
                        .build(),
                Optional.empty());
        assertThat(request.model()).isEqualTo("echo");
        assertThat(request.version()).isEqualTo("1.00");
        assertThat(request.inputs()).hasSize(1);
        assertThat(request.outputs()).containsExactly("y");
        assertThat(request.priority()).isZero();
        assertThat(request.timeout()).isEmpty();
        assertThat(request.mode()).isEqualTo(VerificationMode.VANILLA);
        assertThat(request.idempotencyKey()).isEmpty();
    }

    @Test
    void readsParametersOfEitherIntegerKind() {
        assertThat(read("priority", whole(3)).priority()).isEqualTo(3);
        assertThat(read(
                                "priority",
                                InferParameter.newBuilder().setUint64Param(4).build())
                        .priority())
                .isEqualTo(4);
        assertThat(read("timeout", whole(1500)).timeout()).contains(Duration.ofNanos(1_500_000));
        assertThat(read("timeout", whole(0)).timeout()).isEmpty();
        assertThat(read("timeout", whole(Long.MAX_VALUE)).timeout()).contains(Duration.ofDays(365));
        assertThat(read("verification", text("zkml")).mode()).isEqualTo(VerificationMode.ZKML);
        assertThat(read("verification", text("tee")).mode()).isEqualTo(VerificationMode.TEE);
    }

    @Test
    void refusesParametersOfTheWrongKindOrSize() {
        InferParameter huge = InferParameter.newBuilder().setUint64Param(-1).build();
        InferParameter real = InferParameter.newBuilder().setDoubleParam(1).build();
        for (InferParameter value :
                List.of(whole(-1), whole(1L << 31), text("1"), huge, real, InferParameter.getDefaultInstance())) {
            assertRefused(
                    ErrorCode.INVALID_REQUEST, "\"priority\" must be a whole number", () -> read("priority", value));
        }
        for (InferParameter value : List.of(whole(-1), huge, real)) {
            assertRefused(
                    ErrorCode.INVALID_REQUEST, "\"timeout\" must be a whole number", () -> read("timeout", value));
        }
        assertRefused(ErrorCode.INVALID_REQUEST, "must be a string", () -> read("verification", whole(0)));
        assertRefused(ErrorCode.INVALID_REQUEST, "vanilla, tee or zkml", () -> read("verification", text("VANILLA")));
    }

    @Test
    void takesTheKeyOfTheParameterOrOfTheMetadata() {
        Map<String, InferParameter> key = Map.of("idempotency_key", text("k-1"));
        assertThat(read(key, Optional.empty()).idempotencyKey()).contains("k-1");
        assertThat(read(Map.of(), Optional.of("k-1")).idempotencyKey()).contains("k-1");
        assertThat(read(key, Optional.of("k-1")).idempotencyKey()).contains("k-1");
        assertRefused(
                ErrorCode.INVALID_REQUEST,
                "metadata idempotency-key and the parameter",
                () -> read(key, Optional.of("k-2")));
    }

    @Test
    void refusesKeysThatAreNone() {
        for (String key : List.of("", "k".repeat(129), "k\u00fc", "k\n")) {
            assertRefused(
                    ErrorCode.INVALID_REQUEST,
                    "1 to 128 printable ASCII characters",
                    () -> read("idempotency_key", text(key)));
            assertRefused(
                    ErrorCode.INVALID_REQUEST,
                    "1 to 128 printable ASCII characters",
                    () -> read(Map.of(), Optional.of(key)));
        }
        assertRefused(ErrorCode.INVALID_REQUEST, "must be a string", () -> read("idempotency_key", whole(1)));
    }

    @Test
    void refusesSequencesAndTakesTheValuesThatMeanNone() {
        for (InferParameter value : List.of(
                whole(7),
                text("a"),
                InferParameter.newBuilder().setBoolParam(true).build())) {
            for (String name : List.of("sequence_id", "sequence_start", "sequence_end")) {
                assertRefused(ErrorCode.UNIMPLEMENTED, "\"" + name + "\" is not served", () -> read(name, value));
            }
        }
        assertThat(read("sequence_id", whole(0)).model()).isEqualTo("echo");
        assertThat(read("sequence_id", text("")).model()).isEqualTo("echo");
        assertThat(read(
                                "sequence_start",
                                InferParameter.newBuilder().setBoolParam(false).build())
                        .model())
                .isEqualTo("echo");
    }

    @Test
    void skipsParametersThatItDoesNotKnow() {
        assertThat(read("colour", text("red")).priority()).isZero();
    }

    @Test
    void refusesParametersOfOutputsThatItDoesNotServe() {
        for (String name : List.of("classification", "shared_memory_region")) {
            assertRefused(
                    ErrorCode.UNIMPLEMENTED,
                    "output \"y\" asks for " + name,
                    () -> GrpcRequests.read(
                            echo(1, 2, 3, 4)
                                    .addOutputs(InferRequestedOutputTensor.newBuilder()
                                            .setName("y")
                                            .putParameters(name, whole(1)))
                                    .build(),
                            Optional.empty()));
        }
    }
}
