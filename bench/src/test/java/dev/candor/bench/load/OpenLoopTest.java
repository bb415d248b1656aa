package dev.candor.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.candor.bench.model.BenchModel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What makes an open loop one. Runs end by their number of requests, or have short windows whose length is not asserted. */
final class OpenLoopTest {
    private static final double RATE = 200;
    private static final int WAITING = 40;

    private final LoadDriver driver = new LoadDriver();

    @AfterEach
    void stop() {
        driver.close();
    }

    private static List<PreparedCall> calls(Encoding encoding, int rows) throws IOException {
        BenchModel noop = BenchModel.shipped(Path.of("../models"), "noop", 4);
        return InferCalls.of(noop.name(), noop.examples(rows), CallOptions.of(encoding));
    }

    private static LoadPlan plan(FakeNode node, Traffic traffic, int connections, Duration window, long most) {
        return new LoadPlan(
                node.address(), node.address(), traffic, connections, Duration.ZERO, window, most, 1, Map.of());
    }

    private static Traffic traffic(Pace pace, boolean refusals) throws IOException {
        return new Traffic(pace, List.of(new Share("all", 1, calls(Encoding.BINARY, 1))), 7, refusals);
    }

    /** The server answers nothing until so many requests are due that the first of them have waited long; all of that wait counts. */
    @Test
    void chargesAStallToEveryRequestThatItKeptWaiting() throws IOException, InterruptedException {
        try (FakeNode node = new FakeNode(FakeNode.Conduct.STALLS)) {
            Traffic traffic = traffic(new Pace.Constant(RATE), false);
            Measured measured = driver.measure(plan(node, traffic, 1, Duration.ofSeconds(60), WAITING + 20), seen -> {
                if (seen.waiting() >= WAITING) {
                    node.release();
                }
            });
            assertTrue(measured.result().counts(), measured.result()::toString);
            // When 40 waited at 200 a second, the older 20 of them had waited for a tenth of a second, whatever the
            // machine did.
            long tenth = TimeUnit.MILLISECONDS.toNanos(100) * 99 / 100;
            long late = measured.latency().getTotalCount() - measured.latency().getCountBetweenValues(0, tenth);
            assertTrue(late >= WAITING / 2 - 1, "only " + late + " requests were charged");
        }
    }

    @Test
    void aClosedLoopSeesAStallOnce() throws IOException, InterruptedException {
        try (FakeNode node = new FakeNode(FakeNode.Conduct.STALLS)) {
            Measured measured = driver.measure(
                    plan(node, traffic(new Pace.Closed(), false), 1, Duration.ofSeconds(60), 60),
                    seen -> node.release());
            assertEquals(60, measured.result().requests());
            assertTrue(measured.latency().getMaxValue() >= TimeUnit.MILLISECONDS.toNanos(500));
        }
    }

    @Test
    void countsRefusalsApartWhereTheyAreAllowed() throws IOException, InterruptedException {
        try (FakeNode node = new FakeNode(FakeNode.Conduct.FULL)) {
            LoadPlan allowed = plan(node, traffic(new Pace.Poisson(RATE), true), 8, Duration.ofMillis(400), 1_000);
            LoadResult result = driver.run(allowed);
            assertTrue(result.refused() > 0, result::toString);
            assertTrue(result.refusals().p50() > 0);
            assertEquals(Map.of(), result.failures());
            assertFalse(result.counts(), "a server that refuses everything has answered nothing");

            LoadPlan forbidden = plan(node, traffic(new Pace.Poisson(RATE), false), 8, Duration.ofMillis(400), 1_000);
            assertTrue(driver.run(forbidden).failures().containsKey("status 503"));
        }
    }

    @Test
    void countsWhatWasNeverAnsweredWithTheTimeThatItWaited() throws IOException, InterruptedException {
        try (FakeNode node = new FakeNode(FakeNode.Conduct.STALLS)) {
            LoadResult result =
                    driver.run(plan(node, traffic(new Pace.Constant(RATE), false), 2, Duration.ofMillis(300), 1_000));
            assertEquals(0, result.requests());
            assertTrue(result.unanswered() > 0, result::toString);
            assertEquals(Map.of(), result.failures(), "the driver's own closing of connections is no failure");
            // The first was due when the window began and is given up a drain of the same length after its end.
            assertTrue(result.latency().max() >= 590_000, result::toString);
            node.release();
        }
    }

    @Test
    void drawsSharesByWeightAndShowsThemApart() throws IOException, InterruptedException {
        try (FakeNode node = new FakeNode(FakeNode.Conduct.RIGHT)) {
            Traffic mixed = new Traffic(
                    new Pace.Closed(),
                    List.of(
                            new Share("often", 9, calls(Encoding.BINARY, 1)),
                            new Share("seldom", 1, calls(Encoding.JSON, 1))),
                    7,
                    false);
            LoadResult result = driver.run(plan(node, mixed, 4, Duration.ofSeconds(60), 400));
            assertTrue(result.counts(), result::toString);
            LoadResult.ShareResult often = result.shares().get("often");
            LoadResult.ShareResult seldom = result.shares().get("seldom");
            assertEquals(400, often.requests() + seldom.requests());
            assertTrue(seldom.requests() > 15 && seldom.requests() < 80, result::toString);
            assertTrue(seldom.latency().p50() > 0);
        }
    }
}
