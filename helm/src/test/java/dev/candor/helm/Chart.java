package dev.candor.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;

/** The chart in a folder, rendered by Helm's own engine. */
record Chart(Path folder) {
    static final String KUBERNETES = "1.34.0";
    static final String NAMESPACE = "serving";
    static final String RELEASE = "candor";

    private static final ObjectMapper JSON = new ObjectMapper().setDefaultMergeable(true);

    /** The chart of this module. */
    static Chart ours() {
        return new Chart(Path.of("candor").toAbsolutePath());
    }

    /** The values files beside values.yaml, which are complete by themselves. */
    static List<String> valuesFiles() {
        return List.of("values-dev.yaml", "values-trial.yaml", "values-production.yaml", "values-validators.yaml");
    }

    /** What Helm makes of values files, then of single values over them. A refusal of the chart or its schema is an {@link IllegalStateException}. */
    Rendered render(List<String> valuesFiles, Map<String, String> set) {
        TemplateCommand command = new Helm(folder)
                .template()
                .withName(RELEASE)
                .withNamespace(NAMESPACE)
                .withKubeVersion(KUBERNETES);
        valuesFiles.forEach(file -> command.withValuesFile(folder.resolve(file)));
        // There is no cluster here to ask for keys that were generated before.
        command.set("auth.reuse", "false");
        set.forEach(command::set);
        return new Rendered(parse(command.call()));
    }

    Rendered render(String... valuesFiles) {
        return render(List.of(valuesFiles), Map.of());
    }

    /** The same with values as a file, for what `--set` cannot say. */
    Rendered renderWith(String valuesFile, Path more) {
        TemplateCommand command = new Helm(folder)
                .template()
                .withName(RELEASE)
                .withNamespace(NAMESPACE)
                .withKubeVersion(KUBERNETES)
                .withValuesFile(folder.resolve(valuesFile))
                .withValuesFile(more)
                .set("auth.reuse", "false");
        return new Rendered(parse(command.call()));
    }

    /** The chart's values, or one of its values files, as a tree. */
    JsonNode values(String file) {
        return parse(text(file)).getFirst();
    }

    String text(String file) {
        try {
            return Files.readString(folder.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A copy whose own values are those of a values file: what lints takes no other. */
    Chart withDefaults(Path target, String file) throws IOException {
        Chart copy = copy(target);
        JsonNode merged =
                JSON.readerForUpdating(values("values.yaml").deepCopy()).readValue(values(file));
        Files.writeString(target.resolve("values.yaml"), JSON.writeValueAsString(merged));
        return copy;
    }

    /** A copy in which one text of one file is another. */
    Chart mutant(Path target, String file, String from, String to) throws IOException {
        Chart copy = copy(target);
        Path changed = target.resolve(file);
        String text = Files.readString(changed);
        if (!text.contains(from)) {
            throw new IllegalArgumentException(file + " does not contain: " + from);
        }
        Files.writeString(changed, text.replace(from, to));
        return copy;
    }

    private Chart copy(Path target) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.toList()) {
                Path copy = target.resolve(folder.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(path, copy);
                }
            }
        }
        return new Chart(target);
    }

    /** Documents of YAML as trees; anchors are followed, a key that is there twice is refused. */
    static List<JsonNode> parse(String yaml) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        options.setCodePointLimit(16 << 20);
        options.setMaxAliasesForCollections(1000);
        List<JsonNode> documents = new ArrayList<>();
        for (Object each : new Yaml(options).loadAll(yaml)) {
            if (each != null) {
                documents.add(JSON.valueToTree(each));
            }
        }
        return documents;
    }
}
