package dev.candor.cluster.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.receipt.Digests;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.RequestId;
import dev.candor.cluster.http.HttpReply;
import dev.candor.cluster.webhook.CallbackUrl;
import io.netty.handler.codec.http.HttpMethod;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** The endpoints of requests and their verification. */
final class VerificationApi {
    private static final String REQUEST = "/v1/requests/{request}";
    private static final long MOST_DEADLINE = Duration.ofDays(30).toMillis();

    private final VerificationDesk desk;
    private final RestMetrics metrics;

    private VerificationApi(VerificationDesk desk, RestMetrics metrics) {
        this.desk = desk;
        this.metrics = metrics;
    }

    static List<Endpoint> endpoints(VerificationDesk desk, RestMetrics metrics) {
        VerificationApi api = new VerificationApi(desk, metrics);
        return List.of(
                api.endpoint(
                        HttpMethod.GET,
                        REQUEST,
                        call -> call.replyWhen(
                                200, desk.show(id(call), call.request().caller()), json -> json)),
                api.endpoint(
                        HttpMethod.GET,
                        REQUEST + "/statement",
                        call -> api.file(call, VerificationDesk.Part.STATEMENT)),
                api.endpoint(HttpMethod.GET, REQUEST + "/proof", call -> api.file(call, VerificationDesk.Part.PROOF)),
                api.endpoint(
                        HttpMethod.GET, REQUEST + "/lineage", call -> api.file(call, VerificationDesk.Part.LINEAGE)),
                api.endpoint(
                        HttpMethod.GET,
                        REQUEST + "/attestation",
                        call -> api.octets(
                                call, desk.attestation(id(call), call.request().caller()))),
                api.endpoint(HttpMethod.POST, REQUEST + "/verify", api::escalate),
                api.endpoint(
                        HttpMethod.POST,
                        "/v1/webhooks/test",
                        call -> call.replyWhen(
                                200,
                                desk.tryCallback(
                                        callback(call.object())
                                                .orElseThrow(() -> invalid("the body must be {\"callback_url\": URL}")),
                                        call.request().caller()),
                                json -> json)),
                api.endpoint(
                        HttpMethod.DELETE,
                        REQUEST + "/verify",
                        call -> call.replyWhen(
                                200, desk.cancel(id(call), call.request().caller()), json -> json)),
                api.endpoint(
                        HttpMethod.GET,
                        "/v1/models/{model}/verification",
                        call -> call.replyWhen(200, desk.ofModel(call.request().argument(0), ""), json -> json)),
                api.endpoint(
                        HttpMethod.GET,
                        "/v1/models/{model}/versions/{version}/verification",
                        call -> call.replyWhen(
                                200,
                                desk.ofModel(
                                        call.request().argument(0),
                                        call.request().argument(1)),
                                json -> json)));
    }

    private Endpoint endpoint(HttpMethod method, String template, Consumer<SimpleCall> step) {
        Endpoint.Access access = method.equals(HttpMethod.GET) ? Endpoint.Access.READ : Endpoint.Access.INFER;
        return new Endpoint(method, template, access, request -> new SimpleCall(request, metrics, step));
    }

    private static RequestId id(SimpleCall call) {
        return id(call.request());
    }

    static RequestId id(RestRequest request) {
        try {
            return RequestId.parse(request.argument(0));
        } catch (IllegalArgumentException e) {
            throw new RefusedException(ErrorCode.INVALID_REQUEST, String.valueOf(e.getMessage()));
        }
    }

    private void file(SimpleCall call, VerificationDesk.Part part) {
        octets(call, desk.file(id(call), call.request().caller(), part));
    }

    private void octets(SimpleCall call, CompletionStage<Bytes> file) {
        call.replyWhen(file, bytes -> {
            HttpReply reply = HttpReply.start(200).contentType(HttpReply.OCTETS);
            reply.body().raw(bytes.toArray());
            return reply;
        });
    }

    private void escalate(SimpleCall call) {
        ObjectNode body = call.object();
        call.replyWhen(
                202,
                desk.escalate(
                        id(call),
                        call.request().caller(),
                        new VerificationDesk.Escalation(
                                sent(body),
                                deadline(body),
                                privateInput(body),
                                callback(body).map(CallbackUrl::text))),
                json -> json);
    }

    /** The request once more; empty where the body names none, so that the kept one is meant. */
    private static Optional<VerificationDesk.Sent> sent(ObjectNode body) {
        JsonNode request = body.path("request");
        if (request.isMissingNode() && body.path("salt").isMissingNode()) {
            return Optional.empty();
        }
        if (!request.isObject()) {
            throw invalid("the body must be {\"request\": what was sent to infer, \"salt\": candor_salt of the answer,"
                    + " \"model\": and \"version\": as in the address of the request}, or have neither request nor salt"
                    + " where the input was kept (retain_input)");
        }
        String model = Registration.text(body, "model");
        String version = Registration.text(body, "version");
        byte[] sent = Json.bytes(request);
        ParsedInference parsed = InferRequestReader.read(
                model == null ? "" : model,
                version == null ? "" : version,
                sent,
                sent.length,
                -1,
                null,
                sent.length * 8);
        return Optional.of(new VerificationDesk.Sent(parsed.request(), salt(body)));
    }

    private static Bytes salt(ObjectNode body) {
        String text = Registration.text(body, "salt");
        try {
            Bytes salt = Bytes.wrap(Base64.getDecoder().decode(text == null ? "" : text));
            if (salt.length() == Digests.SALT_SIZE) {
                return salt;
            }
        } catch (IllegalArgumentException e) {
            throw invalid("\"salt\" is not base64; send candor_salt as the answer had it");
        }
        throw invalid("\"salt\" must be candor_salt as the answer had it");
    }

    private static Optional<Duration> deadline(ObjectNode body) {
        JsonNode value = body.path("verification_deadline_ms");
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        if (!value.isIntegralNumber() || value.longValue() < 1_000 || value.longValue() > MOST_DEADLINE) {
            throw invalid("\"verification_deadline_ms\" must be a whole number from 1000 to " + MOST_DEADLINE);
        }
        return Optional.of(Duration.ofMillis(value.longValue()));
    }

    private static Optional<CallbackUrl> callback(ObjectNode body) {
        String text = Registration.text(body, "callback_url");
        return Optional.ofNullable(text).map(CallbackUrl::parse);
    }

    private static boolean privateInput(ObjectNode body) {
        JsonNode value = body.path("private_input");
        if (!value.isMissingNode() && !value.isBoolean()) {
            throw invalid("\"private_input\" must be true or false");
        }
        return value.booleanValue();
    }

    private static RefusedException invalid(String sentence) {
        return new RefusedException(ErrorCode.INVALID_REQUEST, sentence);
    }
}
