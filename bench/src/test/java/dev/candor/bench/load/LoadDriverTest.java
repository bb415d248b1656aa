package dev.candor.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.candor.bench.floor.Echo;
import dev.candor.bench.floor.NettyFloor;
import dev.candor.bench.floor.PekkoFloor;
import dev.candor.bench.model.BenchModel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs end by their number of requests; how long one may take is the driver's own limit. */
final class LoadDriverTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final long MOST = 12;

    private final LoadDriver driver = new LoadDriver();

    @AfterEach
    void stop() {
        driver.close();
    }

    private static List<PreparedCall> calls(Encoding encoding) throws IOException {
        BenchModel noop = BenchModel.shipped(Path.of("../models"), "noop", 4);
        return InferCalls.of(noop.name(), noop.examples(1), CallOptions.of(encoding));
    }

    private LoadResult run(InetSocketAddress target, List<PreparedCall> calls, Duration window, Map<String, Long> pids)
            throws IOException, InterruptedException {
        return driver.run(new LoadPlan(target, target, Traffic.closed(calls), 3, Duration.ZERO, window, MOST, 1, pids));
    }

    @ParameterizedTest
    @EnumSource(names = {"BINARY", "JSON"})
    void countsRightAnswers(Encoding encoding) throws IOException, InterruptedException {
        try (FakeNode node = new FakeNode(FakeNode.Conduct.RIGHT)) {
            LoadResult result = run(
                    node.address(),
                    calls(encoding),
                    LONG,
                    Map.of("me", ProcessHandle.current().pid()));
            assertTrue(result.counts(), result::toString);
            assertEquals(MOST, result.requests());
            assertEquals(Map.of("queue", 250.0, "run", 500.0), result.serverTimings());
            assertTrue(result.latency().p50() > 0
                    && result.latency().p50() <= result.latency().max());
            assertTrue(result.cpuARequest().containsKey("me"));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OTHER_VALUES", "TOO_FEW", "NO_RECEIPT", "NO_JSON", "LYING_LENGTH"})
    void scoresFastWrongAnswersAtZero(FakeNode.Conduct conduct) throws IOException, InterruptedException {
        try (FakeNode node = new FakeNode(conduct)) {
            LoadResult result = run(node.address(), calls(Encoding.BINARY), LONG, Map.of());
            assertFalse(result.counts(), result::toString);
            assertEquals(0, result.throughput());
            assertEquals(1, result.wrong().size());
        }
    }

    @Test
    void scoresErrorsAtZero() throws IOException, InterruptedException {
        try (FakeNode node = new FakeNode(FakeNode.Conduct.ERROR)) {
            LoadResult result = run(node.address(), calls(Encoding.JSON), Duration.ofMillis(300), Map.of());
            assertFalse(result.counts());
            assertEquals(0, result.requests());
            assertTrue(result.failures().containsKey("status 500"), result::toString);
        }
    }

    @Test
    void opensAConnectionAgainThatTheServerClosedAndScoresThatAtZero() throws IOException, InterruptedException {
        try (FakeNode node = new FakeNode(FakeNode.Conduct.NO_ANSWER)) {
            LoadResult result = run(node.address(), calls(Encoding.JSON), Duration.ofMillis(300), Map.of());
            assertFalse(result.counts());
            assertTrue(result.failures().containsKey("a connection that the server closed"), result::toString);
        }
    }

    @Test
    void saysThatNobodyListens() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        InetSocketAddress nobody = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        assertThrows(IOException.class, () -> run(nobody, calls(Encoding.JSON), LONG, Map.of()));
    }

    @Test
    void refusesAServerProcessThatIsNotThere() throws IOException {
        try (FakeNode node = new FakeNode(FakeNode.Conduct.RIGHT)) {
            Map<String, Long> nobody = Map.of("gone", Long.MAX_VALUE);
            assertThrows(IOException.class, () -> run(node.address(), calls(Encoding.JSON), LONG, nobody));
        }
    }

    @Test
    void bareServersEcho() throws IOException, InterruptedException {
        try (NettyFloor netty = new NettyFloor();
                PekkoFloor pekko = new PekkoFloor()) {
            for (int port : new int[] {netty.port(), pekko.port()}) {
                InetSocketAddress target = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
                LoadResult result = run(target, Echo.calls(3), LONG, Map.of());
                assertTrue(result.counts(), result::toString);
            }
        }
    }
}
