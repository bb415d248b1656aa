package dev.candor.cluster.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.model.ModelAdministration;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.model.ModelView;
import dev.candor.cluster.http.HttpReply;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Triton's load and unload, as enabling and disabling of registered versions: of the one that the parameter {@code version} (ours) names, else of all.
 */
final class RepositoryControl {
    private final ModelAdministration administration;

    RepositoryControl(ModelAdministration administration) {
        this.administration = administration;
    }

    void load(SimpleCall call) {
        change(call, true);
    }

    void unload(SimpleCall call) {
        change(call, false);
    }

    private void change(SimpleCall call, boolean enabled) {
        String name = call.request().argument(0);
        String wanted = version(call);
        CompletionStage<ModelView> changed = administration.show(name).thenCompose(found -> {
            ModelView view = found.orElseThrow(() -> Models.unknown(name));
            CompletionStage<ModelView> stage = CompletableFuture.completedStage(view);
            for (ModelVersion version : versions(view, wanted, enabled)) {
                stage = stage.thenCompose(before -> administration.setEnabled(name, version, enabled));
            }
            return stage;
        });
        call.replyWhen(changed, view -> HttpReply.start(200));
    }

    private static List<ModelVersion> versions(ModelView view, String wanted, boolean enabled) {
        if (!wanted.isEmpty()) {
            return List.of(Models.resolve(view, wanted));
        }
        return view.versions().entrySet().stream()
                .filter(entry -> entry.getValue().enabled() != enabled)
                .map(Map.Entry::getKey)
                .toList();
    }

    private static String version(SimpleCall call) {
        ObjectNode body = call.object();
        JsonNode parameters = body.path("parameters");
        for (Map.Entry<String, JsonNode> parameter : parameters.properties()) {
            String name = parameter.getKey();
            if (name.equals("config") || name.startsWith("file:")) {
                throw new RefusedException(
                        ErrorCode.UNIMPLEMENTED,
                        "the parameter \"" + name
                                + "\" is not served: a version's files and configuration never change; register a new one with POST /v1/models/"
                                + call.request().argument(0) + "/versions");
            }
        }
        JsonNode version = parameters.path("version");
        if (!version.isMissingNode() && !version.isTextual()) {
            throw new RefusedException(ErrorCode.INVALID_REQUEST, "the parameter \"version\" must be a string");
        }
        return version.asText("");
    }
}
