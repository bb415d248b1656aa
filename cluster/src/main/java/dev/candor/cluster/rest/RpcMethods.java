package dev.candor.cluster.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.model.ModelView;
import dev.candor.actors.receipt.Receipt;
import dev.candor.actors.receipt.ReceiptExplainer;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.RequestId;
import dev.candor.actors.wire.MalformedBytesException;
import dev.candor.cluster.rpc.RpcCall;
import dev.candor.cluster.rpc.RpcMethod;
import dev.candor.cluster.rpc.RpcParams;
import dev.candor.cluster.rpc.RpcService;
import dev.candor.cluster.rpc.Subscriptions;
import dev.candor.cluster.security.Operation;
import dev.candor.persistence.ledger.stats.LedgerStats;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/** The methods of JSON-RPC: what REST has, for programs that speak only this. Stateless. */
final class RpcMethods {
    private static final int PAGE = 20;
    private static final int LARGEST_PAGE = 100;
    private static final List<String> REQUEST = List.of("request_id");

    private final RestServices services;
    private final RestSettings settings;

    private RpcMethods(RestServices services, RestSettings settings) {
        this.services = services;
        this.settings = settings;
    }

    static List<RpcMethod> all(RestServices services, RestSettings settings) {
        RpcMethods methods = new RpcMethods(services, settings);
        return List.of(
                new RpcMethod(
                        "candor_infer",
                        Operation.INFERENCE,
                        List.of("model", "request", "version"),
                        new RpcInfer(services, settings)),
                read("candor_status", REQUEST, call -> methods.status(call.params(), call)),
                read("candor_receipt", List.of("request_id", "explain"), methods::receipt),
                read("candor_finality", REQUEST, methods::finality),
                read("candor_proof", List.of("request_id", "part"), methods::proof),
                read("candor_stats", List.of(), call -> services.stats().stats().thenApply(PublicStats::json)),
                read("candor_models", List.of("limit", "cursor"), methods::models),
                read("candor_network", List.of(), methods::network),
                read("candor_subscribe", List.of("topic", "request_id"), methods::subscribe),
                read("candor_unsubscribe", List.of("subscription"), methods::unsubscribe));
    }

    private static RpcMethod read(
            String name, List<String> parameters, Function<RpcCall, CompletionStage<? extends JsonNode>> body) {
        return new RpcMethod(
                name, Operation.READ, parameters, call -> body.apply(call).thenApply(Json::bytes));
    }

    private static RequestId id(RpcParams params) {
        try {
            return RequestId.parse(params.text("request_id"));
        } catch (IllegalArgumentException e) {
            throw invalid(String.valueOf(e.getMessage()));
        }
    }

    private CompletionStage<JsonNode> status(RpcParams params, RpcCall call) {
        return services.verification().show(id(params), call.caller());
    }

    private CompletionStage<ObjectNode> receipt(RpcCall call) {
        RequestId id = id(call.params());
        boolean explain = call.params().flag("explain");
        return services.receipts().find(id, call.caller()).thenApply(found -> {
            Bytes receipt = found.orElseThrow(() -> nothing(id));
            ObjectNode json = Json.object()
                    .put("request_id", id.toString())
                    .put("receipt", Base64.getEncoder().encodeToString(receipt.toArray()));
            if (explain) {
                try {
                    json.set("says", ReceiptExplainer.json(Receipt.parse(receipt)));
                } catch (MalformedBytesException e) {
                    throw new IllegalStateException("a receipt that was committed cannot be read", e);
                }
            }
            return json;
        });
    }

    private static RefusedException nothing(RequestId id) {
        return new RefusedException(ErrorCode.NOT_FOUND, "no receipt of request " + id + " is committed");
    }

    private CompletionStage<ObjectNode> finality(RpcCall call) {
        RequestId id = id(call.params());
        return services.receipts()
                .find(id, call.caller())
                .thenCompose(own -> own.isPresent()
                        ? services.finality().find(id)
                        : CompletableFuture.completedStage(Optional.empty()))
                .thenApply(found -> FinalityJson.of(id, found.orElseThrow(() -> nothing(id))));
    }

