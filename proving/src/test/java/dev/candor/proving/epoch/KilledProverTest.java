package dev.candor.proving.epoch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.proving.accounting.CodeParameters;
import dev.candor.proving.format.StatementFile;
import dev.candor.proving.network.Architecture.Input;
import dev.candor.proving.network.IntegerNetwork;
import dev.candor.proving.network.Layer.Dense;
import dev.candor.proving.network.NetworkFolder;
import dev.candor.proving.network.Networks;
import dev.candor.proving.network.Range;
import dev.candor.proving.network.Shape;
import dev.candor.proving.verifier.ClaimVerifier;
import dev.candor.proving.verifier.VerifiedLineage;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A prover's process is killed with no warning at every point that matters: no opening and no pad is ever used twice. */
final class KilledProverTest {

    private static final CodeParameters SMALL = CodeParameters.forOpenings(64, 4096, 8, 4);

    /** Eight openings but the first, which is the registration's, and the two that are kept. */
    private static final int PROOFS = 5;

    private static final String NEVER = "never";

    @TempDir
    private Path folder;

    private final List<String> said = new ArrayList<>();

    @BeforeEach
    void commits() throws Exception {
        IntegerNetwork network = Networks.random(
                new Input(Shape.of(5), new Range(0, 9), 1), Networks.chain(new Dense(5, 2)), new Random(4));
        NetworkFolder.write(folder, network);
        EpochFolder.commit(folder, network, SMALL, _ -> {}).close();
    }

    /** Runs a prover until it says a line that begins with {@code kill}, kills it there, and notes what it said. */
    private void run(String budget, String stop, String kill) throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Process prover = new ProcessBuilder(
                        java,
                        "--add-modules=jdk.incubator.vector",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classPath,
                        ProverProcess.class.getName(),
                        folder.toString(),
                        budget,
                        stop)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader lines =
                new BufferedReader(new java.io.InputStreamReader(prover.getInputStream(), StandardCharsets.UTF_8))) {
            String line = lines.readLine();
            while (line != null) {
                said.add(line);
                if (line.startsWith(kill)) {
                    break;
                }
                line = lines.readLine();
            }
            // SIGKILL: nothing of the process runs after it.
            prover.toHandle().destroyForcibly();
            assertThat(prover.waitFor(1, TimeUnit.MINUTES)).isTrue();
            for (line = lines.readLine(); line != null; line = lines.readLine()) {
                said.add(line);
            }
        }
    }

    private List<String> all(String kind) {
        return said.stream()
                .filter(line -> line.startsWith(kind + " "))
                .map(line -> line.substring(kind.length() + 1))
                .toList();
    }

    private static boolean repeats(List<String> values) {
        Set<String> once = new HashSet<>(values);
        return once.size() < values.size();
    }

    @Test
    void neitherAnOpeningNorAPadIsUsedTwice() throws Exception {
        // Between the counter's write and its use; while it is in use; between use and send; after it was sent.
        run("honest", "taken", "taken");
        assertCounted();
        run("honest", NEVER, "pads");
        assertCounted();
        run("honest", "proven", "proven");
        assertCounted();
        run("honest", NEVER, "refused");

        assertThat(repeats(all("taken"))).isFalse();
        assertThat(repeats(all("pads"))).isFalse();
        assertThat(all("taken")).hasSize(PROOFS).doesNotContain("0", "6", "7");
        assertThat(all("refused")).singleElement().asString().contains("Roll the model over");
        assertSentOnesVerify();
    }

    /** The count that the next process finds is never more than what is left. */
    private void assertCounted() throws Exception {
        try (EpochFolder committed = EpochFolder.open(folder)) {
            assertThat(committed.budget().left())
                    .isEqualTo(PROOFS - all("taken").size());
        }
    }

    private void assertSentOnesVerify() throws Exception {
        var lineage = EpochFolder.readLineage(folder);
        Set<Long> seen = new HashSet<>();
        ClaimVerifier verifier =
                new ClaimVerifier(VerifiedLineage.of(lineage, lineage.model().id()), (_, opening) -> seen.add(opening));
        assertThat(all("sent")).isNotEmpty();
        for (String opening : all("sent")) {
            Path proof = folder.resolve("sent-" + opening);
            StatementFile claim =
                    StatementFile.decode(Files.readAllBytes(folder.resolve("sent-" + opening + ".statement")));
            assertThat(verifier.verify(claim, Files.readAllBytes(proof))).isNull();
        }
    }

    /** The same run with a count that is written after the use: the check above has to fail. */
    @Test
    void aCountWrittenAfterTheUseGivesAnOpeningOutTwice() throws Exception {
        run("late", "proven", "proven");
        run("late", "taken", "taken");
        assertThat(repeats(all("taken"))).isTrue();
        assertThat(repeats(all("pads"))).isFalse();
    }

    @Test
    void aRollOverThatIsKilledCanBeMadeAgain() throws Exception {
        run("honest", "step verifying", "step verifying");
        assertThat(all("step")).hasSize(2);
        run("honest", "taken", "taken");
        assertCounted();
        run("honest", "step never", NEVER);
        try (EpochFolder committed = EpochFolder.open(folder)) {
            var lineage = committed.lineage();
            assertThat(committed.owner().epoch()).isEqualTo(1);
            assertThat(lineage.rollOvers().getFirst().opening()).isEqualTo(6);
            assertThat(VerifiedLineage.of(lineage, lineage.model().id()).epochs())
                    .isEqualTo(2);
        }
    }
}
