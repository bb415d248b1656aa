package dev.candor.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every switch of the values, each way: what comes out keeps every rule, and no switch does nothing. */
final class TogglesTest {
    private static final Chart CHART = Chart.ours();

    /** Helm asks the cluster then. */
    private static final String NEEDS_A_CLUSTER = "auth.reuse";

    /** Changes the pod of {@code helm test} alone, which is not rendered with the rest. */
    private static final String OF_THE_TEST = "tls.doors.privateAuthority";

    private static final Map<String, Rendered> DONE = new HashMap<>();

    /** What a switch needs beside it to be allowed, over the values file named first. */
    private static final Map<String, List<String>> BESIDE = Map.ofEntries(
            Map.entry("topology=single", List.of("values-dev.yaml")),
            Map.entry("topology=cluster", List.of("values-trial.yaml")),
            Map.entry("production=true", List.of("values-production.yaml")),
            Map.entry("production=false", List.of("values-production.yaml")),
            Map.entry("auth.generate=true", List.of("values-trial.yaml")),
            Map.entry(
                    "auth.generate=false",
                    List.of(
                            "values-trial.yaml",
                            "auth.existingSecret=a",
                            "network.pseudonymSecret=b",
                            "signing.existingSecret=c")),
            Map.entry(
                    "journal.kind=external", List.of("values-trial.yaml", "journal.cassandra.contactPoints[0]=c:9042")),
            Map.entry(
                    "journal.kind=k8ssandra", List.of("values-trial.yaml", "journal.k8ssandra.storageClassName=fast")),
            Map.entry("journal.kind=embedded", List.of("values-dev.yaml")),
            Map.entry(
                    "journal.cassandra.replication.strategy=NetworkTopologyStrategy",
                    List.of("values-trial.yaml", "journal.cassandra.replication.dataCenters[0]=dc1:3")),
            Map.entry("tls.cluster.enabled=true", List.of("values-trial.yaml", "tls.cluster.existingSecret=t")),
            Map.entry(
                    "tls.cluster.certManager.enabled=true",
                    List.of("values-trial.yaml", "tls.cluster.enabled=true", "tls.cluster.certManager.issuerName=i")),
            Map.entry(
                    "tls.cluster.certManager.issuerKind=Issuer",
                    List.of(
                            "values-trial.yaml",
                            "tls.cluster.enabled=true",
                            "tls.cluster.certManager.enabled=true",
                            "tls.cluster.certManager.issuerName=i")),
            Map.entry(
                    "tls.cluster.certManager.issuerKind=ClusterIssuer",
                    List.of(
                            "values-trial.yaml",
                            "tls.cluster.enabled=true",
                            "tls.cluster.certManager.enabled=true",
                            "tls.cluster.certManager.issuerName=i")),
            Map.entry("tls.doors.enabled=true", List.of("values-trial.yaml", "tls.doors.existingSecret=t")),
            Map.entry("tls.doors.enabled=false", List.of("values-trial.yaml", "tls.doors.existingSecret=t")),
            Map.entry(
                    "tls.doors.certManager.enabled=true",
                    List.of("values-trial.yaml", "tls.doors.enabled=true", "tls.doors.certManager.issuerName=i")),
            Map.entry(
                    "tls.doors.certManager.issuerKind=Issuer",
                    List.of(
                            "values-trial.yaml",
                            "tls.doors.enabled=true",
                            "tls.doors.certManager.enabled=true",
                            "tls.doors.certManager.issuerName=i")),
            Map.entry(
                    "tls.doors.certManager.issuerKind=ClusterIssuer",
                    List.of(
                            "values-trial.yaml",
                            "tls.doors.enabled=true",
                            "tls.doors.certManager.enabled=true",
                            "tls.doors.certManager.issuerName=i")),
            Map.entry("core.persistence.enabled=false", List.of("values-trial.yaml")),
            Map.entry("validators.enabled=true", List.of("values-validators.yaml")));

    /** Each switch and value, from the schema: what is true or false, or one of several words. */
    static Stream<Arguments> switches() {
        Map<String, List<String>> found = new TreeMap<>();
        collect(CHART.values("values.schema.json"), "", found);
        found.keySet()
                .removeIf(each -> each.startsWith("executors")
                        || each.startsWith("global")
                        || NEEDS_A_CLUSTER.equals(each)
                        || OF_THE_TEST.equals(each));
        return found.entrySet().stream()
                .flatMap(each ->
                        each.getValue().stream().map(value -> Arguments.of(each.getKey(), value, each.getValue())));
    }

    @ParameterizedTest(name = "{0}={1}")
    @MethodSource("switches")
    void keepsEveryRuleAndDoesSomething(String path, String value, List<String> values) {
        Rendered rendered = render(path, value);
        Rules.all(rendered);
        List<Rendered> others = new ArrayList<>();
        for (String other : values) {
            if (!other.equals(value)) {
                others.add(render(path, other));
            }
        }
        assertThat(others)
                .as("another value renders something else")
                .anyMatch(each -> !each.withoutSecrets().equals(rendered.withoutSecrets()));
    }

    private static Rendered render(String path, String value) {
        return DONE.computeIfAbsent(path + "=" + value, each -> renderNow(path, value));
    }

    private static Rendered renderNow(String path, String value) {
        List<String> beside = BESIDE.getOrDefault(path + "=" + value, List.of("values-trial.yaml"));
        Map<String, String> set = new TreeMap<>();
        beside.stream()
                .skip(1)
                .forEach(each -> set.put(each.substring(0, each.indexOf('=')), each.substring(each.indexOf('=') + 1)));
        set.put(path, value);
        return CHART.render(List.of(beside.getFirst()), set);
    }

    private static void collect(JsonNode schema, String path, Map<String, List<String>> found) {
        if (schema.path("type").asText().equals("boolean")) {
            found.put(path, List.of("true", "false"));
        } else if (schema.has("enum")) {
            found.put(
                    path,
                    Rendered.stream(schema.path("enum")).map(JsonNode::asText).toList());
        }
        schema.path("properties")
                .properties()
                .forEach(each ->
                        collect(each.getValue(), path.isEmpty() ? each.getKey() : path + "." + each.getKey(), found));
    }
}
