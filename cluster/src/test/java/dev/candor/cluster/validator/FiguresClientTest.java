package dev.candor.cluster.validator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.actors.value.Bytes;
import dev.candor.persistence.ledger.stats.Figure;
import dev.candor.persistence.ledger.stats.LedgerStats;
import dev.candor.persistence.ledger.stats.MemoryFigures;
import dev.candor.persistence.ledger.stats.StatsJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Four validators of which one may lie: what two state alike is believed. */
@Timeout(300)
final class FiguresClientTest {
    private static final LedgerStats TRUE = figures(7);
    private static final LedgerStats FALSE = figures(7_000);

    @TempDir
    private Path folder;

    private ValidatorFixture network;
    private final List<ScriptedValidator> validators = new ArrayList<>();
    private final List<AutoCloseable> open = new ArrayList<>();

    private static LedgerStats figures(long blocks) {
        MemoryFigures figures = new MemoryFigures();
        figures.add(new Figure(Figure.View.BLOCKS, 20_000, "", "count"), blocks);
        return LedgerStats.of(figures);
    }

    @BeforeEach
    void begin() throws Exception {
        network = new ValidatorFixture(folder);
        for (int i = 0; i < 4; i++) {
            validators.add(new ScriptedValidator(network.keys.get(i)));
            open.add(validators.get(i));
        }
        states(TRUE, 0, 1, 2, 3);
    }

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
        network.close();
    }

    private void states(LedgerStats stats, int... numbers) {
        for (int each : numbers) {
            validators.get(each).figures = () -> StatsJson.write(stats);
        }
    }

    private FiguresClient client(int... numbers) throws IOException {
        List<PeerAddress> addresses = new ArrayList<>();
        for (int each : numbers) {
            addresses.add(validators.get(each).address());
        }
        FinalityClient finality = FinalityClient.of(network.server, addresses, network.genesis);
        open.add(finality);
        return new FiguresClient(finality);
    }

    private Bytes key(int number) {
        return network.keys.get(number).publicKey();
    }

    @Test
    void believesWhatMoreStateThanMayLie() throws Exception {
        states(FALSE, 0);
        FiguresClient.Stated stated = client(0, 1, 2, 3).stats();
        assertThat(stated.figures()).isEqualTo(TRUE);
        assertThat(stated.figures().blocks()).isEqualTo(7);
        assertThat(stated.needed()).isEqualTo(2);
        assertThat(stated.by()).hasSize(2).doesNotContain(key(0));
    }

    @Test
    void refusesWhatTooFewStateAndSaysHowMany() throws Exception {
        states(FALSE, 1);
        assertThatThrownBy(() -> client(0, 1).stats())
                .hasMessage("2 of 4 validators are to state the same figures; 2 answered, at most 1 of them alike");
        validators.get(1).figures = () -> Bytes.wrap("[]".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> client(0, 1).stats())
                .hasMessageContaining("1 answered, at most 1 of them alike")
                .hasMessageContaining("answers what cannot be read: these are no public figures");
    }

    @Test
    void oneThatIsNamedTwiceCountsOnceAndAStrangerNotAtAll() throws Exception {
        assertThatThrownBy(() -> client(0, 0, 0).stats()).hasMessageContaining("at most 1 of them alike");
        validators.add(new ScriptedValidator(network.identity("stranger", 77)));
        open.add(validators.getLast());
        states(TRUE, 4);
        assertThatThrownBy(() -> client(0, 4).stats()).hasMessageContaining("1 answered");
    }

    @Test
    void asksAgainWhereABlockCameInBetween() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        validators.get(0).figures = () -> StatsJson.write(asked.incrementAndGet() == 1 ? figures(6) : TRUE);
        assertThat(client(0, 1).stats().figures()).isEqualTo(TRUE);
        assertThat(asked).hasValue(2);
    }

    @Test
    void countsTheValidatorsOfTodayOnceItHearsOfThem() throws Exception {
        PeerIdentity fifth = network.identity("validator-4", 14);
        CertifiedChain chain = new CertifiedChain(network)
                .change(List.of(network.keys.get(0), network.keys.get(1), network.keys.get(2), fifth))
                .operator(network.registerExecutor());
        validators.add(new ScriptedValidator(fifth));
        open.add(validators.getLast());
        states(TRUE, 4);
        states(FALSE, 3);
        validators.get(4).blocks = chain.blocks;
        validators.get(1).blocks = chain.blocks;
        assertThat(client(1, 3, 4).stats().by()).containsExactlyInAnyOrder(key(1), fifth.publicKey());
    }

    @Test
    void aDeskComputesOnceAHeightForAllWhoAsk() {
        AtomicLong height = new AtomicLong(1);
        AtomicInteger computed = new AtomicInteger();
        CompletableFuture<LedgerStats> held = new CompletableFuture<>();
        try (FiguresDesk desk = new FiguresDesk(height::get, () -> {
            computed.incrementAndGet();
            return held.join();
        })) {
            CompletionStage<Bytes> one = desk.figures();
            height.set(2);
            CompletionStage<Bytes> two = desk.figures();
            held.complete(TRUE);
            assertThat(one.toCompletableFuture().join())
                    .isEqualTo(two.toCompletableFuture().join())
                    .isEqualTo(StatsJson.write(TRUE));
            assertThat(computed).hasValue(1);
            for (int i = 0; i < 3; i++) {
                assertThat(desk.figures().toCompletableFuture().join()).isEqualTo(StatsJson.write(TRUE));
            }
            assertThat(computed).as("the height moved on once").hasValue(2);
        }
    }
}
