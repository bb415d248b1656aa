package dev.candor.cluster.grpc;

import static dev.candor.cluster.grpc.GrpcFixture.echo;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.Refusal;
import dev.candor.cluster.rest.FakeCluster;
import dev.candor.protocol.inference.ModelInferRequest;
import dev.candor.protocol.inference.ModelStreamInferResponse;
import dev.candor.protocol.inference.ServerLiveRequest;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class GrpcInferStreamTest {
    private static final int IN_FLIGHT = 64;

    private GrpcFixture fixture;
    private final Responses responses = new Responses();

    /** What comes back. */
    private static final class Responses implements StreamObserver<ModelStreamInferResponse> {
        final BlockingQueue<ModelStreamInferResponse> all = new LinkedBlockingQueue<>();
        final CompletableFuture<Status> end = new CompletableFuture<>();

        @Override
        public void onNext(ModelStreamInferResponse response) {
            all.add(response);
        }

        @Override
        public void onError(Throwable error) {
            end.complete(Status.fromThrowable(error));
        }

        @Override
        public void onCompleted() {
            end.complete(Status.OK);
        }

        ModelStreamInferResponse next() throws InterruptedException {
            return GrpcInferStreamTest.next(all);
        }
    }

    private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        return Objects.requireNonNull(queue.poll(20, TimeUnit.SECONDS), "nothing came");
    }

    @BeforeEach
    void start() throws IOException {
        fixture = new GrpcFixture();
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private static ModelInferRequest request(int number) {
        return echo(number, 2, 3, 4).setId("r-" + number).build();
    }

    private Status end() throws Exception {
        return responses.end.get(20, TimeUnit.SECONDS);
    }

    @Test
    void answersEachRequestAndEndsAfterTheLast() throws Exception {
        StreamObserver<ModelInferRequest> requests = fixture.streaming().modelStreamInfer(responses);
        int count = 3 * IN_FLIGHT;
        for (int i = 0; i < count; i++) {
            requests.onNext(request(i));
        }
        requests.onCompleted();
        assertThat(end()).isEqualTo(Status.OK);
        assertThat(responses.all).hasSize(count);
        int number = 0;
        for (ModelStreamInferResponse response : responses.all) {
            assertThat(response.getErrorMessage()).isEmpty();
            assertThat(response.getInferResponse().getId()).isEqualTo("r-" + number);
            assertThat(response.getInferResponse().getRawOutputContents(0))
                    .isEqualTo(GrpcFixture.floats(number, 2, 3, 4));
            assertThat(Objects.requireNonNull(response.getInferResponse()
                                    .getParametersMap()
                                    .get("triton_final_response"))
                            .getBoolParam())
                    .isTrue();
            number++;
        }
    }

    @Test
    void goesOnAfterARequestThatFails() throws Exception {
        StreamObserver<ModelInferRequest> requests = fixture.streaming().modelStreamInfer(responses);
        requests.onNext(request(1).toBuilder()
                .setRawInputContents(0, ByteString.copyFrom(new byte[15]))
                .build());
        requests.onNext(request(2).toBuilder().setModelName("none").build());
        requests.onNext(request(3));
        requests.onCompleted();
        assertThat(end()).isEqualTo(Status.OK);
        ModelStreamInferResponse malformed = responses.next();
        assertThat(malformed.getErrorMessage()).contains("does not fit its shape");
        assertThat(malformed.getInferResponse().getId()).isEqualTo("r-1");
        ModelStreamInferResponse unknown = responses.next();
        assertThat(unknown.getErrorMessage()).contains("there is no model \"none\"");
        assertThat(unknown.getInferResponse().getId()).isEqualTo("r-2");
        assertThat(unknown.getInferResponse().getModelName()).isEqualTo("none");
        ModelStreamInferResponse served = responses.next();
        assertThat(served.getErrorMessage()).isEmpty();
        assertThat(served.getInferResponse().getId()).isEqualTo("r-3");
        assertThat(responses.all).isEmpty();
    }

    @Test
    void answersInTheOrderInWhichRequestsEnd() throws Exception {
        fixture.cluster.holding = true;
        StreamObserver<ModelInferRequest> requests = fixture.streaming().modelStreamInfer(responses);
        requests.onNext(request(1));
        Consumer<InferenceOutcome> first = next(fixture.cluster.held);
        requests.onNext(request(2));
        Consumer<InferenceOutcome> second = next(fixture.cluster.held);
        requests.onCompleted();
        second.accept(
                fixture.cluster.echo(fixture.cluster.requests.stream().toList().get(1)));
        assertThat(responses.next().getInferResponse().getId()).isEqualTo("r-2");
        assertThat(responses.end).isNotDone();
        first.accept(FakeCluster.refused(Refusal.of(ErrorCode.OVERLOADED, "the queue is full")));
        ModelStreamInferResponse refused = responses.next();
        assertThat(refused.getErrorMessage()).isEqualTo("the queue is full");
        assertThat(refused.getInferResponse().getId()).isEqualTo("r-1");
        assertThat(end()).isEqualTo(Status.OK);
    }

    @Test
    void takesNoMoreThanItsShareAtATime() throws Exception {
        fixture.cluster.holding = true;
        StreamObserver<ModelInferRequest> requests = fixture.streaming().modelStreamInfer(responses);
        int count = 2 * IN_FLIGHT;
        for (int i = 0; i < count; i++) {
            requests.onNext(request(i));
        }
        requests.onCompleted();
        List<Consumer<InferenceOutcome>> held = new ArrayList<>();
        for (int i = 0; i < IN_FLIGHT; i++) {
            held.add(next(fixture.cluster.held));
        }
        // A call of its own goes through the same event loop after whatever the stream would still hand in.
        fixture.stub().serverLive(ServerLiveRequest.getDefaultInstance());
        assertThat(fixture.cluster.held).isEmpty();
        for (int i = 0; i < count; i++) {
            Consumer<InferenceOutcome> one = held.isEmpty() ? next(fixture.cluster.held) : held.removeFirst();
            one.accept(FakeCluster.refused(Refusal.of(ErrorCode.OVERLOADED, "the queue is full")));
        }
        assertThat(end()).isEqualTo(Status.OK);
        assertThat(responses.all).hasSize(count);
    }

    @Test
    void cancelsWhatIsUnderWayWhenTheClientLeaves() throws Exception {
        fixture.cluster.holding = true;
        ClientCallStreamObserver<ModelInferRequest> requests = (ClientCallStreamObserver<ModelInferRequest>)
                fixture.streaming().modelStreamInfer(responses);
        requests.onNext(request(1));
        requests.onNext(request(2));
        Consumer<InferenceOutcome> first = next(fixture.cluster.held);
        next(fixture.cluster.held);
        requests.cancel("leaving", null);
        assertThat(next(fixture.cluster.cancelled)).isEqualTo("echo");
        assertThat(next(fixture.cluster.cancelled)).isEqualTo("echo");
        first.accept(FakeCluster.refused(Refusal.of(ErrorCode.CANCELLED, "nobody hears this")));
        assertThat(end().getCode()).isEqualTo(Status.Code.CANCELLED);
        assertThat(responses.all).isEmpty();
    }

    @Test
    void refusesAKeyThatWouldNameEveryRequestAlike() throws Exception {
        Metadata metadata = new Metadata();
        metadata.put(Metadata.Key.of("idempotency-key", Metadata.ASCII_STRING_MARSHALLER), "k-1");
        StreamObserver<ModelInferRequest> requests = fixture.streaming()
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata))
                .modelStreamInfer(responses);
        assertThat(end().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(end().getDescription()).contains("send the parameter idempotency_key with each request");
        requests.onCompleted();
        assertThat(fixture.cluster.requests).isEmpty();
    }
}
