package dev.candor.cluster.rest;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.model.ModelCatalog;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.model.ModelView;

/** Models by name and version, or a refusal that says what is missing. */
final class Models {
    private Models() {}

    static ModelView find(ModelCatalog catalog, String name) {
        return catalog.find(name).orElseThrow(() -> unknown(name));
    }

    static RefusedException unknown(String name) {
        return new RefusedException(
                ErrorCode.MODEL_NOT_FOUND,
                "there is no model \"" + name + "\" on this node; GET /v1/models lists the models");
    }

    /** The version that {@code wanted} names: a version, an alias, or empty for the default. */
    static ModelVersion resolve(ModelView view, String wanted) {
        return view.resolve(wanted)
                .filter(version -> view.versions().containsKey(version))
                .orElseThrow(() -> new RefusedException(
                        ErrorCode.MODEL_NOT_FOUND,
                        wanted.isEmpty()
                                ? "no version of model \"" + view.name() + "\" is enabled"
                                : "model \"" + view.name() + "\" has no version or alias \"" + wanted + "\"; it has "
                                        + view.versions().keySet() + " and "
                                        + view.aliases().keySet()));
    }

    static ModelView.Registered registered(ModelView view, ModelVersion version) {
        ModelView.Registered registered = view.versions().get(version);
        if (registered == null) {
            throw new RefusedException(
                    ErrorCode.MODEL_NOT_FOUND, "model \"" + view.name() + "\" has no version " + version);
        }
        return registered;
    }
}
