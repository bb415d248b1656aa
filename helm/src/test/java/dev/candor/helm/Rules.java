package dev.candor.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.candor.cluster.node.NodeConfigs;
import dev.candor.cluster.validator.ValidatorConfig;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What must hold of whatever the chart renders. Each rule is an assertion, so that mutants can be shown to break it. */
final class Rules {
    static final int MANAGEMENT = 7626;
    static final int CLUSTER = 17355;
    private static final Set<String> VOLUMES = Set.of(
            "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret");

    private Rules() {}

    /** All rules at once. */
    static void all(Rendered rendered) {
        KubernetesModel.strict(rendered);
        restricted(rendered);
        readOnlyRoots(rendered);
        portsAreKeptIn(rendered);
        probesAskTheirPorts(rendered);
        selectorsMatch(rendered);
        referencesResolve(rendered);
        rightsAreTheList(rendered);
        settingsAreTheNodes(rendered);
        graceIsLongEnough(rendered);
        scaledOnce(rendered);
        budgets(rendered);
        resourcesAreNamed(rendered);
        validatorsAreApart(rendered);
    }

    /** The restricted profile of the pod security standards. */
    static void restricted(Rendered rendered) {
        rendered.pods().forEach((name, pod) -> {
            for (String host : List.of("hostNetwork", "hostPID", "hostIPC")) {
                assertThat(pod.path(host).asBoolean()).as(name + " " + host).isFalse();
            }
            JsonNode security = pod.path("securityContext");
            assertThat(security.path("runAsNonRoot").asBoolean())
                    .as(name + " runAsNonRoot")
                    .isTrue();
            assertThat(security.path("runAsUser").asInt())
                    .as(name + " runAsUser")
                    .isPositive();
            assertThat(security.at("/seccompProfile/type").asText())
                    .as(name + " seccomp")
                    .isEqualTo("RuntimeDefault");
            pod.path("volumes").forEach(volume -> {
                Set<String> kinds = fields(volume);
                kinds.remove("name");
                assertThat(VOLUMES).as(name + " volume " + volume).containsAll(kinds);
            });
            for (JsonNode container : Rendered.containers(pod)) {
                String where = name + " " + container.path("name").asText();
                JsonNode own = container.path("securityContext");
                assertThat(own.path("allowPrivilegeEscalation").isBoolean()
                                && !own.path("allowPrivilegeEscalation").asBoolean())
                        .as(where + " allowPrivilegeEscalation is false")
                        .isTrue();
                assertThat(own.at("/capabilities/drop").toString())
                        .as(where + " capabilities")
                        .isEqualTo("[\"ALL\"]");
                assertThat(own.at("/capabilities/add").isMissingNode())
                        .as(where + " adds none")
                        .isTrue();
                assertThat(own.path("privileged").asBoolean())
                        .as(where + " privileged")
                        .isFalse();
                container
                        .path("ports")
                        .forEach(port -> assertThat(port.has("hostPort"))
                                .as(where + " hostPort")
                                .isFalse());
            }
        });
    }

    /** Beyond the profile: nothing can be written but volumes. */
    static void readOnlyRoots(Rendered rendered) {
        rendered.pods()
                .forEach((name, pod) -> Rendered.containers(pod)
                        .forEach(container -> assertThat(container
                                        .at("/securityContext/readOnlyRootFilesystem")
                                        .asBoolean())
                                .as(name + " " + container.path("name").asText() + " readOnlyRootFilesystem")
                                .isTrue()));
    }

    /** Management and the cluster's port are in no Service. */
    static void portsAreKeptIn(Rendered rendered) {
        rendered.of("Service")
                .forEach(service -> service.at("/spec/ports").forEach(port -> {
                    for (String field : List.of("port", "targetPort")) {
                        assertThat(port.path(field).asText())
                                .as("Service/" + Rendered.name(service) + " " + field)
                                .isNotIn(
                                        Integer.toString(MANAGEMENT),
                                        Integer.toString(CLUSTER),
                                        "management",
                                        "cluster");
                    }
                }));
    }

