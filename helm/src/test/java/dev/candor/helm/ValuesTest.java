package dev.candor.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The schema knows every value and nothing else; the README's table is what values.yaml says. */
final class ValuesTest {
    private static final Chart CHART = Chart.ours();
    private static final String BEGIN = "<!-- values: made from values.yaml, do not edit -->\n";
    private static final String END = "<!-- /values -->";

    @Test
    void theSchemaIsStrictAtEveryLevel() {
        List<String> open = new ArrayList<>();
        walk(CHART.values("values.schema.json"), "", open);
        assertThat(open).as("objects that take any key").isEmpty();
    }

    @Test
    void theSchemaHasEveryValueAndEveryValueIsInTheSchema() {
        Map<String, String> values = new LinkedHashMap<>();
        leaves(CHART.values("values.yaml"), "", values);
        List<String> known = new ArrayList<>();
        properties(CHART.values("values.schema.json"), "", known);
        assertThat(values.keySet())
                .as("values that the schema does not know")
                .allMatch(each -> known.stream().anyMatch(path -> each.equals(path) || each.startsWith(path + ".")));
        assertThat(known)
                .as("values of the schema that values.yaml does not have")
                .allMatch(each -> each.startsWith("executors")
                        || each.startsWith("global")
                        || values.keySet().stream().anyMatch(path -> path.equals(each) || path.startsWith(each + ".")));
    }

    /** A typo is told with the place where it is. */
    @ParameterizedTest
    @CsvSource({
        "gatway.replicas=3, gatway",
        "gateway.replica=3, replica",
        "gateway.autoscaling.maximum=3, maximum",
        "journal.cassandra.contactpoints[0]=a:9042, contactpoints",
        "tls.cluster.certManager.issuer=x, issuer",
        "validators.set[0].name=v, keySecret",
        "executors[1].name=big, device",
        "core.persistence.enable=true, enable",
        "journal.kind=mongodb, kind",
        "network.partitions=257, partitions",
        "network.partitions=many, partitions",
        "image.digest=sha256:12, digest",
        "core.resources.limits.memory=lots, memory",
        "shutdown.phasesSeconds=10, phasesSeconds",
    })
    void tellsWhereATypoIs(String set, String named) {
        int at = set.indexOf('=');
        assertThatThrownBy(() ->
                        CHART.render(List.of("values-trial.yaml"), Map.of(set.substring(0, at), set.substring(at + 1))))
                .hasMessageContaining("values don't meet the specifications of the schema")
                .hasMessageContaining(named);
    }

    @Test
    void theReadmeHasEveryValue() throws IOException {
        Path readme = CHART.folder().resolve("README.md");
        String text = Files.readString(readme);
        int begin = text.indexOf(BEGIN) + BEGIN.length();
        int end = text.indexOf(END);
        assertThat(begin).isLessThanOrEqualTo(end);
        String table = table();
        if (Boolean.getBoolean("candor.helm.write")) {
            Files.writeString(readme, text.substring(0, begin) + table + text.substring(end));
        } else {
            assertThat(text.substring(begin, end))
                    .as("run the test with -Dcandor.helm.write=true to write it anew")
                    .isEqualTo(table);
        }
    }

    /** One line a value: the comment above it is its meaning. */
    private static String table() {
        StringBuilder table = new StringBuilder("| value | by default | meaning |\n|---|---|---|\n");
        Map<Integer, String> path = new LinkedHashMap<>();
        StringBuilder comment = new StringBuilder();
        for (String line : CHART.text("values.yaml").lines().toList()) {
            String text = line.strip();
            if (text.startsWith("#")) {
                comment.append(comment.isEmpty() ? "" : " ")
                        .append(text.substring(1).strip());
                continue;
            }
            int colon = text.indexOf(':');
            if (text.isEmpty()) {
                comment.setLength(0);
            } else if (colon > 0 && !text.startsWith("-")) {
                int depth = line.indexOf(text) / 2;
                path.keySet().removeIf(each -> each >= depth);
                path.put(depth, text.substring(0, colon));
                String value = text.substring(colon + 1).strip();
                if (!comment.isEmpty()) {
                    table.append("| `").append(String.join(".", path.values())).append("` | ");
                    table.append(value.isEmpty() ? "" : "`" + value + "`")
                            .append(" | ")
                            .append(comment)
                            .append(" |\n");
                }
                comment.setLength(0);
            }
        }
        return table.toString();
    }

    private static void walk(JsonNode schema, String path, List<String> open) {
        if (schema.isObject()) {
            if (schema.path("type").asText().equals("object") && !schema.has("additionalProperties")) {
                open.add(path);
            }
            schema.properties().forEach(each -> walk(each.getValue(), path + "/" + each.getKey(), open));
        }
    }

    private static void leaves(JsonNode values, String path, Map<String, String> found) {
        if (values.isObject() && !values.isEmpty()) {
            values.properties()
                    .forEach(each -> leaves(
                            each.getValue(), path.isEmpty() ? each.getKey() : path + "." + each.getKey(), found));
        } else {
            found.put(path, values.toString());
        }
    }

    private static void properties(JsonNode schema, String path, List<String> found) {
        if (schema.has("properties")) {
            schema.path("properties")
                    .properties()
                    .forEach(each -> properties(
                            each.getValue(), path.isEmpty() ? each.getKey() : path + "." + each.getKey(), found));
        } else {
            found.add(path);
        }
    }
}
