package dev.candor.actors.model;

import dev.candor.actors.value.Digest;
import java.util.Optional;
import java.util.SortedMap;

/**
 * A model as gateways and executors see it: a snapshot of the entity's state.
 *
 * @param name the model's name
 * @param revision the entity's sequence number: a view with a larger one is newer
 * @param versions every version that was registered and not removed
 * @param aliases names for versions; {@code latest} always names the newest enabled one
 */
public record ModelView(
        String name,
        long revision,
        SortedMap<ModelVersion, Registered> versions,
        SortedMap<String, ModelVersion> aliases) {
    /** The alias that follows the newest enabled version by itself. */
    public static final String LATEST = "latest";

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
            return Optional.ofNullable(aliases.getOrDefault("stable", aliases.get(LATEST)));
        }
        if (aliases.containsKey(wanted)) {
            return Optional.of(aliases.get(wanted));
        }
        return versions.keySet().stream()
                .filter(version -> version.toString().equals(wanted))
                .findFirst();
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
