package dev.candor.cluster.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.model.ModelAdministration;
import dev.candor.actors.model.ModelView;
import dev.candor.actors.model.Split;
import dev.candor.actors.value.RequestId;
import dev.candor.cluster.http.HttpReply;
import dev.candor.cluster.http.Utf8Buffer;
import io.netty.handler.codec.http.HttpMethod;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;

/** The endpoints that are Candor's own: models, receipts, keys, health, metrics. */
final class CandorApi {
    private static final byte[] PROMETHEUS = Utf8Buffer.ascii("text/plain; version=0.0.4; charset=utf-8");

    private final RestServices services;
    private final RestSettings settings;
    private final RestMetrics metrics;
    private final Executor codecs;
    private final PrometheusTextFormatWriter text =
            PrometheusTextFormatWriter.builder().build();
    private final List<Endpoint> endpoints = new ArrayList<>();

    private CandorApi(RestServices services, RestSettings settings, RestMetrics metrics, Executor codecs) {
        this.services = services;
        this.settings = settings;
        this.metrics = metrics;
        this.codecs = codecs;
    }

    static List<Endpoint> endpoints(
            RestServices services, RestSettings settings, RestMetrics metrics, Executor codecs) {
        CandorApi api = new CandorApi(services, settings, metrics, codecs);
        api.add();
        return List.copyOf(api.endpoints);
    }

    private void add() {
        BlockingWork work = new BlockingWork(services.blocking(), settings.maxUploads());
        Registration registration = new Registration(services, work, settings);
        endpoints.add(new Endpoint(
                HttpMethod.POST,
                "/v1/blobs",
                Endpoint.Access.ADMIN,
                request -> new UploadCall(request, metrics, services.blobs(), work, settings.maxUpload())));
        add(HttpMethod.GET, "/v1/models", Endpoint.Access.READ, this::models);
        add(HttpMethod.GET, "/v1/models/{model}", Endpoint.Access.READ, this::model);
        add(HttpMethod.POST, "/v1/models/{model}/versions", Endpoint.Access.ADMIN, registration::register);
        add(HttpMethod.PUT, "/v1/models/{model}/aliases/{alias}", Endpoint.Access.ADMIN, this::setAlias);
        add(HttpMethod.PUT, "/v1/models/{model}/aliases/{alias}/split", Endpoint.Access.ADMIN, this::split);
        add(HttpMethod.POST, "/v1/models/{model}/aliases/{alias}/rollback", Endpoint.Access.ADMIN, this::rollback);
        String version = "/v1/models/{model}/versions/{version}";
        add(HttpMethod.POST, version + "/enable", Endpoint.Access.ADMIN, call -> setEnabled(call, true));
        add(HttpMethod.POST, version + "/disable", Endpoint.Access.ADMIN, call -> setEnabled(call, false));
        WarmUpApi warming = new WarmUpApi(services.catalog(), services.warmer());
        add(HttpMethod.POST, version + "/warm", Endpoint.Access.ADMIN, warming::warm);
        add(
                HttpMethod.DELETE,
                version,
                Endpoint.Access.ADMIN,
                call -> change(
                        call,
                        model -> services.administration()
                                .remove(model, Optional.of(call.request().version(1)))));
        add(
                HttpMethod.DELETE,
                "/v1/models/{model}",
                Endpoint.Access.ADMIN,
                call -> change(call, model -> services.administration().remove(model, Optional.empty())));
        add(HttpMethod.GET, "/v1/receipts/{request}", Endpoint.Access.READ, this::receipt);
        add(HttpMethod.GET, "/v1/receipts/{request}/finality", Endpoint.Access.READ, this::finality);
        add(
                HttpMethod.GET,
                "/v1/stats",
                Endpoint.Access.OPEN,
                call -> call.replyWhen(200, services.stats().stats(), PublicStats::json));
        add(HttpMethod.GET, "/v1/keys", Endpoint.Access.OPEN, this::keys);
        add(HttpMethod.GET, "/metrics", Endpoint.Access.FIGURES, this::metrics);
        add(HttpMethod.GET, "/health", Endpoint.Access.OPEN, this::health);
    }

    private void add(HttpMethod method, String template, Endpoint.Access access, Consumer<SimpleCall> step) {
        endpoints.add(new Endpoint(method, template, access, request -> new SimpleCall(request, metrics, step)));
    }

