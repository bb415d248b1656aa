package dev.candor.cluster.grpc;

import static dev.candor.cluster.grpc.GrpcFixture.assertRefused;
import static dev.candor.cluster.grpc.GrpcFixture.echo;
import static dev.candor.cluster.grpc.GrpcFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.candor.actors.gateway.Caller;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.cluster.http.ApiKeys;
import dev.candor.cluster.rest.FakeCluster;
import dev.candor.protocol.inference.GRPCInferenceServiceGrpc;
import dev.candor.protocol.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import dev.candor.protocol.inference.InferParameter;
import dev.candor.protocol.inference.LogSettingsRequest;
import dev.candor.protocol.inference.ModelConfigRequest;
import dev.candor.protocol.inference.ModelInferRequest;
import dev.candor.protocol.inference.ModelInferResponse;
import dev.candor.protocol.inference.ModelMetadataRequest;
import dev.candor.protocol.inference.ModelReadyRequest;
import dev.candor.protocol.inference.ModelRepositoryParameter;
import dev.candor.protocol.inference.ModelStatistics;
import dev.candor.protocol.inference.ModelStatisticsRequest;
import dev.candor.protocol.inference.RepositoryIndexRequest;
import dev.candor.protocol.inference.RepositoryIndexResponse;
import dev.candor.protocol.inference.RepositoryModelLoadRequest;
import dev.candor.protocol.inference.RepositoryModelUnloadRequest;
import dev.candor.protocol.inference.ServerLiveRequest;
import dev.candor.protocol.inference.ServerMetadataRequest;
import dev.candor.protocol.inference.ServerReadyRequest;
import dev.candor.protocol.inference.SystemSharedMemoryStatusRequest;
import dev.candor.protocol.inference.TraceSettingRequest;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GrpcServerTest {
    private GrpcFixture fixture;

    @BeforeEach
    void start() throws IOException {
        fixture = new GrpcFixture();
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private static GRPCInferenceServiceBlockingStub with(
            GRPCInferenceServiceBlockingStub stub, String name, String value) {
        Metadata metadata = new Metadata();
        metadata.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value);
        return stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata));
    }

    private static <T> T next(java.util.concurrent.BlockingQueue<T> queue) throws InterruptedException {
        return Objects.requireNonNull(queue.poll(20, TimeUnit.SECONDS), "nothing came");
    }

    @Test
    void answersWithTheOutputsAndTheReceipt() {
        ModelInferResponse answer =
                fixture.stub().modelInfer(echo(1, 2, 3, 4).setId("r-1").build());
        assertThat(answer.getId()).isEqualTo("r-1");
        assertThat(answer.getModelName()).isEqualTo("echo");
        assertThat(answer.getModelVersion()).isEqualTo("1.00");
        assertThat(answer.getOutputsList()).singleElement().satisfies(output -> {
            assertThat(output.getName()).isEqualTo("y");
            assertThat(output.getDatatype()).isEqualTo("FP32");
            assertThat(output.getShapeList()).containsExactly(1L, 4L);
        });
        assertThat(answer.getRawOutputContentsList()).containsExactly(GrpcFixture.floats(1, 2, 3, 4));
        Map<String, InferParameter> parameters = answer.getParametersMap();
        assertThat(parameter(parameters, "candor_request_id")).isEqualTo(FakeCluster.ID.toString());
        assertThat(Base64.getDecoder().decode(parameter(parameters, "candor_receipt")))
                .isEqualTo(FakeCluster.RECEIPT.toArray());
        assertThat(Base64.getDecoder().decode(parameter(parameters, "candor_salt")))
                .isEqualTo(FakeCluster.SALT.toArray());
    }

    private static String parameter(Map<String, InferParameter> parameters, String name) {
        return Objects.requireNonNull(parameters.get(name)).getStringParam();
    }

    @Test
    void handsTheKeyOfTheMetadataOn() throws InterruptedException {
        with(fixture.stub(), "idempotency-key", "k-1")
                .modelInfer(echo(1, 2, 3, 4).build());
        assertThat(next(fixture.cluster.requests).idempotencyKey()).contains("k-1");
        assertRefused(
                ErrorCode.INVALID_REQUEST,
                "differ; send one of them",
                () -> with(fixture.stub(), "idempotency-key", "k-1")
                        .modelInfer(echo(1, 2, 3, 4)
                                .putParameters("idempotency_key", text("k-2"))
                                .build()));
        assertThat(fixture.cluster.requests).isEmpty();
    }

    @Test
    void refusesBeforeTheClusterHearsOfIt() {
        assertRefused(
                ErrorCode.INVALID_TENSOR,
                "does not fit its shape",
                () -> fixture.stub()
                        .modelInfer(GrpcFixture.request("echo", "x", "FP32", 1, 4)
                                .addRawInputContents(ByteString.copyFrom(new byte[15]))
                                .build()));
        assertThat(fixture.cluster.requests).isEmpty();
    }

    @Test
    void tellsARefusalWithItsCodeAndWhenToRetry() {
        fixture.cluster.answers = request -> FakeCluster.refused(
                Refusal.retryable(ErrorCode.OVERLOADED, "the queue is full", Duration.ofMillis(1500)));
        assertThatThrownBy(() -> fixture.stub().modelInfer(echo(1, 2, 3, 4).build()))
                .isInstanceOfSatisfying(StatusRuntimeException.class, refused -> {
                    assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
                    assertThat(refused.getStatus().getDescription()).isEqualTo("the queue is full");
                    Metadata trailers = Objects.requireNonNull(refused.getTrailers());
                    assertThat(trailers.get(GrpcAnswers.CODE)).isEqualTo("OVERLOADED");
                    assertThat(trailers.get(GrpcAnswers.RETRY_AFTER)).isEqualTo("1500");
                });
    }

    @Test
    void hasAStatusForEveryCode() {
        for (ErrorCode code : ErrorCode.values()) {
            fixture.cluster.answers = request -> FakeCluster.refused(Refusal.of(code, "it is " + code));
            assertRefused(
                    code,
                    "it is " + code,
                    () -> fixture.stub().modelInfer(echo(1, 2, 3, 4).build()));
        }
    }

    @Test
    void refusesAMessageOverTheLimit() {
        ModelInferRequest large =
                echo(1, 2, 3, 4).setId("x".repeat(GrpcFixture.MAX_MESSAGE)).build();
        assertThatThrownBy(() -> fixture.stub().modelInfer(large))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        refused -> assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED));
        assertThat(fixture.cluster.requests).isEmpty();
    }

    @Test
    void cancelsTheRequestOfACallerWhoLeaves() throws InterruptedException {
        fixture.cluster.holding = true;
        var future = GRPCInferenceServiceGrpc.newFutureStub(fixture.channel())
                .modelInfer(echo(1, 2, 3, 4).build());
        Consumer<InferenceOutcome> late = next(fixture.cluster.held);
        assertThat(future.cancel(true)).isTrue();
        assertThat(next(fixture.cluster.cancelled)).isEqualTo("echo");
        late.accept(FakeCluster.refused(Refusal.of(ErrorCode.CANCELLED, "nobody hears this")));
        fixture.cluster.holding = false;
        assertThat(fixture.stub().modelInfer(echo(1, 2, 3, 4).build()).getOutputsCount())
                .isEqualTo(1);
    }

    @Test
    void cancelsTheRequestOfACallWhoseDeadlinePassed() throws InterruptedException {
        fixture.cluster.holding = true;
        assertThatThrownBy(() -> GRPCInferenceServiceGrpc.newBlockingStub(fixture.channel())
                        .withDeadlineAfter(200, TimeUnit.MILLISECONDS)
                        .modelInfer(echo(1, 2, 3, 4).build()))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        refused -> assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED));
        assertThat(next(fixture.cluster.cancelled)).isEqualTo("echo");
    }

    @Test
    void saysWhatIsReady() {
        GRPCInferenceServiceBlockingStub stub = fixture.stub();
        assertThat(stub.serverLive(ServerLiveRequest.getDefaultInstance()).getLive())
                .isTrue();
        assertThat(stub.serverReady(ServerReadyRequest.getDefaultInstance()).getReady())
                .isTrue();
        assertThat(stub.modelReady(
                                ModelReadyRequest.newBuilder().setName("echo").build())
                        .getReady())
                .isTrue();
        fixture.cluster.notReady = Optional.of(Refusal.of(ErrorCode.NOT_READY, "it loads"));
        assertThat(stub.serverLive(ServerLiveRequest.getDefaultInstance()).getLive())
                .isTrue();
        assertThat(stub.serverReady(ServerReadyRequest.getDefaultInstance()).getReady())
                .isFalse();
        assertThat(stub.modelReady(
                                ModelReadyRequest.newBuilder().setName("echo").build())
                        .getReady())
                .isFalse();
        assertRefused(
                ErrorCode.MODEL_NOT_FOUND,
                "\"none\"",
                () -> stub.modelReady(
                        ModelReadyRequest.newBuilder().setName("none").build()));
    }

    @Test
    void describesServerAndModels() {
        GRPCInferenceServiceBlockingStub stub = fixture.stub();
        var server = stub.serverMetadata(ServerMetadataRequest.getDefaultInstance());
        assertThat(server.getName()).isEqualTo("candor");
        assertThat(server.getVersion()).isEqualTo("1.2.3");
        var metadata = stub.modelMetadata(ModelMetadataRequest.newBuilder()
                .setName("pair")
                .setVersion("latest")
                .build());
        assertThat(metadata.getVersionsList()).containsExactly("1.00");
        assertThat(metadata.getInputsList()).hasSize(2);
        assertThat(metadata.getInputs(0).getShapeList()).containsExactly(-1L, 2L);
        var config = stub.modelConfig(
                        ModelConfigRequest.newBuilder().setName("pair").build())
                .getConfig();
        assertThat(config.getInput(0).getDimsList()).containsExactly(2L);
        assertThat(config.getInput(1).getDimsList()).isEmpty();
        assertThat(config.getMaxBatchSize()).isPositive();
        assertRefused(
                ErrorCode.MODEL_NOT_FOUND,
                "no version or alias \"2.00\"",
                () -> stub.modelMetadata(ModelMetadataRequest.newBuilder()
                        .setName("pair")
                        .setVersion("2.00")
                        .build()));
    }

    @Test
    void givesFiguresOfAllModelsOfOneAndOfAVersion() {
        GRPCInferenceServiceBlockingStub stub = fixture.stub();
        assertThat(stub.modelStatistics(ModelStatisticsRequest.getDefaultInstance())
                        .getModelStatsList())
                .extracting(ModelStatistics::getName)
                .containsExactly("echo", "pair");
        assertThat(stub.modelStatistics(ModelStatisticsRequest.newBuilder()
                                .setName("echo")
                                .setVersion("1.00")
                                .build())
                        .getModelStatsList())
                .singleElement()
                .satisfies(figures -> {
                    assertThat(figures.getVersion()).isEqualTo("1.00");
                    assertThat(figures.getInferenceCount()).isEqualTo(8);
                    assertThat(figures.getExecutionCount()).isEqualTo(2);
                    assertThat(figures.getInferenceStats().getSuccess().getNs()).isEqualTo(30);
                    assertThat(figures.getBatchStats(0).getBatchSize()).isEqualTo(4);
                });
        assertRefused(
                ErrorCode.MODEL_NOT_FOUND,
                "\"none\"",
                () -> stub.modelStatistics(
                        ModelStatisticsRequest.newBuilder().setName("none").build()));
    }

    @Test
    void listsAndSwitchesModels() {
        GRPCInferenceServiceBlockingStub stub = fixture.stub();
        assertThat(stub.repositoryIndex(RepositoryIndexRequest.getDefaultInstance())
                        .getModelsList())
                .hasSize(5)
                .allSatisfy(model -> assertThat(model.getState()).isEqualTo("READY"));
        stub.repositoryModelUnload(
                RepositoryModelUnloadRequest.newBuilder().setModelName("echo").build());
        assertThat(enabled()).isFalse();
        stub.repositoryModelLoad(
                RepositoryModelLoadRequest.newBuilder().setModelName("echo").build());
        assertThat(enabled()).isTrue();
        fixture.cluster.notReady = Optional.of(Refusal.of(ErrorCode.NOT_READY, "it loads"));
        assertThat(stub.repositoryIndex(RepositoryIndexRequest.newBuilder()
                                .setReady(true)
                                .build())
                        .getModelsList())
                .isEmpty();
        assertThat(stub.repositoryIndex(RepositoryIndexRequest.getDefaultInstance())
                        .getModelsList())
                .extracting(RepositoryIndexResponse.ModelIndex::getReason)
                .containsOnly("it loads");
    }

    private boolean enabled() {
        return Objects.requireNonNull(Objects.requireNonNull(fixture.cluster.models.get("echo"))
                        .versions()
                        .get(ModelVersion.FIRST))
                .enabled();
    }

    @Test
    void refusesToSwitchWhatIsNotThereOrWithParameters() {
        GRPCInferenceServiceBlockingStub stub = fixture.stub();
        assertRefused(
                ErrorCode.MODEL_NOT_FOUND,
                "\"none\"",
                () -> stub.repositoryModelLoad(RepositoryModelLoadRequest.newBuilder()
                        .setModelName("none")
                        .build()));
        assertRefused(
                ErrorCode.MODEL_NOT_FOUND,
                "\"none\"",
                () -> stub.repositoryModelUnload(RepositoryModelUnloadRequest.newBuilder()
                        .setModelName("none")
                        .build()));
        assertRefused(
                ErrorCode.UNIMPLEMENTED,
                "register a version under /v1/models",
                () -> stub.repositoryModelLoad(RepositoryModelLoadRequest.newBuilder()
                        .setModelName("echo")
                        .putParameters("config", ModelRepositoryParameter.getDefaultInstance())
                        .build()));
    }

    @Test
    void refusesByNameWhatItDoesNotServe() {
        GRPCInferenceServiceBlockingStub stub = fixture.stub();
        assertRefused(
                ErrorCode.UNIMPLEMENTED,
                "shared memory is not served",
                () -> stub.systemSharedMemoryStatus(SystemSharedMemoryStatusRequest.getDefaultInstance()));
        assertRefused(
                ErrorCode.UNIMPLEMENTED,
                "trace settings are not served",
                () -> stub.traceSetting(TraceSettingRequest.getDefaultInstance()));
        assertRefused(
                ErrorCode.UNIMPLEMENTED,
                "log settings are not served",
                () -> stub.logSettings(LogSettingsRequest.getDefaultInstance()));
    }

    @Test
    void holdsCallersAgainstTheirRoles(@TempDir Path folder) throws IOException {
        String hash =
                Digest.sha256(Bytes.wrap("a".getBytes(StandardCharsets.UTF_8))).toHex();
        Path keys = Files.writeString(folder.resolve("keys"), "alice " + hash + " infer\n");
        try (GrpcFixture locked = new GrpcFixture(ApiKeys.read(keys))) {
            assertRefused(
                    ErrorCode.UNAUTHENTICATED,
                    "API key",
                    () -> locked.stub().modelInfer(echo(1, 2, 3, 4).build()));
            GRPCInferenceServiceBlockingStub alice = with(locked.stub(), "authorization", "Bearer a");
            alice.modelInfer(echo(1, 2, 3, 4).build());
            assertThat(List.copyOf(locked.cluster.callers))
                    .extracting(Caller::name)
                    .containsExactly("alice");
            assertRefused(
                    ErrorCode.PERMISSION_DENIED,
                    "the role admin",
                    () -> alice.repositoryModelUnload(RepositoryModelUnloadRequest.newBuilder()
                            .setModelName("echo")
                            .build()));
            assertThat(HealthGrpc.newBlockingStub(locked.channel())
                            .withDeadlineAfter(20, TimeUnit.SECONDS)
                            .check(HealthCheckRequest.getDefaultInstance())
                            .getStatus())
                    .isEqualTo(ServingStatus.SERVING);
        }
    }
}
