package dev.candor.persistence.ledger.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The model in {@code src/test/tla}, checked by TLC in a JVM of its own: every state, not a sample. */
final class ConsensusModelTest {
    private static final int SAFE = 0;
    private static final int VIOLATED = 12;

    @TempDir
    private Path folder;

    @Test
    @Timeout(900)
    void oneLiarOfFourCannotMakeHonestValidatorsDisagree() throws Exception {
        assertThat(check("OneLiar")).isEqualTo(SAFE);
    }

    @Test
    @Timeout(900)
    void aQuorumOfTwoFBreaksAgreement() throws Exception {
        assertThat(check("QuorumOfTwoF")).isEqualTo(VIOLATED);
    }

    @Test
    @Timeout(900)
    void twoLiarsOfFourBreakAgreement() throws Exception {
        assertThat(check("TwoLiars")).isEqualTo(VIOLATED);
    }

    private int check(String config) throws IOException, InterruptedException {
        Path model = Path.of("src/test/tla").toAbsolutePath();
        Process tlc = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseParallelGC",
                        "-Xmx1g",
                        "-cp",
                        jar(),
                        "tlc2.TLC",
                        "-workers",
                        "2",
                        "-metadir",
                        folder.toString(),
                        "-config",
                        model.resolve(config + ".cfg").toString(),
                        model.resolve("Qbft.tla").toString()))
                .redirectErrorStream(true)
                .start();
        try {
            String said;
            try (InputStream out = tlc.getInputStream()) {
                said = new String(out.readAllBytes(), StandardCharsets.UTF_8);
            }
            assertThat(tlc.waitFor(10, TimeUnit.SECONDS)).isTrue();
            said.lines()
                    .filter(line -> line.contains("distinct states found") || line.startsWith("Error:"))
                    .forEach(line -> System.out.println(config + ": " + line));
            return tlc.exitValue();
        } finally {
            tlc.destroyForcibly();
        }
    }

    private static String jar() throws IOException {
        try {
            return Path.of(Class.forName("tlc2.TLC", false, ConsensusModelTest.class.getClassLoader())
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (ReflectiveOperationException | java.net.URISyntaxException e) {
            throw new IOException("TLC is not on the test's class path", e);
        }
    }
}
