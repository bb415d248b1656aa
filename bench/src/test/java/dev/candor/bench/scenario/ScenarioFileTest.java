package dev.candor.bench.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.candor.bench.load.Encoding;
import dev.candor.bench.scenario.Scenario.Loop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ScenarioFileTest {
    private static final Config NOTHING = ConfigFactory.empty();

    @TempDir
    private Path folder;

    private Scenario read(String text, Config over) throws IOException {
        Path file = folder.resolve("scenario.conf");
        Files.writeString(file, text);
        return ScenarioFile.read(Optional.of(file), over);
    }

    @Test
    void isAClosedLoopOnOneModelWithoutMore() throws IOException {
        Scenario scenario = ScenarioFile.read(Optional.empty(), NOTHING);
        assertEquals(Loop.CLOSED, scenario.loop());
        assertEquals(32, scenario.connectionsOf(true));
        assertEquals(256, scenario.connectionsOf(false));
        Part part = scenario.mix().getFirst();
        assertEquals("mnist-mlp", part.model());
        assertEquals("mnist-mlp binary", part.name());
        assertTrue(part.timeout().isEmpty()
                && part.verification().isEmpty()
                && part.examples().isEmpty());
    }

    @Test
    void readsAMix() throws IOException {
        Scenario scenario = read("""
                name = two kinds
                load { loop = poisson, rates = [100, 200], warm-up = 500 ms, window = 3 s, seed = 9, connections = 7 }
                mix = [
                  { model = mnist-mlp, weight = 9, priority = 2, timeout = 50 ms }
                  { name = rest, model = other, examples = others.json, encoding = GRPC, rows = 4, verification = vanilla }
                ]
                """, NOTHING);
        assertEquals("two kinds", scenario.name());
        assertEquals(List.of(100.0, 200.0), scenario.rates());
        assertEquals(7, scenario.connectionsOf(false));
        assertEquals(9, scenario.seed());
        Part first = scenario.mix().get(0);
        assertEquals("mnist-mlp binary priority 2", first.name());
        assertEquals(Optional.of(Duration.ofMillis(50)), first.timeout());
        Part second = scenario.mix().get(1);
        assertEquals(Encoding.GRPC, second.encoding());
        assertEquals(Optional.of(folder.resolve("others.json")), second.examples());
    }

    @Test
    void theCommandLineGoesFirst() throws IOException {
        Config over = ConfigFactory.parseString("load { seed = 2 }, mix = [{ model = noop }]");
        Scenario scenario = read("load { seed = 1, window = 4 s }\nmix = [{ model = mnist-mlp }]", over);
        assertEquals(2, scenario.seed());
        assertEquals(Duration.ofSeconds(4), scenario.window());
        assertEquals(List.of("noop"), scenario.mix().stream().map(Part::model).toList());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    load.rate = 5                                | load.rate
                    load { loop = open }                         | closed, constant, poisson
                    load { rates = [5] }                         | a closed loop has no rate
                    load { loop = poisson }                      | needs a rate
                    load { sweep = true, rates = [1] }           | sweep
                    mix = [{ modle = noop }]                     | mix.modle
                    part { model = noop }                        | part
                    load { window = long }                       | window
                    mix = [{                                     | scenario.conf
                    """)
    void saysWhatIsWrong(String text, String sentence) {
        IOException refused = assertThrows(IOException.class, () -> read(text, NOTHING));
        assertTrue(refused.getMessage().contains(sentence), refused.getMessage());
    }
}
