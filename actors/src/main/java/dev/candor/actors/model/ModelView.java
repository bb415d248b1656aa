package dev.candor.actors.model;

import dev.candor.actors.value.Digest;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * A model as gateways and executors see it: a snapshot of the entity's state.
 *
 * @param name the model's name
 * @param revision the entity's sequence number: a view with a larger one is newer
 * @param versions every version that was registered and not removed
 * @param aliases names for versions; {@code latest} always names the newest enabled one. Of an alias whose requests are shared, the version with the largest part
 * @param splits the aliases whose requests several versions share
 */
public record ModelView(
        String name,
        long revision,
        SortedMap<ModelVersion, Registered> versions,
        SortedMap<String, ModelVersion> aliases,
        SortedMap<String, Split> splits) {
    /** The alias that follows the newest enabled version by itself. */
    public static final String LATEST = "latest";

    /** The alias that a request without a version means, if it is set. */
    public static final String STABLE = "stable";

    /** Keeps the splits from changes. */
    public ModelView {
        splits = Collections.unmodifiableSortedMap(splits);
    }

    /** A model none of whose aliases is shared. */
    public static ModelView unshared(
            String name,
            long revision,
            SortedMap<ModelVersion, Registered> versions,
            SortedMap<String, ModelVersion> aliases) {
        return new ModelView(name, revision, versions, aliases, new TreeMap<>());
    }

    /**
     * One registered version.
     *
     * @param contentId SHA-256 of the file
     * @param sizeBytes the file's size
     * @param spec inputs, outputs, labels, batching
     * @param enabled whether requests are served
     */
    public record Registered(Digest contentId, long sizeBytes, ModelSpec spec, boolean enabled) {}

    /** The version that {@code wanted} names: a version, an alias, or empty for {@code stable} if set, else {@code latest}. */
    public Optional<ModelVersion> resolve(String wanted) {
        if (wanted.isEmpty()) {
            return Optional.ofNullable(aliases.getOrDefault(STABLE, aliases.get(LATEST)));
        }
        if (aliases.containsKey(wanted)) {
            return Optional.of(aliases.get(wanted));
        }
        return versions.keySet().stream()
                .filter(version -> version.toString().equals(wanted))
                .findFirst();
    }

    /**
     * The version that serves one request: as {@link #resolve(String)}, and where the alias is shared, the enabled version that {@code ticket} falls to.
     *
     * @param ticket 64 bits of the request, see {@link Split#choose}
     */
    public Optional<ModelVersion> resolve(String wanted, long ticket) {
        Split split = splits.get(wanted.isEmpty() ? STABLE : wanted);
        if (split == null) {
            return resolve(wanted);
        }
        Predicate<ModelVersion> enabled = version -> {
            Registered registered = versions.get(version);
            return registered != null && registered.enabled();
        };
        return split.choose(ticket, enabled).or(() -> resolve(wanted));
    }

    /** The full reference of a registered version. */
    public ModelRef ref(ModelVersion version) {
        Registered registered = versions.get(version);
        if (registered == null) {
            throw new IllegalArgumentException(name + " has no version " + version);
        }
        return new ModelRef(name, version, registered.contentId());
    }
}