    private CompletionStage<ObjectNode> proof(RpcCall call) {
        RequestId id = id(call.params());
        String part = call.params().optionalText("part").orElse("proof");
        CompletionStage<Bytes> file = switch (part) {
            case "proof", "statement", "lineage" ->
                services.verification()
                        .file(id, call.caller(), VerificationDesk.Part.valueOf(part.toUpperCase(Locale.ROOT)));
            case "attestation" -> services.verification().attestation(id, call.caller());
            default -> throw invalid("the parts are proof, statement, lineage and attestation");
        };
        return file.thenApply(bytes -> Json.object()
                .put("request_id", id.toString())
                .put("part", part)
                .put("bytes", Base64.getEncoder().encodeToString(bytes.toArray())));
    }

    /** By name, a page at a time; {@code next} is there while there are more. */
    private CompletionStage<ObjectNode> models(RpcCall call) {
        int limit = (int) call.params().whole("limit", PAGE, 1, LARGEST_PAGE);
        String after =
                call.params().optionalText("cursor").map(RpcMethods::name).orElse("");
        List<ModelView> rest = services.catalog().all().stream()
                .filter(view -> view.name().compareTo(after) > 0)
                .sorted(Comparator.comparing(ModelView::name))
                .limit(limit + 1L)
                .toList();
        ObjectNode json = Json.object();
        ArrayNode models = json.putArray("models");
        rest.stream().limit(limit).forEach(view -> models.add(ModelJson.of(view)));
        if (rest.size() > limit) {
            byte[] last = rest.get(limit - 1).name().getBytes(StandardCharsets.UTF_8);
            json.put("next", Base64.getUrlEncoder().withoutPadding().encodeToString(last));
        }
        return CompletableFuture.completedStage(json);
    }

    private static String name(String cursor) {
        try {
            return new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw invalid("\"cursor\" must be \"next\" of the page before");
        }
    }

    private CompletionStage<ObjectNode> network(RpcCall call) {
        HealthSource.Health health = services.health().health();
        return CompletableFuture.completedStage(Json.object()
                .put("version", settings.version())
                .put("network", health.network().toHex())
                .put("ready", health.isReady()));
    }

    private CompletionStage<JsonNode> subscribe(RpcCall call) {
        Subscriptions subscriptions = call.subscriptions().orElseThrow(RpcService::withoutSubscriptions);
        String topic = call.params().text("topic");
        Supplier<CompletionStage<JsonNode>> value = switch (topic) {
            case "status" -> {
                RequestId id = id(call.params());
                yield () -> services.verification().show(id, call.caller());
            }
            case "heads" -> () -> services.stats().stats().thenApply(RpcMethods::head);
            case "stats" -> () -> services.stats().stats().thenApply(PublicStats::json);
            default -> throw invalid("the topics are status (with a request_id), heads and stats");
        };
        return subscriptions.begin(value).thenApply(name -> Json.object().textNode(name));
    }

    /** Where the ledger stands: blocks, and answers with a receipt in one. */
    private static JsonNode head(PublicStats stats) {
        return Json.object()
                .put("height", stats.figures().blocks())
                .put(
                        "answers",
                        stats.figures().days().stream()
                                .flatMap(day -> day.usage().stream())
                                .mapToLong(LedgerStats.Usage::answers)
                                .sum());
    }

    private CompletionStage<JsonNode> unsubscribe(RpcCall call) {
        Subscriptions subscriptions = call.subscriptions().orElseThrow(RpcService::withoutSubscriptions);
        boolean ended = subscriptions.end(call.params().text("subscription"));
        return CompletableFuture.completedStage(Json.object().booleanNode(ended));
    }

    private static RefusedException invalid(String sentence) {
        return new RefusedException(ErrorCode.INVALID_REQUEST, sentence);
    }
}
