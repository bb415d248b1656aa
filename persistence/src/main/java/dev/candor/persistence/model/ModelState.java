package dev.candor.persistence.model;

import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.model.ModelView;
import dev.candor.actors.model.ModelView.Registered;
import dev.candor.actors.model.Split;
import dev.candor.actors.value.Digest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A model's state, a pure function of its events.
 *
 * @param revision how many events there were
 * @param versions what is registered
 * @param aliases each alias with what it has named, the present last; at most {@value #HISTORY}
 * @param removed what was registered once: receipts name these, so a number never gets another content
 */
public record ModelState(
        long revision,
        SortedMap<ModelVersion, Registered> versions,
        SortedMap<String, List<Split>> aliases,
        SortedMap<ModelVersion, Digest> removed) {
    static final ModelState EMPTY = new ModelState(0, new TreeMap<>(), new TreeMap<>(), new TreeMap<>());

    /** How far back an alias can be rolled. */
    static final int HISTORY = 32;

    /** Keeps the maps from changes. */
    public ModelState {
        versions = Collections.unmodifiableSortedMap(versions);
        aliases = Collections.unmodifiableSortedMap(aliases);
        removed = Collections.unmodifiableSortedMap(removed);
    }

    ModelState apply(ModelEvent event) {
        TreeMap<ModelVersion, Registered> newVersions = new TreeMap<>(versions);
        TreeMap<String, List<Split>> newAliases = new TreeMap<>(aliases);
        TreeMap<ModelVersion, Digest> newRemoved = new TreeMap<>(removed);
        switch (event) {
            case ModelEvent.VersionRegistered it ->
                newVersions.put(it.version(), new Registered(it.contentId(), it.sizeBytes(), it.spec(), true));
            case ModelEvent.AliasPointed it -> newAliases.put(it.alias(), named(it.alias(), Split.only(it.version())));
            case ModelEvent.AliasSplit it -> newAliases.put(it.alias(), named(it.alias(), it.split()));
            case ModelEvent.AliasRolledBack it -> {
                List<Split> history = aliases.getOrDefault(it.alias(), List.of());
                newAliases.put(it.alias(), List.copyOf(history.subList(0, history.size() - 1)));
            }
            case ModelEvent.VersionEnabled it -> {
                newVersions.computeIfPresent(
                        it.version(),
                        (version, was) -> new Registered(was.contentId(), was.sizeBytes(), was.spec(), it.enabled()));
            }
            case ModelEvent.VersionRemoved it -> {
                Registered was = newVersions.remove(it.version());
                if (was != null) {
                    newRemoved.put(it.version(), was.contentId());
                }
                newAliases.replaceAll((alias, history) -> history.stream()
                        .filter(split -> !split.weights().containsKey(it.version()))
                        .toList());
            }
            case ModelEvent.ModelRemoved it -> {
                newVersions.forEach((version, was) -> newRemoved.put(version, was.contentId()));
                newVersions.clear();
                newAliases.clear();
            }
        }
        return new ModelState(revision + 1, newVersions, newAliases, newRemoved);
    }

    private List<Split> named(String alias, Split split) {
        List<Split> history = new ArrayList<>(aliases.getOrDefault(alias, List.of()));
        history.add(split);
        return List.copyOf(history.subList(Math.max(0, history.size() - HISTORY), history.size()));
    }

    /** What {@code alias} names. */
    Optional<Split> pointed(String alias) {
        return Optional.ofNullable(aliases.get(alias)).map(List::getLast);
    }

    /** The highest number that was ever used. */
    Optional<ModelVersion> highest() {
        Optional<ModelVersion> live = versions.isEmpty() ? Optional.empty() : Optional.of(versions.lastKey());
        Optional<ModelVersion> gone = removed.isEmpty() ? Optional.empty() : Optional.of(removed.lastKey());
        return live.isPresent() && (gone.isEmpty() || live.get().compareTo(gone.get()) > 0) ? live : gone;
    }

    /** The state as the other nodes see it. */
    ModelView view(String name) {
        TreeMap<String, ModelVersion> names = new TreeMap<>();
        TreeMap<String, Split> splits = new TreeMap<>();
        aliases.forEach((alias, history) -> {
            names.put(alias, history.getLast().heaviest());
            if (history.getLast().shared()) {
                splits.put(alias, history.getLast());
            }
        });
        versions.entrySet().stream()
                .filter(entry -> entry.getValue().enabled())
                .reduce((earlier, later) -> later)
                .ifPresent(newest -> names.put(ModelView.LATEST, newest.getKey()));
        return new ModelView(name, revision, versions, Collections.unmodifiableSortedMap(names), splits);
    }
}
