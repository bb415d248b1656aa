package dev.candor.persistence.model;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.model.ModelView;
import dev.candor.actors.model.ModelView.Registered;
import dev.candor.actors.model.Split;
import dev.candor.actors.value.Digest;
import java.util.List;
import java.util.Optional;

/** Decides what a change to a model does. Pure: state in; an event out, or none where all is so already; a {@link RefusedException} where it cannot be. */
final class ModelDecider {
    private final String name;

    ModelDecider(String name) {
        this.name = name;
    }

    /**
     * A registration.
     *
     * @param version that the content and specification have now
     * @param event empty where they had it before
     */
    record Registration(ModelVersion version, Optional<ModelEvent> event) {}

    Registration register(
            ModelState state, Digest contentId, long sizeBytes, ModelSpec spec, Optional<ModelVersion> wanted) {
        ModelRules.checkName(name);
        ModelRules.checkSpec(spec);
        if (sizeBytes <= 0) {
            throw new RefusedException(ErrorCode.INVALID_MODEL, "The model's file is empty.");
        }
        Optional<ModelVersion> same = state.versions().entrySet().stream()
                .filter(entry -> entry.getValue().contentId().equals(contentId)
                        && entry.getValue().spec().equals(spec))
                .map(java.util.Map.Entry::getKey)
                .filter(version -> wanted.isEmpty() || wanted.get().equals(version))
                .findFirst();
        if (same.isPresent()) {
            return new Registration(same.get(), Optional.empty());
        }
        if (state.versions().size() >= ModelRules.MAX_VERSIONS) {
            throw new RefusedException(
                    ErrorCode.CONFLICT,
                    "Model \"" + name + "\" has " + ModelRules.MAX_VERSIONS
                            + " versions, the most there may be; remove some first.");
        }
        ModelVersion version = wanted.map(it -> checked(state, it, spec)).orElseGet(() -> next(state, spec));
        return new Registration(
                version, Optional.of(new ModelEvent.VersionRegistered(version, contentId, sizeBytes, spec)));
    }

    private ModelVersion next(ModelState state, ModelSpec spec) {
        Optional<ModelVersion> highest = state.highest();
        if (highest.isEmpty()) {
            return ModelVersion.FIRST;
        }
        // Against a removed version nothing can be compared: its specification is gone, so its successor counts as
        // incompatible.
        Registered before = state.versions().get(highest.get());
        boolean minor = before != null && ModelRules.compatible(before.spec(), spec);
        ModelVersion last = highest.get();
        if (last.major() == 9999 && (!minor || last.minor() == 99)) {
            throw new RefusedException(
                    ErrorCode.CONFLICT,
                    "Model \"" + name + "\" has used up its version numbers; register it under another name.");
        }
        return minor ? last.nextMinor() : last.nextMajor();
    }

    private ModelVersion checked(ModelState state, ModelVersion wanted, ModelSpec spec) {
        if (state.versions().containsKey(wanted)) {
            throw new RefusedException(
                    ErrorCode.CONFLICT,
                    "Model \"" + name + "\" has a version " + wanted
                            + " of another file or specification; ask for another number, or for none.");
        }
        if (state.removed().containsKey(wanted)) {
            throw new RefusedException(
                    ErrorCode.CONFLICT,
                    "Version " + wanted + " of model \"" + name
                            + "\" was removed, and receipts may name it; ask for another number, or for none.");
        }
        state.versions().entrySet().stream()
                .filter(entry -> entry.getKey().major() == wanted.major())
                .filter(entry -> entry.getKey().compareTo(wanted) < 0)
                .reduce((earlier, later) -> later)
                .filter(before -> !ModelRules.compatible(before.getValue().spec(), spec))
                .ifPresent(before -> {
                    throw new RefusedException(
                            ErrorCode.CONFLICT,
                            "The specification does not fit requests to version " + before.getKey() + " of model \""
                                    + name + "\"; ask for another major version, or for none.");
                });
        return wanted;
    }

