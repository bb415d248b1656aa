package dev.candor.cluster.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.model.ModelSpecJson;
import dev.candor.actors.model.ModelView;
import java.util.Optional;

/** Models in Candor's own API. */
final class ModelJson {
    private ModelJson() {}

    static ObjectNode of(ModelView view) {
        ObjectNode json = Json.object().put("name", view.name()).put("revision", view.revision());
        ArrayNode versions = json.putArray("versions");
        view.versions()
                .forEach((version, registered) -> versions.addObject()
                        .put("version", version.toString())
                        .put("content_id", registered.contentId().toHex())
                        .put("size", registered.sizeBytes())
                        .put("enabled", registered.enabled())
                        .set(
                                "spec",
                                ModelSpecJson.write(new ModelSpecJson.Document(Optional.empty(), registered.spec()))));
        ObjectNode aliases = json.putObject("aliases");
        view.aliases().forEach((alias, version) -> aliases.put(alias, version.toString()));
        ObjectNode splits = json.putObject("splits");
        view.splits().forEach((alias, split) -> {
            ObjectNode weights = splits.putObject(alias);
            split.weights().forEach((version, weight) -> weights.put(version.toString(), weight));
        });
        return json;
    }

    static ObjectNode of(ModelRef ref) {
        return Json.object()
                .put("name", ref.name())
                .put("version", ref.version().toString())
                .put("content_id", ref.contentId().toHex());
    }
}
