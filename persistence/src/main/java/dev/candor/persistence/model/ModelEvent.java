package dev.candor.persistence.model;

import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.model.Split;
import dev.candor.actors.value.Digest;

/** What happened to a model. */
public sealed interface ModelEvent {
    /** A version was registered, enabled. */
    record VersionRegistered(ModelVersion version, Digest contentId, long sizeBytes, ModelSpec spec)
            implements ModelEvent {}

    /** An alias names another version from now on. */
    record AliasPointed(String alias, ModelVersion version) implements ModelEvent {}

    /** Several versions share an alias's requests from now on. */
    record AliasSplit(String alias, Split split) implements ModelEvent {}

    /** An alias names what it named before its last change. */
    record AliasRolledBack(String alias) implements ModelEvent {}

    /** Requests to a version are served from now on, or refused. */
    record VersionEnabled(ModelVersion version, boolean enabled) implements ModelEvent {}

    /** A version is gone; its number is not used again. */
    record VersionRemoved(ModelVersion version) implements ModelEvent {}

    /** All versions and aliases are gone; their numbers are not used again. */
    record ModelRemoved() implements ModelEvent {}
}
