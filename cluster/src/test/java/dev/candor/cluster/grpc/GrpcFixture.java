package dev.candor.cluster.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.metrics.ModelStatistics;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.model.ModelVersion;
import dev.candor.cluster.http.Authenticator;
import dev.candor.cluster.http.NoAuthentication;
import dev.candor.cluster.rest.FakeCluster;
import dev.candor.protocol.inference.GRPCInferenceServiceGrpc;
import dev.candor.protocol.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import dev.candor.protocol.inference.InferParameter;
import dev.candor.protocol.inference.ModelInferRequest;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** A real server on a free port of the loopback before a {@link FakeCluster}, and a channel to it. */
final class GrpcFixture implements AutoCloseable {
    static final int MAX_MESSAGE = 1 << 20;
    private static final long PATIENCE_SECONDS = 20;

    final FakeCluster cluster = new FakeCluster();
    private final GrpcServer server;
    private final ManagedChannel channel;

    GrpcFixture() throws IOException {
        this(new NoAuthentication());
    }

    GrpcFixture(Authenticator authenticator) throws IOException {
        server = GrpcServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                MAX_MESSAGE,
                "1.2.3",
                authenticator,
                cluster,
                cluster,
                cluster,
                GrpcFixture::statistics);
        channel = NettyChannelBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()))
                .usePlaintext()
                .build();
    }

    private static List<ModelStatistics> statistics() {
        ModelStatistics.Span span = new ModelStatistics.Span(2, 30);
        return List.of(
                new ModelStatistics(
                        new ModelRef("echo", ModelVersion.FIRST, FakeCluster.CONTENT),
                        5,
                        8,
                        2,
                        span,
                        span,
                        span,
                        span,
                        span,
                        span,
                        span,
                        0,
                        List.of(new ModelStatistics.BatchSize(4, span, span, span))),
                new ModelStatistics(
                        new ModelRef("pair", ModelVersion.FIRST, FakeCluster.CONTENT),
                        5,
                        1,
                        1,
                        span,
                        span,
                        span,
                        span,
                        span,
                        span,
                        span,
                        0,
                        List.of()));
    }

    ManagedChannel channel() {
        return channel;
    }

    /** A stub whose calls end within the test's patience. */
    GRPCInferenceServiceBlockingStub stub() {
        return GRPCInferenceServiceGrpc.newBlockingStub(channel).withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    GRPCInferenceServiceGrpc.GRPCInferenceServiceStub streaming() {
        return GRPCInferenceServiceGrpc.newStub(channel).withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** A request to {@code model} with one input. */
    static ModelInferRequest.Builder request(String model, String input, String datatype, long... shape) {
        ModelInferRequest.Builder request = ModelInferRequest.newBuilder().setModelName(model);
        ModelInferRequest.InferInputTensor.Builder tensor =
                request.addInputsBuilder().setName(input).setDatatype(datatype);
        for (long size : shape) {
            tensor.addShape(size);
        }
        return request;
    }

    /** A request that the model echo answers with its own row. */
    static ModelInferRequest.Builder echo(float... values) {
        return request("echo", "x", "FP32", values.length / 4, 4).addRawInputContents(floats(values));
    }

    static ByteString floats(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return ByteString.copyFrom(bytes.flip());
    }

    static InferParameter text(String value) {
        return InferParameter.newBuilder().setStringParam(value).build();
    }

    static InferParameter whole(long value) {
        return InferParameter.newBuilder().setInt64Param(value).build();
    }

    /** The call is refused with the status and stable code of {@code code}, and a sentence with {@code words}. */
    static void assertRefused(ErrorCode code, String words, Runnable call) {
        assertThatThrownBy(call::run).isInstanceOfSatisfying(StatusRuntimeException.class, refused -> {
            assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.valueOf(code.grpcStatus()));
            assertThat(refused.getStatus().getDescription()).contains(words);
            Metadata trailers = Objects.requireNonNull(refused.getTrailers());
            assertThat(trailers.get(GrpcAnswers.CODE)).isEqualTo(code.name());
        });
    }

    @Override
    public void close() {
        channel.shutdownNow();
        server.close();
    }
}
