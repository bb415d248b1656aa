package dev.candor.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class ChartTest {
    private static final Chart CHART = Chart.ours();

    static List<String> valuesFiles() {
        return Chart.valuesFiles();
    }

    @ParameterizedTest
    @MethodSource("valuesFiles")
    void keepsEveryRule(String file) {
        Rules.all(CHART.render(file));
    }

    @Test
    void keepsEveryRuleWithPoolsOfDevicesAndProvers() {
        Rendered rendered = CHART.render("values-production.yaml", "values-gpu-mig.yaml");
        Rules.all(rendered);
        JsonNode mig = rendered.pods()
                .get("Deployment/candor-executor-mig")
                .path("containers")
                .get(0);
        assertThat(mig.at("/resources/limits").toString())
                .contains("\"nvidia.com/mig-1g.18gb\":1")
                .doesNotContain("nvidia.com/gpu\"");
        JsonNode whole = rendered.pods().get("StatefulSet/candor-executor-h200");
        assertThat(whole.path("runtimeClassName").asText()).isEqualTo("nvidia");
        assertThat(whole.at("/containers/0/resources/limits").toString()).contains("\"nvidia.com/gpu\":1");
        assertThat(whole.at("/containers/0/image").asText()).isEqualTo("candor-cuda:0.1.0-SNAPSHOT");
        assertThat(whole.toString()).contains("\"mountPath\":\"/dev/shm\"");
        assertThat(rendered.find("StatefulSet", "candor-prover")).isPresent();
    }

    @Test
    void keepsEveryRuleBesideALedger() {
        Rules.all(CHART.renderWith(
                "values-production.yaml",
                Path.of("src/test/resources/ledger.yaml").toAbsolutePath()));
    }

    @ParameterizedTest
    @MethodSource("valuesFiles")
    void lintsStrictly(String file, @TempDir Path folder) throws IOException {
        Chart chart = CHART.withDefaults(folder.resolve("candor"), file);
        LintResult result = new Helm(chart.folder()).lint().strict().call();
        assertThat(result.isFailed()).as(result.getMessages().toString()).isFalse();
    }

    @Test
    void rendersTheSameTwice() {
        assertThat(CHART.render("values-production.yaml")).isEqualTo(CHART.render("values-production.yaml"));
    }

    /** Values that are well formed and cannot work are refused with a sentence that names what to change. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "values-dev.yaml | production=true | auth.generate",
                "values-trial.yaml | production=true | auth.generate",
                "values-production.yaml | tls.cluster.enabled=false | tls.cluster.enabled=true",
                "values-production.yaml | journal.kind=bundled | journal.kind is bundled",
                "values-production.yaml | networkPolicy.enabled=false | networkPolicy.enabled",
                "values-production.yaml | tls.doors.enabled=false | tls.doors.enabled=true",
                "values-production.yaml | tls.doors.certManager.issuerName= | tls.doors.certManager.issuerName",
                "values-production.yaml | tls.doors.certManager.enabled=false | tls.doors.existingSecret",
                "values-production.yaml | tls.doors.existingSecret=own | have one of both",
                "values-production.yaml | monitoring.tokenSecret= | monitoring.tokenSecret",
                "values-production.yaml | journal.cassandra.truststoreSecret= | truststoreSecret",
                "values-production.yaml | network.name=candor-local | network.name",
                "values-production.yaml | core.replicas=2 | core.replicas is 2",
                "values-production.yaml | auth.existingSecret= | auth.existingSecret",
                "values-production.yaml | signing.existingSecret= | signing.existingSecret",
                "values-production.yaml | tls.cluster.certManager.issuerName= | issuerName",
                "values-production.yaml | tls.cluster.certManager.enabled=false | tls.cluster.existingSecret",
                "values-production.yaml | tls.cluster.existingSecret=own | have one of both",
                "values-production.yaml | journal.kind=k8ssandra | storageClassName",
                "values-dev.yaml | journal.kind=bundled | embedded journal",
                "values-dev.yaml | topology=cluster | topology=single",
                "values-dev.yaml | core.persistence.enabled=false | core.persistence.enabled=true",
                "values-trial.yaml | journal.kind=external | contactPoints",
                "values-validators.yaml | validators.genesisConfigMap= | genesisConfigMap",
                "values-validators.yaml | validators.set[0].keySecret=candor-validator-1 | give each its own",
            })
    void refusesWhatCannotWork(String file, String set, String sentence) {
        assertThatThrownBy(() -> CHART.render(List.of(file), value(set))).hasMessageContaining(sentence);
    }

    @Test
    void asksForWhatOnlyTheOperatorHas() {
        assertThatThrownBy(CHART::render)
                .hasMessageContaining(
                        "name auth.existingSecret and network.pseudonymSecret, or set auth.generate=true for a trial");
    }

    @Test
    void poolsMayHaveKeysOfTheirOwn() {
        assertThatCode(() -> CHART.render(
                        List.of("values-production.yaml"),
                        Map.of("signing.existingSecret", "", "executorDefaults.keySecret", "pool-key")))
                .doesNotThrowAnyException();
    }

    /** What a client must find behind the Service, in both topologies. */
    @Test
    void leadsClientsToGateways() {
        JsonNode selector = service(CHART.render("values-trial.yaml"));
        assertThat(selector.path("app.kubernetes.io/component").asText()).isEqualTo("gateway");
        assertThat(service(CHART.render("values-dev.yaml"))
                        .path("app.kubernetes.io/component")
                        .asText())
                .isEqualTo("core");
    }

    @Test
    void givesNodesTheRightToFindEachOther() {
        Rendered cluster = CHART.render("values-production.yaml");
        JsonNode binding = cluster.find("RoleBinding", "candor").orElseThrow();
        assertThat(cluster.find("Role", binding.at("/roleRef/name").asText())).isPresent();
        assertThat(binding.at("/subjects/0/name").asText())
                .isEqualTo(cluster.pods()
                        .get("StatefulSet/candor-core")
                        .path("serviceAccountName")
                        .asText());
        assertThat(CHART.render("values-dev.yaml").of("Role")).isEmpty();
        assertThat(CHART.render("values-validators.yaml").of("Role")).isEmpty();
    }

    @Test
    void deniesWhatNoPolicyAllows() {
        Rendered rendered = CHART.render("values-production.yaml");
        JsonNode deny = rendered.find("NetworkPolicy", "candor-deny").orElseThrow();
        assertThat(deny.at("/spec/policyTypes").toString()).isEqualTo("[\"Ingress\",\"Egress\"]");
        assertThat(deny.at("/spec").has("ingress") || deny.at("/spec").has("egress"))
                .isFalse();
        assertThat(deny.at("/spec/podSelector/matchLabels").size()).isEqualTo(2);
        rendered.of("NetworkPolicy")
                .filter(each -> each.toString().contains("\"port\":17355"))
                .forEach(each -> assertThat(each.at("/spec/ingress/0/from").toString())
                        .as("who may reach the cluster's port")
                        .contains("app.kubernetes.io/instance")
                        .doesNotContain("namespaceSelector"));
    }

    private static JsonNode service(Rendered rendered) {
        return rendered.find("Service", Chart.RELEASE).orElseThrow().at("/spec/selector");
    }

    private static Map<String, String> value(String set) {
        int at = set.indexOf('=');
        return Map.of(set.substring(0, at).strip(), set.substring(at + 1).strip());
    }
}
