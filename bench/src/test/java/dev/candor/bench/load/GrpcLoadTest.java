package dev.candor.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.candor.bench.model.BenchModel;
import dev.candor.protocol.inference.GRPCInferenceServiceGrpc;
import dev.candor.protocol.inference.InferParameter;
import dev.candor.protocol.inference.ModelInferRequest;
import dev.candor.protocol.inference.ModelInferResponse;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class GrpcLoadTest {
    private static final long MOST = 24;

    private final LoadDriver driver = new LoadDriver();

    @AfterEach
    void stop() {
        driver.close();
    }

    /** Echoes, with a receipt. */
    private static ModelInferResponse.Builder right(ModelInferRequest request) {
        return ModelInferResponse.newBuilder()
                .putParameters(
                        "candor_receipt",
                        InferParameter.newBuilder().setStringParam("AQID").build())
                .addOutputs(ModelInferResponse.InferOutputTensor.newBuilder()
                        .setName("y")
                        .setDatatype("FP32")
                        .addAllShape(request.getInputs(0).getShapeList()))
                .addRawOutputContents(request.getRawInputContents(0));
    }

    private LoadResult run(
            BiConsumer<ModelInferRequest, StreamObserver<ModelInferResponse>> conduct,
            CallOptions options,
            boolean refusals,
            Duration window)
            throws IOException, InterruptedException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        Server server = NettyServerBuilder.forAddress(any)
                .addService(new GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase() {
                    @Override
                    public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> observer) {
                        conduct.accept(request, observer);
                    }
                })
                .build()
                .start();
        try {
            BenchModel noop = BenchModel.shipped(Path.of("../models"), "noop", 4);
            Share share = new Share("all", 1, InferCalls.of("noop", noop.examples(2), options));
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort());
            return driver.run(new LoadPlan(
                    address,
                    address,
                    new Traffic(new Pace.Closed(), List.of(share), 1, refusals),
                    12,
                    Duration.ZERO,
                    window,
                    MOST,
                    1,
                    Map.of()));
        } finally {
            server.shutdownNow().awaitTermination();
        }
    }

    private static BiConsumer<ModelInferRequest, StreamObserver<ModelInferResponse>> answering(
            Function<ModelInferRequest, ModelInferResponse> answer) {
        return (request, observer) -> {
            observer.onNext(answer.apply(request));
            observer.onCompleted();
        };
    }

    @Test
    void countsRightAnswersAndSendsWhatItWasAskedTo() throws IOException, InterruptedException {
        ConcurrentLinkedQueue<ModelInferRequest> seen = new ConcurrentLinkedQueue<>();
        CallOptions options = new CallOptions(
                Encoding.GRPC,
                "1.00",
                2,
                Optional.of(Duration.ofMillis(5)),
                Optional.of("vanilla"),
                Optional.empty(),
                true);
        LoadResult result = run(
                answering(request -> {
                    seen.add(request);
                    return right(request).build();
                }),
                options,
                false,
                Duration.ofSeconds(60));
        assertTrue(result.counts(), result::toString);
        assertEquals(MOST, result.requests());
        ModelInferRequest request = seen.element();
        assertEquals("1.00", request.getModelVersion());
        assertEquals(List.of(2L, 1L), request.getInputs(0).getShapeList());
        assertEquals(8, request.getRawInputContents(0).size());
        assertEquals(2, request.getParametersOrThrow("priority").getInt64Param());
        assertEquals(5_000, request.getParametersOrThrow("timeout").getInt64Param());
        assertEquals("vanilla", request.getParametersOrThrow("verification").getStringParam());
    }

    @Test
    void scoresFastWrongAnswersAtZero() throws IOException, InterruptedException {
        LoadResult wrong = run(
                answering(request -> right(request)
                        .setRawOutputContents(0, ByteString.copyFrom(new byte[8]))
                        .build()),
                CallOptions.of(Encoding.GRPC),
                false,
                Duration.ofSeconds(60));
        assertFalse(wrong.counts());
        assertTrue(wrong.wrong().containsKey("an output with other values"), wrong::toString);
        LoadResult unsigned = run(
                answering(request -> right(request).clearParameters().build()),
                CallOptions.of(Encoding.GRPC),
                false,
                Duration.ofSeconds(60));
        assertTrue(unsigned.wrong().containsKey("an answer without a receipt"), unsigned::toString);
    }

    @Test
    void tellsARefusalFromAFailure() throws IOException, InterruptedException {
        LoadResult full = run(
                (request, observer) -> observer.onError(Status.RESOURCE_EXHAUSTED.asRuntimeException()),
                CallOptions.of(Encoding.GRPC),
                true,
                Duration.ofMillis(300));
        assertTrue(full.refused() > 0 && full.failures().isEmpty(), full::toString);
        LoadResult broken = run(
                (request, observer) -> observer.onError(Status.INTERNAL.asRuntimeException()),
                CallOptions.of(Encoding.GRPC),
                true,
                Duration.ofMillis(300));
        assertTrue(broken.failures().containsKey("gRPC INTERNAL"), broken::toString);
    }
}
