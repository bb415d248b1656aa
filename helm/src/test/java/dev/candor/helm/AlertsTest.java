package dev.candor.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class AlertsTest {
    private static final Chart CHART = Chart.ours();

    /** promtool comes with Prometheus; CANDOR_PROMTOOL names one that is not on the path. */
    @Test
    void promtoolTestsPass() throws IOException, InterruptedException {
        Optional<Path> promtool = promtool();
        assumeTrue(
                promtool.isPresent(),
                "there is no promtool (Debian: apt install prometheus; or CANDOR_PROMTOOL): the alerts are not tested here");
        for (List<String> arguments :
                List.of(List.of("check", "rules", "candor.yaml"), List.of("test", "rules", "candor-test.yaml"))) {
            Process process = new ProcessBuilder(
                            Stream.concat(Stream.of(promtool.get().toString()), arguments.stream())
                                    .toList())
                    .directory(CHART.folder().resolve("alerts").toFile())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(said).isZero();
        }
    }

    @Test
    void everyAlertHasATestAndARunbookEntry() throws IOException {
        String tests = CHART.text("alerts/candor-test.yaml");
        String runbook = Files.readString(Path.of("../docs/operations.md"));
        assertThat(alerts()).isNotEmpty().allSatisfy(alert -> {
            assertThat(tests).contains("alertname: " + alert);
            assertThat(runbook).as("docs/operations.md").contains("### " + alert + "\n");
        });
    }

    @Test
    void theChartInstallsThemAsTheyStand() {
        JsonNode rule = CHART.render("values-production.yaml")
                .of("PrometheusRule")
                .findFirst()
                .orElseThrow();
        assertThat(rule.path("spec")).isEqualTo(CHART.values("alerts/candor.yaml"));
    }

    private static Set<String> alerts() {
        return Rendered.stream(CHART.values("alerts/candor.yaml").at("/groups/0/rules"))
                .map(rule -> rule.path("alert").asText())
                .collect(Collectors.toSet());
    }

    private static Optional<Path> promtool() {
        String named = System.getenv("CANDOR_PROMTOOL");
        return named != null
                ? Optional.of(Path.of(named))
                : Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                        .map(folder -> Path.of(folder, "promtool"))
                        .filter(Files::isExecutable)
                        .findFirst();
    }
}