    private void models(SimpleCall call) {
        ObjectNode json = Json.object();
        ArrayNode all = json.putArray("models");
        services.catalog().all().forEach(view -> all.add(ModelJson.of(view)));
        ArrayNode listed = json.put("object", "list").putArray("data");
        services.language().models().forEach(model -> listed.add(OpenAiApi.listed(model)));
        call.reply(200, json);
    }

    private void model(SimpleCall call) {
        String name = call.request().argument(0);
        call.replyWhen(
                200,
                services.administration().show(name),
                found -> ModelJson.of(found.orElseThrow(() -> Models.unknown(name)))
                        .setAll(OpenAiApi.listed(services.language(), name)));
    }

    /** Answers with the model as a change leaves it. */
    private void change(SimpleCall call, Function<String, CompletionStage<ModelView>> change) {
        call.replyWhen(200, change.apply(call.request().argument(0)), view -> ModelJson.of(view));
    }

    private void setAlias(SimpleCall call) {
        String version = Registration.text(call.object(), "version");
        if (version == null) {
            throw new RefusedException(
                    ErrorCode.INVALID_REQUEST,
                    "the body must be {\"version\": \"MAJOR.MM\"}, the version the alias shall name");
        }
        change(
                call,
                model -> services.administration()
                        .setAlias(model, call.request().argument(1), RestRequest.parseVersion(version)));
    }

    private void split(SimpleCall call) {
        Split split = SplitJson.read(call.object());
        change(
                call,
                model -> services.administration().split(model, call.request().argument(1), split));
    }

    private void rollback(SimpleCall call) {
        change(
                call,
                model ->
                        services.administration().rollback(model, call.request().argument(1)));
    }

    private void setEnabled(SimpleCall call, boolean enabled) {
        ModelAdministration administration = services.administration();
        change(call, model -> administration.setEnabled(model, call.request().version(1), enabled));
    }

    private static RequestId requestId(SimpleCall call) {
        try {
            return RequestId.parse(call.request().argument(0));
        } catch (IllegalArgumentException e) {
            throw new RefusedException(ErrorCode.INVALID_REQUEST, String.valueOf(e.getMessage()));
        }
    }

    private void finality(SimpleCall call) {
        RequestId id = requestId(call);
        CompletionStage<Optional<FinalityLookup.Finality>> finalities = services.receipts()
                .find(id, call.request().caller())
                .thenCompose(own -> own.isPresent()
                        ? services.finality().find(id)
                        : CompletableFuture.completedStage(Optional.empty()));
        call.replyWhen(200, finalities, found -> {
            FinalityLookup.Finality finality = found.orElseThrow(
                    () -> new RefusedException(ErrorCode.NOT_FOUND, "no receipt of request " + id + " is committed"));
            return FinalityJson.of(id, finality);
        });
    }

    private void receipt(SimpleCall call) {
        RequestId id = requestId(call);
        call.replyWhen(
                200,
                services.receipts().find(id, call.request().caller()),
                found -> Json.object()
                        .put("request_id", id.toString())
                        .put(
                                "receipt",
                                Base64.getEncoder()
                                        .encodeToString(found.orElseThrow(() -> new RefusedException(
                                                        ErrorCode.NOT_FOUND,
                                                        "no receipt of request " + id + " is committed"))
                                                .toArray())));
    }

    private void keys(SimpleCall call) {
        HttpReply reply = HttpReply.start(200);
        reply.body().raw(services.keys().trustFile().getBytes(StandardCharsets.UTF_8));
        call.exchange().send(reply);
    }

    /** A scrape walks through every figure of the node: not on a thread that serves connections. */
    private void metrics(SimpleCall call) {
        call.replyWhen(CompletableFuture.supplyAsync(this::scrape, codecs), page -> {
            HttpReply reply = HttpReply.start(200).contentType(PROMETHEUS);
            reply.body().raw(page.toByteArray());
            return reply;
        });
    }

    private ByteArrayOutputStream scrape() {
        ByteArrayOutputStream page = new ByteArrayOutputStream();
        try {
            text.write(page, services.metrics().scrape());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return page;
    }

    private void health(SimpleCall call) {
        HealthSource.Health health = services.health().health();
        ObjectNode json = Json.object()
                .put("version", settings.version())
                .put("network", health.network().toHex())
                .put("ready", health.isReady());
        health.roles().forEach(json.putArray("roles")::add);
        ArrayNode parts = json.putArray("parts");
        for (HealthSource.Part part : health.parts()) {
            parts.addObject()
                    .put("name", part.name())
                    .put("ready", part.ready())
                    .put("sentence", part.sentence());
        }
        call.reply(health.isReady() ? 200 : 503, json);
    }
}
