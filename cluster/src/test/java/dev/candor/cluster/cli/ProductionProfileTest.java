package dev.candor.cluster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A production node says of each unsafe setting what it is, and does not start. */
final class ProductionProfileTest {
    private static final String SAFE = """
            candor.node {
              profile = production
              network = "acme"
              auth.keys-file = "callers.keys"
              tls { certificate = "tls.crt", key = "tls.key" }
              cluster.tls { certificate = "node.crt", key = "node.key", ca = "ca.crt" }
            }
            candor.rest.host = "0.0.0.0"
            candor.node.grpc.host = "0.0.0.0"
            """;
    private static final String CASSANDRA = """
            candor.journal.kind = cassandra
            datastax-java-driver.advanced {
              ssl-engine-factory.class = DefaultSslEngineFactory
              auth-provider { class = PlainTextAuthProvider, username = candor, password = "d3aX" }
            }
            """;

    @TempDir
    Path folder;

    private List<String> problems(String settings) throws IOException {
        Path file = Files.writeString(folder.resolve("node.conf"), settings);
        List<String> problems = new ArrayList<>();
        Terminal.run(new ConfigCommand(), "check", "--json", "--config", file)
                .json()
                .path("problems")
                .forEach(problem -> problems.add(problem.asText()));
        return problems;
    }

    @Test
    void aNodeWithNothingSetNamesAllThatIsUnsafeAndDoesNotStart() {
        Terminal refused =
                Terminal.run(new ServeCommand(), "--profile", "production", "--data", folder.resolve("data"));
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains("keys-file").doesNotContain("serving");
        assertThat(folder.resolve("data")).doesNotExist();
    }

    @Test
    void takesSafeSettings() throws IOException {
        assertThat(problems(SAFE)).isEmpty();
        assertThat(problems(SAFE + CASSANDRA)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "candor.node.auth.mode = none | candor.node.auth.mode is none",
                "candor.node.tls { certificate = \"\", key = \"\" } | candor.rest.host is 0.0.0.0",
                "candor.node.tls { certificate = \"\", key = \"\" } | candor.node.grpc.host is 0.0.0.0",
                "candor.node.tls.key = \"\" | certificate and key go together",
                "candor.node.auth.figures = open | candor.node.auth.figures is open",
                "candor.node.management { enabled = true, host = \"0.0.0.0\" } | candor.node.management.host is 0.0.0.0",
                "candor.node.limits.rate = 0 | candor.node.limits.rate is 0",
                "candor.node.limits.in-flight = 0 | candor.node.limits.in-flight is 0",
                "candor.node.network = candor-local | candor.node.network is candor-local",
                "pekko.remote.artery.transport = tcp | pekko.remote.artery.transport is tcp",
                "pekko.remote.artery.ssl.ssl-engine-provider = org.apache.pekko.remote.artery.tcp.ConfigSSLEngineProvider | key-store-password is one that everybody knows",
                "pekko.actor.allow-java-serialization = on | pekko.actor.allow-java-serialization is on",
                "pekko.cluster.downing-provider-class = \"\" | pekko.cluster.downing-provider-class is empty",
                "datastax-java-driver.advanced.ssl-engine-factory = null | ssl-engine-factory.class is not set",
                "datastax-java-driver.advanced.auth-provider = null | auth-provider.class is not set",
                "datastax-java-driver.advanced.auth-provider.password = cassandra | auth-provider.password is not set, or is one",
                "candor.node.profile = staging | the profiles are none, dev and production",
                "candor.node.dev.accounts = 3 | accounts whose keys everybody knows"
            })
    void namesEachUnsafeSetting(String setting, String sentence) throws IOException {
        assertThat(problems(SAFE + CASSANDRA + setting))
                .anySatisfy(problem -> assertThat(problem).contains(sentence));
    }
}
