package dev.candor.cluster.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.model.ModelCatalog;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.model.ModelView;
import dev.candor.actors.routing.ModelWarmer;
import dev.candor.actors.routing.ModelWarmer.Node;
import dev.candor.actors.routing.ModelWarmer.Warmth;
import java.util.Locale;

/** {@code POST /v1/models/{m}/versions/{v}/warm}: asks for copies and answers at once how many are warm; a caller asks again until {@code done}. */
final class WarmUpApi {
    private static final int MOST = 1024;

    private final ModelCatalog catalog;
    private final ModelWarmer warmer;

    WarmUpApi(ModelCatalog catalog, ModelWarmer warmer) {
        this.catalog = catalog;
        this.warmer = warmer;
    }

    void warm(SimpleCall call) {
        String name = call.request().argument(0);
        String wanted = call.request().argument(1);
        ModelView view = catalog.find(name).orElseThrow(() -> Models.unknown(name));
        ModelVersion version = Models.resolve(view, wanted);
        if (!Models.registered(view, version).enabled()) {
            throw new RefusedException(
                    ErrorCode.MODEL_DISABLED,
                    "version " + version + " of model \"" + name + "\" is disabled; enable it before it is warmed up");
        }
        call.reply(200, json(version, warmer.warm(view.ref(version), executors(call.object()))));
    }

    private static int executors(ObjectNode body) {
        JsonNode executors = body.path("executors");
        if (!executors.isInt() || executors.intValue() < 1 || executors.intValue() > MOST || body.size() != 1) {
            throw new RefusedException(
                    ErrorCode.INVALID_REQUEST,
                    "the body must be {\"executors\": N}, on how many devices the model shall be warm, 1 to " + MOST);
        }
        return executors.intValue();
    }

    private static ObjectNode json(ModelVersion version, Warmth warmth) {
        ObjectNode json = Json.object()
                .put("version", version.toString())
                .put("wanted", warmth.wanted())
                .put("ready", warmth.ready())
                .put("devices", warmth.devices())
                .put("done", warmth.done());
        ArrayNode nodes = json.putArray("nodes");
        for (Node node : warmth.nodes()) {
            nodes.addObject()
                    .put("node", node.name())
                    .put("state", node.residency().name().toLowerCase(Locale.ROOT))
                    .put("ready", node.ready())
                    .put("devices", node.devices())
                    .put("why", node.why());
        }
        return json;
    }
}
