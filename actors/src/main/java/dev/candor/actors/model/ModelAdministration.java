package dev.candor.actors.model;

import dev.candor.actors.value.Digest;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Changes to models, durable when the stage completes. A refusal fails the stage with {@link dev.candor.actors.inference.RefusedException}. Thread-safe.
 */
public interface ModelAdministration {
    /**
     * Registers a new version whose file is in the blob store already. The same content and specification again answers the version that has them.
     *
     * @param version the version wanted, or empty for the next minor one
     */
    CompletionStage<ModelRef> register(
            String name, Digest contentId, long sizeBytes, ModelSpec spec, Optional<ModelVersion> version);

    /** The entity's own state, or empty where there is no such model. */
    CompletionStage<Optional<ModelView>> show(String name);

    /** Points an alias at a version. */
    CompletionStage<ModelView> setAlias(String name, String alias, ModelVersion version);

    /** Lets several versions share an alias's requests by weight; a split of one version is {@link #setAlias}. */
    CompletionStage<ModelView> split(String name, String alias, Split split);

    /** Points an alias at the version or versions it named before its last change. */
    CompletionStage<ModelView> rollback(String name, String alias);

    /** Enables or disables a version (repository load and unload). */
    CompletionStage<ModelView> setEnabled(String name, ModelVersion version, boolean enabled);

    /** Removes a version, or with an empty version the model; receipts that name it stay verifiable. */
    CompletionStage<ModelView> remove(String name, Optional<ModelVersion> version);
}
