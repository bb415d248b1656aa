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
 * Triton's load and unload, as enabling and disabling of registered versions. Loading enables the version that the parameter {@code version} names,
 * else the default, else the newest; unloading disables the version named, else every enabled one.
 */
final class RepositoryControl {
    private final ModelAdministration administration;

    RepositoryControl(ModelAdministration administration) {
        this.administration = administration;
    }

    void load(SimpleCall call) {
        String wanted = version(call);
        change(call, view -> List.of(toLoad(view, wanted)), true);
    }

    void unload(SimpleCall call) {
        String wanted = version(call);
        change(
                call,
                view -> wanted.isEmpty()
                        ? view.versions().entrySet().stream()
                                .filter(entry -> entry.getValue().enabled())
                                .map(Map.Entry::getKey)
                                .toList()
                        : List.of(Models.resolve(view, wanted)),
                false);
    }

    /** What a request changes of a model. */
    @FunctionalInterface
    private interface Choice {
        List<ModelVersion> of(ModelView view);
    }

    private void change(SimpleCall call, Choice choice, boolean enabled) {
        String name = call.request().argument(0);
        CompletionStage<ModelView> changed = administration.show(name).thenCompose(found -> {
            ModelView view = found.orElseThrow(() -> Models.unknown(name));
            CompletionStage<ModelView> stage = CompletableFuture.completedStage(view);
            for (ModelVersion version : choice.of(view)) {
                stage = stage.thenCompose(before -> administration.setEnabled(name, version, enabled));
            }
            return stage;
        });
        call.replyWhen(changed, view -> HttpReply.start(200));
    }

    private static ModelVersion toLoad(ModelView view, String wanted) {
        if (!wanted.isEmpty() || view.resolve("").isPresent()) {
            return Models.resolve(view, wanted);
        }
        if (view.versions().isEmpty()) {
            throw new RefusedException(
                    ErrorCode.MODEL_NOT_FOUND, "model \"" + view.name() + "\" has no version; register one first");
        }
        return view.versions().lastKey();
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
