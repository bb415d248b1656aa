package dev.candor.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Manifests held against Kubernetes' own object model, and objects of others against the fields that their definitions have. */
final class KubernetesModel {
    private static final String MODELS = "io.kubernetes.client.openapi.models.";

    private static final Map<String, String> CLASSES = Map.ofEntries(
            Map.entry("v1/ConfigMap", "V1ConfigMap"),
            Map.entry("v1/Secret", "V1Secret"),
            Map.entry("v1/Service", "V1Service"),
            Map.entry("v1/ServiceAccount", "V1ServiceAccount"),
            Map.entry("v1/Pod", "V1Pod"),
            Map.entry("v1/PersistentVolumeClaim", "V1PersistentVolumeClaim"),
            Map.entry("apps/v1/Deployment", "V1Deployment"),
            Map.entry("apps/v1/StatefulSet", "V1StatefulSet"),
            Map.entry("batch/v1/Job", "V1Job"),
            Map.entry("policy/v1/PodDisruptionBudget", "V1PodDisruptionBudget"),
            Map.entry("autoscaling/v2/HorizontalPodAutoscaler", "V2HorizontalPodAutoscaler"),
            Map.entry("networking.k8s.io/v1/NetworkPolicy", "V1NetworkPolicy"),
            Map.entry("rbac.authorization.k8s.io/v1/Role", "V1Role"),
            Map.entry("rbac.authorization.k8s.io/v1/RoleBinding", "V1RoleBinding"));

    /** The fields of others' objects that may be used, from their definitions; * is any key or item. */
    private static final Map<String, List<String>> FOREIGN = Map.of(
            "cert-manager.io/v1/Certificate",
            List.of(
                    "secretName",
                    "commonName",
                    "dnsNames",
                    "duration",
                    "renewBefore",
                    "usages",
                    "privateKey.algorithm",
                    "privateKey.size",
                    "privateKey.encoding",
                    "privateKey.rotationPolicy",
                    "issuerRef.group",
                    "issuerRef.kind",
                    "issuerRef.name"),
            "keda.sh/v1alpha1/ScaledObject",
            List.of(
                    "scaleTargetRef.apiVersion",
                    "scaleTargetRef.kind",
                    "scaleTargetRef.name",
                    "minReplicaCount",
                    "maxReplicaCount",
                    "pollingInterval",
                    "cooldownPeriod",
                    "triggers.*.type",
                    "triggers.*.metadata.serverAddress",
                    "triggers.*.metadata.query",
                    "triggers.*.metadata.threshold"),
            "monitoring.coreos.com/v1/PodMonitor",
            List.of(
                    "namespaceSelector.matchNames",
                    "podMetricsEndpoints.*.authorization.credentials.name",
                    "podMetricsEndpoints.*.authorization.credentials.key",
                    "selector.matchLabels.*",
                    "selector.matchExpressions.*.key",
                    "selector.matchExpressions.*.operator",
                    "selector.matchExpressions.*.values",
                    "podMetricsEndpoints.*.port",
                    "podMetricsEndpoints.*.path",
                    "podMetricsEndpoints.*.interval",
                    "podMetricsEndpoints.*.relabelings.*.sourceLabels",
                    "podMetricsEndpoints.*.relabelings.*.targetLabel"),
            "monitoring.coreos.com/v1/PrometheusRule",
            List.of(
                    "groups.*.name",
                    "groups.*.rules.*.alert",
                    "groups.*.rules.*.expr",
                    "groups.*.rules.*.for",
                    "groups.*.rules.*.labels.*",
                    "groups.*.rules.*.annotations.*"),
            "k8ssandra.io/v1alpha1/K8ssandraCluster",
            List.of(
                    "cassandra.serverVersion",
                    "cassandra.datacenters.*.metadata.name",
                    "cassandra.datacenters.*.size",
                    "cassandra.datacenters.*.storageConfig.cassandraDataVolumeClaimSpec.storageClassName",
                    "cassandra.datacenters.*.storageConfig.cassandraDataVolumeClaimSpec.accessModes",
                    "cassandra.datacenters.*.storageConfig.cassandraDataVolumeClaimSpec.resources.requests.storage",
                    "cassandra.datacenters.*.config.jvmOptions.heapSize",
                    "cassandra.datacenters.*.config.cassandraYaml.*"));

    private KubernetesModel() {}

    /** Every object is known, has no field that its model does not have, and none that its model needs is missing. */
    static void strict(Rendered rendered) {
        assertThat(rendered.objects()).isNotEmpty();
        Set<String> names = new TreeSet<>();
        for (JsonNode object : rendered.objects()) {
            String type = object.path("apiVersion").asText() + "/"
                    + object.path("kind").asText();
            assertThat(names.add(type + "/" + Rendered.name(object)))
                    .as(type + "/" + Rendered.name(object) + " is there once")
                    .isTrue();
            assertThat(Rendered.name(object)).as(type).matches("[a-z0-9]([-a-z0-9.]{0,61}[a-z0-9])?");
            if (FOREIGN.containsKey(type)) {
                fields(type, "", object.path("spec"), FOREIGN.get(type));
            } else {
                ours(type, object);
            }
        }
    }

    private static void ours(String type, JsonNode object) {
        assertThat(CLASSES).as("known objects").containsKey(type);
        try {
            Object read = Class.forName(MODELS + CLASSES.get(type))
                    .getMethod("fromJson", String.class)
                    .invoke(null, object.toString());
            assertThat(read).isNotNull();
        } catch (InvocationTargetException e) {
            throw new AssertionError(
                    type + "/" + Rendered.name(object) + ": " + e.getCause().getMessage(), e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("the object model has no " + CLASSES.get(type), e);
        }
    }

    private static void fields(String type, String path, JsonNode at, List<String> allowed) {
        if (at.isValueNode() || (at.isArray() && (at.isEmpty() || at.get(0).isValueNode()))) {
            assertThat(allowed)
                    .as(type + " has the field " + path)
                    .anyMatch(each -> path.matches(each.replace(".", "\\.").replace("*", "[^.]+")));
            return;
        }
        if (at.isArray()) {
            at.forEach(each -> fields(type, path + ".*", each, allowed));
            return;
        }
        at.properties()
                .forEach(each -> fields(
                        type,
                        path.isEmpty()
                                ? each.getKey()
                                : path + "." + each.getKey().replace('.', '_'),
                        each.getValue(),
                        allowed));
    }
}