    /** Serving nodes are asked on the management port, each probe names a port of its container. */
    static void probesAskTheirPorts(Rendered rendered) {
        rendered.workloads().forEach((name, workload) -> {
            if (name.startsWith("Job/") || name.startsWith("Pod/")) {
                return;
            }
            JsonNode container = workload.at("/spec/template/spec/containers/0");
            Set<String> ports = Rendered.stream(container.path("ports"))
                    .map(port -> port.path("name").asText())
                    .collect(Collectors.toSet());
            for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
                JsonNode found = container.path(probe);
                String port = found.has("httpGet")
                        ? found.at("/httpGet/port").asText()
                        : found.at("/tcpSocket/port").asText();
                assertThat(ports).as(name + " " + probe).contains(port);
                if (ports.contains("management")) {
                    assertThat(port).as(name + " " + probe).isEqualTo("management");
                    assertThat(found.at("/httpGet/path").asText())
                            .as(name + " " + probe)
                            .isEqualTo(probe.equals("readinessProbe") ? "/ready" : "/alive");
                }
            }
        });
    }

    /** Every selector selects the pods it is for, and Services and budgets select some pod. */
    static void selectorsMatch(Rendered rendered) {
        List<JsonNode> labels =
                rendered.workloads().values().stream().map(Rendered::podLabels).toList();
        rendered.workloads().forEach((name, workload) -> {
            JsonNode selector = workload.at("/spec/selector/matchLabels");
            if (!selector.isMissingNode()) {
                assertThat(matches(selector, Rendered.podLabels(workload)))
                        .as(name + " selects its pods")
                        .isTrue();
                assertThat(labels.stream()
                                .filter(each -> matches(selector, each))
                                .count())
                        .as(name + " selects only its pods")
                        .isEqualTo(1);
            }
        });
        rendered.of("Service")
                .forEach(service -> assertThat(
                                labels.stream().anyMatch(each -> matches(service.at("/spec/selector"), each)))
                        .as("Service/" + Rendered.name(service) + " selects a pod")
                        .isTrue());
        rendered.of("PodDisruptionBudget")
                .forEach(budget -> assertThat(labels.stream()
                                .anyMatch(each -> matches(budget.at("/spec/selector/matchLabels"), each)))
                        .as("PodDisruptionBudget/" + Rendered.name(budget) + " selects a pod")
                        .isTrue());
    }

    /** Each mount has its volume, each volume's ConfigMap of ours is there, each ServiceAccount of ours too. */
    static void referencesResolve(Rendered rendered) {
        Set<String> configMaps = rendered.of("ConfigMap").map(Rendered::name).collect(Collectors.toSet());
        rendered.workloads().forEach((name, workload) -> {
            JsonNode pod = rendered.pods().get(name);
            Set<String> volumes = new TreeSet<>();
            pod.path("volumes")
                    .forEach(volume -> volumes.add(volume.path("name").asText()));
            workload.at("/spec/volumeClaimTemplates").forEach(claim -> volumes.add(Rendered.name(claim)));
            for (JsonNode container : Rendered.containers(pod)) {
                container
                        .path("volumeMounts")
                        .forEach(mount -> assertThat(volumes)
                                .as(name + " mounts")
                                .contains(mount.path("name").asText()));
            }
            pod.path("volumes").forEach(volume -> {
                String map = volume.at("/configMap/name").asText();
                if (volume.path("name").asText().equals("config")) {
                    assertThat(configMaps).as(name + " has its settings").contains(map);
                }
            });
            String account = pod.path("serviceAccountName").asText();
            assertThat(account).as(name + " has a ServiceAccount").isNotEmpty();
            if (account.startsWith(Chart.RELEASE)) {
                assertThat(rendered.find("ServiceAccount", account))
                        .as(name + " " + account)
                        .isPresent();
            }
        });
    }

    /** Exactly what the cluster's bootstrap and the resolver's lease need, nothing cluster-wide, and a token only where it is used. */
    static void rightsAreTheList(Rendered rendered) {
        Set<String> rights = new TreeSet<>();
        rendered.of("Role")
                .forEach(role -> role.path("rules")
                        .forEach(rule -> rights.add(rule.path("apiGroups") + " " + rule.path("resources") + " "
                                + rule.path("resourceNames") + " " + rule.path("verbs"))));
        assertThat(rights)
                .isSubsetOf(
                        "[\"\"] [\"pods\"]  [\"list\"]",
                        "[\"coordination.k8s.io\"] [\"leases\"]  [\"create\"]",
                        "[\"coordination.k8s.io\"] [\"leases\"] [\"candor-sbr\"] [\"get\",\"update\"]");
        assertThat(rendered.of("ClusterRole").count()
                        + rendered.of("ClusterRoleBinding").count())
                .as("cluster-wide rights")
                .isZero();
        boolean bootstraps =
                rendered.nodeSettings().values().stream().anyMatch(text -> text.contains("bootstrap = true"));
        if (rendered.of("Role").findAny().isPresent()) {
            assertThat(rights.contains("[\"\"] [\"pods\"]  [\"list\"]"))
                    .as("pods can be listed where nodes look for each other")
                    .isEqualTo(bootstraps);
        }
        rendered.pods()
                .forEach((name, pod) -> assertThat(
                                pod.path("automountServiceAccountToken").asBoolean())
                        .as(name + " has a token exactly if it looks for its cluster")
                        .isEqualTo(bootstraps && hasPort(pod, CLUSTER)));
    }

    /** A node reads its settings and finds nothing wrong; so does a validator. */
    static void settingsAreTheNodes(Rendered rendered) {
        rendered.nodeSettings().forEach((name, text) -> {
            Config config = config(text);
            if (text.contains("candor.validator {")) {
                assertThat(NodeConfigs.problems(config)).as(name).isEmpty();
                assertThat(ValidatorConfig.of(config).port()).as(name).isEqualTo(7700);
            } else {
                assertThat(NodeConfigs.problems(config)).as(name).isEmpty();
                assertThat(config.getInt("candor.node.management.port"))
                        .as(name)
                        .isEqualTo(MANAGEMENT);
                assertThat(config.getInt("pekko.remote.artery.canonical.port"))
                        .as(name)
                        .isEqualTo(CLUSTER);
            }
        });
    }

    /** preStop, and the limits of all of a node's shutdown phases one after the other, and not a second less. */
    static void graceIsLongEnough(Rendered rendered) {
        Map<String, String> settings = rendered.nodeSettings();
        rendered.workloads().forEach((name, workload) -> {
            String text = settings.get(Rendered.name(workload));
            if (text == null || text.contains("candor.validator {")) {
                return;
            }
            Config config = config(text);
            long phases = config.getConfig("pekko.coordinated-shutdown.phases").root().keySet().stream()
                    .mapToLong(phase -> phaseSeconds(config, phase))
                    .sum();
            JsonNode pod = workload.at("/spec/template/spec");
            long preStop =
                    pod.at("/containers/0/lifecycle/preStop/sleep/seconds").asLong(-1);
            assertThat(preStop).as(name + " preStop").isNotNegative();
            assertThat(pod.path("terminationGracePeriodSeconds").asLong())
                    .as(name + " grace: preStop " + preStop + " s and phases " + phases + " s")
                    .isGreaterThanOrEqualTo(preStop + phases);
            long doors = Math.max(
                    config.getDuration("candor.rest.drain-timeout").toSeconds(),
                    config.getDuration("candor.node.drain").toSeconds());
            assertThat(phaseSeconds(config, "service-unbind"))
                    .as(name + " lets its doors drain")
                    .isGreaterThan(doors);
        });
    }

    private static long phaseSeconds(Config config, String phase) {
        String path = "pekko.coordinated-shutdown.phases." + phase + ".timeout";
        return config.hasPath(path)
                ? config.getDuration(path).toSeconds()
                : config.getDuration("pekko.coordinated-shutdown.default-phase-timeout")
                        .toSeconds();
    }

    /** One autoscaler a workload, and then no number of replicas that would fight it. */
    static void scaledOnce(Rendered rendered) {
        List<String> targets = new ArrayList<>();
        for (String kind : List.of("HorizontalPodAutoscaler", "ScaledObject")) {
            rendered.of(kind)
                    .forEach(each ->
                            targets.add(each.at("/spec/scaleTargetRef/kind").asText() + "/"
                                    + each.at("/spec/scaleTargetRef/name").asText()));
        }
        assertThat(targets).as("one autoscaler a workload").doesNotHaveDuplicates();
        rendered.workloads().forEach((name, workload) -> {
            if (name.startsWith("Deployment/") || name.startsWith("StatefulSet/")) {
                assertThat(workload.at("/spec/replicas").isMissingNode())
                        .as(name + " leaves replicas to an autoscaler exactly if it has one")
                        .isEqualTo(targets.contains(name));
            }
        });
        assertThat(rendered.workloads().keySet())
                .as("autoscalers' targets are there")
                .containsAll(targets);
    }

    /** Every role of the release has a budget for disruptions, which never keeps a node from being drained. */
    static void budgets(Rendered rendered) {
        List<JsonNode> budgets = rendered.of("PodDisruptionBudget").toList();
        rendered.workloads().forEach((name, workload) -> {
            String component = Rendered.podLabels(workload)
                    .path("app.kubernetes.io/component")
                    .asText();
            if (Set.of("core", "gateway", "executor", "prover", "validator").contains(component)) {
                assertThat(budgets)
                        .as(name + " has a budget of one")
                        .filteredOn(
                                each -> matches(each.at("/spec/selector/matchLabels"), Rendered.podLabels(workload)))
                        .singleElement()
                        .satisfies(each -> assertThat(
                                        each.at("/spec/maxUnavailable").asInt())
                                .isEqualTo(1));
            }
        });
    }

    /** Requests and a limit of memory for each container. */
    static void resourcesAreNamed(Rendered rendered) {
        rendered.pods()
                .forEach((name, pod) -> Rendered.containers(pod).forEach(container -> {
                    String where = name + " " + container.path("name").asText();
                    assertThat(container.at("/resources/requests/cpu").asText())
                            .as(where + " cpu")
                            .isNotEmpty();
                    assertThat(container.at("/resources/requests/memory").asText())
                            .as(where + " memory")
                            .isNotEmpty();
                    assertThat(container.at("/resources/limits/memory").asText())
                            .as(where + " limit")
                            .isNotEmpty();
                }));
    }

    /** A validator: its own account and key, no journal's credentials, no cluster port. */
    static void validatorsAreApart(Rendered rendered) {
        List<JsonNode> validators = rendered.workloads().values().stream()
                .filter(each -> Rendered.podLabels(each)
                        .path("app.kubernetes.io/component")
                        .asText()
                        .equals("validator"))
                .toList();
        Set<String> accounts = new HashSet<>();
        Set<String> keys = new HashSet<>();
        for (JsonNode each : validators) {
            JsonNode pod = each.at("/spec/template/spec");
            accounts.add(pod.path("serviceAccountName").asText());
            Rendered.stream(pod.path("volumes"))
                    .flatMap(volume -> Rendered.stream(volume.at("/projected/sources")))
                    .forEach(source -> keys.add(source.at("/secret/name").asText()));
            assertThat(pod.toString()).as(Rendered.name(each)).doesNotContain("CASSANDRA_", "17355");
            assertThat(each.at("/spec/replicas").asInt())
                    .as(Rendered.name(each))
                    .isEqualTo(1);
        }
        assertThat(accounts).as("a ServiceAccount each").hasSize(validators.size());
        assertThat(keys).as("a key each").hasSize(validators.size());
    }

    /** Settings as a pod would read them: the environment is the pod's. */
    static Config config(String text) {
        return NodeConfigs.load(ConfigFactory.parseString(text)
                .resolveWith(
                        ConfigFactory.parseString("""
                                POD_IP = "10.0.0.1"
                                POD_NAME = "candor-core-0"
                                CASSANDRA_USERNAME = u
                                CASSANDRA_PASSWORD = p
                                CASSANDRA_TRUSTSTORE_PASSWORD = t
                                """).withFallback(ConfigFactory.systemEnvironment()),
                        com.typesafe.config.ConfigResolveOptions.noSystem()));
    }

    private static boolean hasPort(JsonNode pod, int port) {
        return Rendered.containers(pod).stream()
                .flatMap(container -> Rendered.stream(container.path("ports")))
                .anyMatch(each -> each.path("containerPort").asInt() == port);
    }

    private static boolean matches(JsonNode selector, JsonNode labels) {
        for (Map.Entry<String, JsonNode> each : selector.properties()) {
            if (!labels.path(each.getKey()).asText().equals(each.getValue().asText())) {
                return false;
            }
        }
        return !selector.isEmpty();
    }

    private static Set<String> fields(JsonNode object) {
        Set<String> names = new HashSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
