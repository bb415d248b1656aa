package dev.candor.cluster.rest;

import dev.candor.cluster.opengradient.AnswerSigning;
import dev.candor.cluster.opengradient.SignedAnswers;
import io.netty.handler.codec.http.HttpMethod;
import java.util.List;

/** The endpoint of the key that signs answers for OpenGradient's clients. */
final class AnswerKeyApi {
    private AnswerKeyApi() {}

    static List<Endpoint> endpoints(AnswerSigning signing, RestMetrics metrics) {
        return List.of(new Endpoint(
                HttpMethod.GET,
                "/v1/tee",
                Endpoint.Access.OPEN,
                request -> new SimpleCall(
                        request,
                        metrics,
                        call -> call.replyWhen(
                                200,
                                signing.answers(),
                                answers -> Json.object()
                                        .put("tee_id", answers.id())
                                        .put("signing_key_pem", answers.pem())
                                        .put("level", "SIMULATED")
                                        .put("warning", SignedAnswers.SIMULATED)))));
    }
}
