package dev.candor.helm;

import static java.util.stream.Collectors.toMap;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Manifests that Helm made. */
record Rendered(List<JsonNode> objects) {
    private static final Set<String> WORKLOADS = Set.of("Deployment", "StatefulSet", "Job", "Pod");

    Rendered {
        objects = List.copyOf(objects);
    }

    Stream<JsonNode> of(String kind) {
        return objects.stream().filter(each -> each.path("kind").asText().equals(kind));
    }

    Optional<JsonNode> find(String kind, String name) {
        return of(kind).filter(each -> name(each).equals(name)).findFirst();
    }

    /** Whatever runs pods, by kind and name. */
    Map<String, JsonNode> workloads() {
        return objects.stream()
                .filter(each -> WORKLOADS.contains(each.path("kind").asText()))
                .collect(toMap(
                        each -> each.path("kind").asText() + "/" + name(each),
                        each -> each,
                        (a, b) -> a,
                        LinkedHashMap::new));
    }

    /** Pod specs by workload. */
    Map<String, JsonNode> pods() {
        Map<String, JsonNode> pods = new LinkedHashMap<>();
        workloads()
                .forEach((name, each) -> pods.put(
                        name,
                        each.path("kind").asText().equals("Pod") ? each.path("spec") : each.at("/spec/template/spec")));
        return pods;
    }

    /** Of a workload, or of a pod itself. */
    static JsonNode podLabels(JsonNode workload) {
        return workload.path("kind").asText().equals("Pod")
                ? workload.at("/metadata/labels")
                : workload.at("/spec/template/metadata/labels");
    }

    static List<JsonNode> containers(JsonNode pod) {
        List<JsonNode> all = new ArrayList<>();
        pod.path("initContainers").forEach(all::add);
        pod.path("containers").forEach(all::add);
        return all;
    }

    static String name(JsonNode object) {
        return object.at("/metadata/name").asText();
    }

    static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    /** Without what is made anew each time. */
    List<JsonNode> withoutSecrets() {
        return objects.stream()
                .filter(each -> !each.path("kind").asText().equals("Secret"))
                .toList();
    }

    /** The settings of nodes and validators: text by the name of the ConfigMap. */
    Map<String, String> nodeSettings() {
        return of("ConfigMap")
                .filter(each -> each.path("data").has("node.conf"))
                .collect(toMap(
                        Rendered::name,
                        each -> each.at("/data").path("node.conf").asText()));
    }
}
