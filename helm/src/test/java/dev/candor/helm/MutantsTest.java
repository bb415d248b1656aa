package dev.candor.helm;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A chart with one thing wrong fails the rule that is meant for it, so the rules can fail. */
final class MutantsTest {
    private static final Map<String, Consumer<Rendered>> RULES = Map.ofEntries(
            Map.entry("strict", KubernetesModel::strict),
            Map.entry("restricted", Rules::restricted),
            Map.entry("readOnlyRoots", Rules::readOnlyRoots),
            Map.entry("portsAreKeptIn", Rules::portsAreKeptIn),
            Map.entry("probesAskTheirPorts", Rules::probesAskTheirPorts),
            Map.entry("selectorsMatch", Rules::selectorsMatch),
            Map.entry("referencesResolve", Rules::referencesResolve),
            Map.entry("rightsAreTheList", Rules::rightsAreTheList),
            Map.entry("settingsAreTheNodes", Rules::settingsAreTheNodes),
            Map.entry("graceIsLongEnough", Rules::graceIsLongEnough),
            Map.entry("scaledOnce", Rules::scaledOnce),
            Map.entry("budgets", Rules::budgets),
            Map.entry("resourcesAreNamed", Rules::resourcesAreNamed),
            Map.entry("validatorsAreApart", Rules::validatorsAreApart));

    @TempDir
    private Path folder;

    @ParameterizedTest(name = "{0}: {3}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "strict | values-production.yaml | templates/_pod.tpl | terminationGracePeriodSeconds: | terminationGracePeriod:",
                "strict | values-production.yaml | templates/_workload.tpl | `  selector:\n    matchLabels:\n      {{- include \"candor.selector\" . | nindent 6 }}\n  {{- if eq` | `  {{- if eq`",
                "strict | values-production.yaml | templates/_pod.tpl | `containerPort: 7626` | `containerPort: management`",
                "strict | values-production.yaml | templates/monitoring.yaml | podMetricsEndpoints | endpoints",
                "strict | values-production.yaml | templates/certificates.yaml | renewBefore | renewAt",
                "restricted | values-production.yaml | templates/_helpers.tpl | `  drop: [ALL]` | `  drop: [NET_RAW]`",
                "restricted | values-production.yaml | templates/_helpers.tpl | `allowPrivilegeEscalation: false` | `privileged: false`",
                "restricted | values-production.yaml | templates/_helpers.tpl | `  type: RuntimeDefault` | `  type: Unconfined`",
                "restricted | values-production.yaml | templates/_pod.tpl | `emptyDir: {sizeLimit: 1Gi}` | `hostPath: {path: /tmp}`",
                "readOnlyRoots | values-trial.yaml | templates/_helpers.tpl | readOnlyRootFilesystem: true | readOnlyRootFilesystem: false",
                "portsAreKeptIn | values-trial.yaml | templates/gateway.yaml | `- {name: grpc, port: 8001, targetPort: grpc, appProtocol: kubernetes.io/h2c}` | `- {name: management, port: 7626, targetPort: management}`",
                "probesAskTheirPorts | values-trial.yaml | templates/_pod.tpl | `{path: /ready, port: management}` | `{path: /ready, port: http}`",
                "probesAskTheirPorts | values-trial.yaml | templates/_pod.tpl | `{path: /alive, port: management}` | `{path: /ready, port: management}`",
                "selectorsMatch | values-validators.yaml | templates/_helpers.tpl | `candor.dev/pool: {{ . }}` | `candor.dev/pool: same`",
                "referencesResolve | values-trial.yaml | templates/_pod.tpl | `- name: keys\n      emptyDir` | `- name: keyring\n      emptyDir`",
                "rightsAreTheList | values-production.yaml | templates/rbac.yaml | `verbs: [list]` | `verbs: [list, delete]`",
                "rightsAreTheList | values-production.yaml | templates/rbac.yaml | `    resourceNames: [{{ include \"candor.fullname\" . }}-sbr]\n` | ``",
                "rightsAreTheList | values-dev.yaml | templates/_pod.tpl | `{{ and $serving (not (include \"candor.single\" $root)) }}\n  enable` | `true\n  enable`",
                "settingsAreTheNodes | values-production.yaml | templates/_config.tpl | `keys-file =` | `key-file =`",
                "settingsAreTheNodes | values-production.yaml | templates/_config.tpl | `transport = tls-tcp` | `transport = tcp`",
                "settingsAreTheNodes | values-trial.yaml | templates/_config.tpl | `mode = api-keys` | `mode = none`",
                "graceIsLongEnough | values-production.yaml | templates/_helpers.tpl | `.drainSeconds 5 .phasesSeconds 10` | `.drainSeconds`",
                "graceIsLongEnough | values-production.yaml | templates/_config.tpl | `{{ add $v.shutdown.drainSeconds 5 }}s` | 5s",
                "scaledOnce | values-production.yaml | templates/gateway.yaml | `(ternary .Values.gateway.replicas \"auto\" (eq .Values.gateway.autoscaling.kind \"none\"))` | `.Values.gateway.replicas`",
                "scaledOnce | values-production.yaml | templates/autoscaling.yaml | `name: {{ $name }}-gateway}` | `name: {{ $name }}-gate}`",
                "budgets | values-production.yaml | templates/_workload.tpl | `maxUnavailable: 1` | `maxUnavailable: 0`",
                "budgets | values-validators.yaml | templates/validators.yaml | `maxUnavailable: 1` | `maxUnavailable: 2`",
                "resourcesAreNamed | values-trial.yaml | templates/journal.yaml | `limits: {memory: 512Mi}` | `limits: {cpu: 1}`",
                "validatorsAreApart | values-validators.yaml | templates/validators.yaml | `\"serviceAccount\" $name` | `\"serviceAccount\" \"default\"`",
                "validatorsAreApart | values-validators.yaml | templates/validators.yaml | `\"validatorKey\" $validator.keySecret` | `\"validatorKey\" \"candor-validator\"`",
            })
    void isCaught(String rule, String values, String file, String from, String to) throws IOException {
        Chart mutant =
                Chart.ours().mutant(folder.resolve("candor"), file, newLines(from), newLines(to == null ? "" : to));
        Rendered rendered = mutant.render(values);
        assertThatThrownBy(() -> RULES.get(rule).accept(rendered)).isInstanceOf(Error.class);
    }

    private static String newLines(String text) {
        return text.replace("\\n", "\n");
    }
}