    Optional<ModelEvent> setAlias(ModelState state, String alias, ModelVersion version) {
        return name(state, alias, Split.only(version), new ModelEvent.AliasPointed(alias, version));
    }

    Optional<ModelEvent> split(ModelState state, String alias, Split split) {
        return split.shared()
                ? name(state, alias, split, new ModelEvent.AliasSplit(alias, split))
                : setAlias(state, alias, split.heaviest());
    }

    private Optional<ModelEvent> name(ModelState state, String alias, Split split, ModelEvent event) {
        ModelRules.checkAlias(alias);
        split.weights().keySet().forEach(version -> need(state, version));
        ModelVersion oldest = split.weights().firstKey();
        for (ModelVersion version : split.weights().keySet()) {
            if (!ModelRules.compatible(
                    need(state, oldest).spec(), need(state, version).spec())) {
                throw new RefusedException(
                        ErrorCode.CONFLICT,
                        "Versions " + oldest + " and " + version + " of model \"" + name
                                + "\" cannot share requests: not every request that " + oldest + " takes fits "
                                + version + ".");
            }
        }
        if (state.pointed(alias).equals(Optional.of(split))) {
            return Optional.empty();
        }
        if (!state.aliases().containsKey(alias) && state.aliases().size() >= ModelRules.MAX_ALIASES) {
            throw new RefusedException(
                    ErrorCode.CONFLICT,
                    "Model \"" + name + "\" has " + ModelRules.MAX_ALIASES + " aliases, the most there may be.");
        }
        return Optional.of(event);
    }

    Optional<ModelEvent> rollback(ModelState state, String alias) {
        if (alias.equals(ModelView.LATEST)) {
            throw new RefusedException(
                    ErrorCode.INVALID_REQUEST,
                    "The alias \"latest\" follows the newest enabled version; disable that version instead.");
        }
        List<Split> history = state.aliases().get(alias);
        if (history == null) {
            throw new RefusedException(ErrorCode.NOT_FOUND, "Model \"" + name + "\" has no alias \"" + alias + "\".");
        }
        if (history.size() < 2) {
            throw new RefusedException(
                    ErrorCode.CONFLICT,
                    "The alias \"" + alias + "\" of model \"" + name
                            + "\" has named nothing else that is still there.");
        }
        return Optional.of(new ModelEvent.AliasRolledBack(alias));
    }

    Optional<ModelEvent> setEnabled(ModelState state, ModelVersion version, boolean enabled) {
        return need(state, version).enabled() == enabled
                ? Optional.empty()
                : Optional.of(new ModelEvent.VersionEnabled(version, enabled));
    }

    Optional<ModelEvent> remove(ModelState state, Optional<ModelVersion> version) {
        if (version.isEmpty()) {
            if (state.versions().isEmpty()) {
                throw new RefusedException(ErrorCode.MODEL_NOT_FOUND, "There is no model \"" + name + "\".");
            }
            return Optional.of(new ModelEvent.ModelRemoved());
        }
        need(state, version.get());
        state.aliases().keySet().stream()
                .filter(alias -> state.pointed(alias)
                        .filter(split -> split.weights().containsKey(version.get()))
                        .isPresent())
                .findFirst()
                .ifPresent(alias -> {
                    throw new RefusedException(
                            ErrorCode.CONFLICT,
                            "The alias \"" + alias + "\" names version " + version.get() + " of model \"" + name
                                    + "\"; point it elsewhere first.");
                });
        return Optional.of(new ModelEvent.VersionRemoved(version.get()));
    }

    private Registered need(ModelState state, ModelVersion version) {
        Registered registered = state.versions().get(version);
        if (registered == null) {
            throw new RefusedException(
                    ErrorCode.MODEL_NOT_FOUND,
                    state.versions().isEmpty()
                            ? "There is no model \"" + name + "\"."
                            : "Model \"" + name + "\" has no version " + version + "; it has "
                                    + state.versions().keySet().stream()
                                            .limit(20)
                                            .toList() + ".");
        }
        return registered;
    }
}
