package dev.candor.cluster.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.metrics.ModelStatistics;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.model.ModelView;
import io.netty.handler.codec.http.HttpMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** The endpoints under {@code /v2}: the Open Inference Protocol with Triton's extensions, and refusals by name for those that are not served. */
final class ProtocolApi {
    private static final List<String> EXTENSIONS = List.of(
            "binary_tensor_data",
            "classification",
            "model_configuration",
            "model_repository",
            "parameters",
            "schedule_policy",
            "statistics");

    private final RestServices services;
    private final RestSettings settings;
    private final RestMetrics metrics;
    private final Executor codecs;
    private final List<Endpoint> endpoints = new ArrayList<>();

    private ProtocolApi(RestServices services, RestSettings settings, RestMetrics metrics, Executor codecs) {
        this.services = services;
        this.settings = settings;
        this.metrics = metrics;
        this.codecs = codecs;
    }

    static List<Endpoint> endpoints(
            RestServices services, RestSettings settings, RestMetrics metrics, Executor codecs) {
        ProtocolApi api = new ProtocolApi(services, settings, metrics, codecs);
        api.addServed();
        api.addRefused();
        return List.copyOf(api.endpoints);
    }

    private void addServed() {
        open("/v2/health/live", call -> call.reply(200, Json.object().put("live", true)));
        open("/v2/health/ready", this::nodeReady);
        get("/v2", this::server);
        get("/v2/models/stats", call -> call.reply(200, ProtocolJson.statistics(statistics("", ""))));
        for (String model : List.of("/v2/models/{model}", "/v2/models/{model}/versions/{version}")) {
            get(model, this::metadata);
            get(model + "/ready", this::modelReady);
            get(model + "/config", this::configuration);
            get(model + "/stats", this::modelStatistics);
            endpoints.add(new Endpoint(
                    HttpMethod.POST,
                    model + "/infer",
                    Endpoint.Access.INFER,
                    request -> new InferCall(request, services, settings, metrics, codecs)));
        }
        add(HttpMethod.POST, "/v2/repository/index", Endpoint.Access.READ, this::index);
        RepositoryControl control = new RepositoryControl(services.administration());
        add(HttpMethod.POST, "/v2/repository/models/{model}/load", Endpoint.Access.ADMIN, control::load);
        add(HttpMethod.POST, "/v2/repository/models/{model}/unload", Endpoint.Access.ADMIN, control::unload);
    }

    private void addRefused() {
        String memory = "shared memory is not served: this node and its clients share none; send tensors in the body";
        for (String kind : List.of("/v2/systemsharedmemory", "/v2/cudasharedmemory")) {
            refused(HttpMethod.GET, memory, kind + "/status", kind + "/region/{region}/status");
            refused(
                    HttpMethod.POST,
                    memory,
                    kind + "/region/{region}/register",
                    kind + "/region/{region}/unregister",
                    kind + "/unregister");
        }
        String trace = "the trace extension is not served; Server-Timing on each answer says where its time went";
        String logging = "the logging extension is not served; the node's log is set up in its configuration";
        refused(HttpMethod.GET, trace, "/v2/trace/setting", "/v2/models/{model}/trace/setting");
        refused(HttpMethod.POST, trace, "/v2/trace/setting", "/v2/models/{model}/trace/setting");
        refused(HttpMethod.GET, logging, "/v2/logging");
        refused(HttpMethod.POST, logging, "/v2/logging");
        for (String model : List.of("/v2/models/{model}", "/v2/models/{model}/versions/{version}")) {
            refused(
                    HttpMethod.POST,
                    "the generate extension is not served: models here give one answer a request; use " + model
                            + "/infer",
                    model + "/generate",
                    model + "/generate_stream");
        }
        refused(
                HttpMethod.POST,
                "named repositories are not served: this node has one, without a name; use /v2/repository",
                "/v2/repository/{repository}/index",
                "/v2/repository/{repository}/models/{model}/load",
                "/v2/repository/{repository}/models/{model}/unload");
    }

    private void open(String template, Consumer<SimpleCall> step) {
        add(HttpMethod.GET, template, Endpoint.Access.OPEN, step);
    }

    private void get(String template, Consumer<SimpleCall> step) {
        add(HttpMethod.GET, template, Endpoint.Access.READ, step);
    }

    private void add(HttpMethod method, String template, Endpoint.Access access, Consumer<SimpleCall> step) {
        endpoints.add(new Endpoint(method, template, access, request -> new SimpleCall(request, metrics, step)));
    }

    private void refused(HttpMethod method, String sentence, String... templates) {
        for (String template : templates) {
            add(method, template, Endpoint.Access.INFER, call -> {
                throw new RefusedException(ErrorCode.UNIMPLEMENTED, sentence);
            });
        }
    }

    private void nodeReady(SimpleCall call) {
        services.inference()
                .nodeReadiness()
                .ifPresentOrElse(
                        call::refuse, () -> call.reply(200, Json.object().put("ready", true)));
    }

    private void server(SimpleCall call) {
        ObjectNode json = Json.object().put("name", "candor").put("version", settings.version());
        EXTENSIONS.forEach(json.putArray("extensions")::add);
        call.reply(200, json);
    }

    private void metadata(SimpleCall call) {
        ModelView view = Models.find(services.catalog(), call.request().argument(0));
        ModelVersion version = Models.resolve(view, call.request().argument(1));
        call.reply(
                200,
                ProtocolJson.metadata(view, Models.registered(view, version).spec()));
    }

    private void modelReady(SimpleCall call) {
        String name = call.request().argument(0);
        services.inference()
                .modelReadiness(name, call.request().argument(1))
                .ifPresentOrElse(
                        call::refuse,
                        () -> call.reply(200, Json.object().put("name", name).put("ready", true)));
    }

    private void configuration(SimpleCall call) {
        ModelView view = Models.find(services.catalog(), call.request().argument(0));
        ModelVersion version = Models.resolve(view, call.request().argument(1));
        call.reply(
                200,
                ProtocolJson.configuration(
                        view.name(), Models.registered(view, version).spec()));
    }

    private void modelStatistics(SimpleCall call) {
        ModelView view = Models.find(services.catalog(), call.request().argument(0));
        String wanted = call.request().argument(1);
        String version = wanted.isEmpty() ? "" : Models.resolve(view, wanted).toString();
        call.reply(200, ProtocolJson.statistics(statistics(view.name(), version)));
    }

    private List<ModelStatistics> statistics(String name, String version) {
        return services.statistics().statistics().stream()
                .filter(one -> name.isEmpty() || one.model().name().equals(name))
                .filter(one ->
                        version.isEmpty() || one.model().version().toString().equals(version))
                .toList();
    }

    private void index(SimpleCall call) {
        boolean onlyReady = call.object().path("ready").asBoolean(false);
        ArrayNode json = Json.object().putArray("index");
        for (ModelView view : services.catalog().all()) {
            view.versions().forEach((version, registered) -> {
                Optional<Refusal> why = registered.enabled()
                        ? services.inference().modelReadiness(view.name(), version.toString())
                        : Optional.of(Refusal.of(ErrorCode.MODEL_DISABLED, "disabled"));
                if (why.isEmpty() || !onlyReady) {
                    json.addObject()
                            .put("name", view.name())
                            .put("version", version.toString())
                            .put("state", why.isEmpty() ? "READY" : "UNAVAILABLE")
                            .put("reason", why.map(Refusal::sentence).orElse(""));
                }
            });
        }
        call.reply(200, json);
    }
}
