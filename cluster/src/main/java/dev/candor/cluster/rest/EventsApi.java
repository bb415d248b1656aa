package dev.candor.cluster.rest;

import dev.candor.cluster.http.HttpReply;
import dev.candor.cluster.http.HttpStream;
import dev.candor.cluster.http.Utf8Buffer;
import io.netty.handler.codec.http.HttpMethod;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** The endpoints that tell of verification while it goes on: server-sent events (WHATWG HTML, section 9.2). */
final class EventsApi {
    private static final byte[] EVENT_STREAM = Utf8Buffer.ascii("text/event-stream");
    private static final byte[] CACHE_CONTROL = Utf8Buffer.ascii("Cache-Control");
    private static final byte[] BUFFERING = Utf8Buffer.ascii("X-Accel-Buffering");

    private EventsApi() {}

    static List<Endpoint> endpoints(VerificationDesk desk, RestMetrics metrics) {
        EventPlaces places = new EventPlaces();
        return List.of(
                endpoint(
                        "/v1/requests/{request}/events",
                        metrics,
                        places,
                        call -> desk.follow(
                                VerificationApi.id(call.request()),
                                call.request().caller())),
                endpoint(
                        "/v1/events",
                        metrics,
                        places,
                        call -> CompletableFuture.completedStage(
                                desk.followAll(call.request().caller()))));
    }

    private static Endpoint endpoint(
            String template,
            RestMetrics metrics,
            EventPlaces places,
            Function<Call, CompletionStage<VerificationDesk.Follow>> follow) {
        return new Endpoint(
                HttpMethod.GET, template, Endpoint.Access.READ, request -> new Call(request, metrics, places, follow));
    }

    /** One reader of events. */
    private static final class Call extends RestCall {
        private final EventPlaces places;
        private final Function<Call, CompletionStage<VerificationDesk.Follow>> follow;

        Call(
                RestRequest request,
                RestMetrics metrics,
                EventPlaces places,
                Function<Call, CompletionStage<VerificationDesk.Follow>> follow) {
            super(request, metrics);
            this.places = places;
            this.follow = follow;
            requirePlainBody();
        }

        @Override
        public void run() {
            if (exchange().method().equals(HttpMethod.HEAD)) {
                exchange().send(head());
                return;
            }
            Runnable leave = places.take(request().caller().name());
            CompletionStage<VerificationDesk.Follow> found;
            try {
                found = follow.apply(this);
            } catch (RuntimeException e) {
                leave.run();
                throw e;
            }
            found.whenComplete((followed, failure) -> {
                if (failure == null) {
                    open(followed, leave);
                } else {
                    leave.run();
                    refuse(Refusals.of(failure, request().endpoint().toString()));
                }
            });
        }

        private static HttpReply head() {
            return HttpReply.start(200)
                    .contentType(EVENT_STREAM)
                    .header(CACHE_CONTROL, "no-store")
                    .header(BUFFERING, "no");
        }

        private void open(VerificationDesk.Follow followed, Runnable leave) {
            CompletableFuture<Runnable> watching = new CompletableFuture<>();
            HttpStream stream = exchange().stream(head(), () -> {
                leave.run();
                var _ = watching.thenAccept(Runnable::run);
            });
            watching.complete(followed.start(new EventStream(stream)));
        }
    }
}
