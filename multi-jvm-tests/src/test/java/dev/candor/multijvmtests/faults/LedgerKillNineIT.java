package dev.candor.multijvmtests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.value.Digest;
import dev.candor.cluster.cli.Candor;
import dev.candor.cluster.client.NodeClient;
import dev.candor.multijvmtests.harness.Acknowledgement;
import dev.candor.multijvmtests.harness.Await;
import dev.candor.multijvmtests.harness.LedgerAudit;
import dev.candor.multijvmtests.harness.LedgerExports;
import dev.candor.multijvmtests.harness.TestNode;
import dev.candor.persistence.ledger.stats.StatsJson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node that keeps a ledger with prices is killed under load, its validator with it. In the end the export is replayed and held against what a client outside
 * was answered. {@code -Dcandor.seed=N} and {@code -Dcandor.rounds=N} as in {@link KillNineIT}.
 */
@Timeout(1800)
final class LedgerKillNineIT {
    private static final long SEED = Long.getLong("candor.seed", new SecureRandom().nextInt() & 0xffff_ffffL);
    private static final int ROUNDS = Integer.getInteger("candor.rounds", 5);
    private static final long PRICE = 7;

    /** Enough for every round, and not for long after them. */
    private static final long DEPOSIT = PRICE * (600L * ROUNDS + 500);

    /** The most that the gateway has leased at a time. */
    private static final long MOST = PRICE * 750;

    @TempDir
    private Path folder;

    @Test
    void everyAcknowledgedReceiptIsFinalAndChargedOnce() throws Exception {
        Path settings = Files.writeString(folder.resolve("ledger.conf"), """
                candor.ledger {
                  enabled = true
                  interval = 50ms
                  rules { price.base = %d, longest-lease = 4s, lease-grace = 2s, price-notice = 6s }
                  allowance { lease = 2s, margin = 200ms, most = %d }
                }
                """.formatted(PRICE, MOST));
        TestNode.Launch launch = TestNode.Launch.shipped("--config", settings.toString());
        List<Acknowledgement> history;
        System.out.println("seed " + SEED + ", " + ROUNDS + " kills");
        try (KillNine scenario = KillNine.start(folder, launch, SEED, LedgerKillNineIT::deposit)) {
            for (int round = 1; round <= ROUNDS; round++) {
                assertThat(scenario.killAndRead())
                        .as("after kill %d of seed %d", round, SEED)
                        .isEmpty();
                assertThat(scenario.restartAndReplay(false))
                        .as("replays after kill %d of seed %d", round, SEED)
                        .isEmpty();
            }
            scenario.awaitRefused("PAYMENT_REQUIRED");
            scenario.killAndRestart();
            scenario.awaitRefused("PAYMENT_REQUIRED");
            assertThat(scenario.finish()).as("in the end, seed %d", SEED).isEmpty();
            history = scenario.history();
        }
        Path export = folder.resolve("ledger.jsonl");
        Path dataDir = folder.resolve("node");
        Digest chain;
        try (TestNode node = TestNode.start(dataDir, launch);
                NodeClient client = node.client()) {
            Acknowledgement last = history.getLast();
            for (Acknowledgement each : LedgerExports.lastOfEachPartition(history, 50)) {
                Await.until(TestNode.START_LIMIT, "request " + each.id() + " is final", () -> isFinal(client, each));
            }
            assertThat(client.get("/v1/receipts/" + last.id() + "/finality")
                            .path("signatures")
                            .asInt())
                    .isEqualTo(1);
            chain = LedgerExports.write(dataDir, export);
            String recomputed =
                    StatsJson.of(LedgerExports.figures(export, chain)).toString();
            Await.until(
                    TestNode.START_LIMIT,
                    "the node's figures are those of the export",
                    () -> client.get("/v1/stats").toString().equals(recomputed));
        }
        assertThat(LedgerAudit.violations(history, export, chain, new LedgerAudit.Money(PRICE, DEPOSIT, 2 * MOST)))
                .as("seed %d", SEED)
                .isEmpty();
        System.out.println(history.size() + " acknowledged receipts are final and charged once");
    }

    /** As an operator does it. */
    private static void deposit(Path dataDir) {
        assertThat(Candor.commandLine()
                        .execute(
                                "validator",
                                "submit",
                                "--data",
                                dataDir.toString(),
                                "--deposit",
                                "caller:anonymous=" + DEPOSIT))
                .isZero();
    }

    private static boolean isFinal(NodeClient client, Acknowledgement each) throws Exception {
        return client.get("/v1/receipts/" + each.id() + "/finality")
                .path("status")
                .asText()
                .equals("final");
    }
}
