package dev.candor.actors.testing;

import dev.candor.actors.model.ModelCatalog;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.model.ModelView;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** A catalog that tests write to. Thread-safe. */
public final class FakeCatalog implements ModelCatalog {
    private final ConcurrentSkipListMap<String, ModelView> views = new ConcurrentSkipListMap<>();

    /** Adds version 1.00 of a model as {@code latest}, with 100 bytes of file. */
    public ModelRef add(String name, ModelSpec spec) {
        Digest content = Digest.sha256(Bytes.wrap(name.getBytes(StandardCharsets.UTF_8)));
        TreeMap<ModelVersion, ModelView.Registered> versions = new TreeMap<>();
        versions.put(ModelVersion.FIRST, new ModelView.Registered(content, 100, spec, true));
        TreeMap<String, ModelVersion> aliases = new TreeMap<>();
        aliases.put(ModelView.LATEST, ModelVersion.FIRST);
        ModelView view = ModelView.unshared(name, 1, versions, aliases);
        views.put(name, view);
        return view.ref(ModelVersion.FIRST);
    }

    /** Enables or disables version 1.00. */
    public void setEnabled(String name, boolean enabled) {
        views.computeIfPresent(name, (key, view) -> {
            ModelView.Registered old = view.versions().get(ModelVersion.FIRST);
            TreeMap<ModelVersion, ModelView.Registered> versions = new TreeMap<>(view.versions());
            versions.put(
                    ModelVersion.FIRST,
                    new ModelView.Registered(old.contentId(), old.sizeBytes(), old.spec(), enabled));
            return ModelView.unshared(name, view.revision() + 1, versions, view.aliases());
        });
    }

    /** The file under which the fake files of tests know a model's content. */
    public static Path file(ModelRef model) {
        return Path.of(model.contentId().toHex());
    }

    @Override
    public Optional<ModelView> find(String name) {
        return Optional.ofNullable(views.get(name));
    }

    @Override
    public List<ModelView> all() {
        return List.copyOf(views.values());
    }
}
