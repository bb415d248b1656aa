package dev.candor.multijvmtests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.actors.receipt.SigningKey;
import dev.candor.actors.value.Digest;
import dev.candor.cluster.client.NodeClient;
import dev.candor.cluster.validator.PeerIdentity;
import dev.candor.multijvmtests.cassandra.CassandraKeyspace;
import dev.candor.multijvmtests.cassandra.CassandraServer;
import dev.candor.multijvmtests.cassandra.RequiresCassandra;
import dev.candor.multijvmtests.harness.Acknowledgement;
import dev.candor.multijvmtests.harness.Await;
import dev.candor.multijvmtests.harness.LedgerAudit;
import dev.candor.multijvmtests.harness.LedgerExports;
import dev.candor.multijvmtests.harness.Recorder;
import dev.candor.multijvmtests.harness.TestNode;
import dev.candor.multijvmtests.harness.Workload;
import dev.candor.persistence.ledger.replay.LedgerReplay;
import dev.candor.persistence.ledger.state.Account;
import dev.candor.persistence.ledger.state.Amount;
import dev.candor.persistence.ledger.state.NodeEntry;
import dev.candor.persistence.ledger.stats.StatsJson;
import dev.candor.persistence.ledger.tx.Action;
import dev.candor.persistence.ledger.tx.Transaction;
import dev.candor.persistence.ledger.vote.ValidatorSet;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Four validators in processes of their own and a serving node on Cassandra, under load: one validator is killed, replaced by one that lies, two are killed, one comes
 * back. In the end the honest ones agree, and everything that a client outside was answered is in their export, charged once.
 */
@Timeout(900)
@RequiresCassandra
@Tag("unsettled")
final class CommitteeIT {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final int RATE = 25;
    private static final int SOME = 40;
    private static final long PRICE = 7;
    private static final int LIAR = 3;
    private static final int AWAY = 2;
    private static final long STAKE = 5_000;

    @TempDir
    private Path folder;

    @Test
    void blocksGoOnWithOneDeadOrLyingAndNothingIsLost(CassandraServer server, CassandraKeyspace keyspace)
            throws Exception {
        CassandraNodes nodes = new CassandraNodes(folder, server, keyspace);
        SigningKey executor = SigningKey.generate(new SecureRandom());
        executor.save(folder.resolve("executor.pem"));
        String rules = "candor.node.partitions = 2\ncandor.ledger.rules.price.base = " + PRICE + "\n";
        try (Committee committee = new Committee(folder, nodes.settings("") + rules)) {
            for (int i = 0; i < Committee.SIZE; i++) {
                committee.start(i);
            }
            try (TestNode node = nodes.start("node", "", TestNode.Launch.shipped(), rules + committee.nodeSettings());
                    NodeClient client = node.client()) {
                for (int i = 0; i < Committee.SIZE; i++) {
                    committee.awaitUp(i);
                }
                node.register(client, Workload.MODEL);
                prepare(committee, executor);
                List<Acknowledgement> history = scenario(committee, node, client);
                for (Acknowledgement each : LedgerExports.lastOfEachPartition(history, 20)) {
                    awaitFinal(client, each);
                }
                Await.until(LIMIT, "the honest validators agree", () -> committee.agree(List.of(0, 1, AWAY)));
                Path export = folder.resolve("ledger.jsonl");
                committee.export(0, export);
                assertThat(LedgerAudit.violations(
                                history, export, committee.chain(), new LedgerAudit.Money(PRICE, 0, Long.MAX_VALUE)))
                        .isEmpty();
                awaitFigures(client, StatsJson.of(LedgerExports.figures(export, committee.chain())));
                assertThat(punished(committee, export)).isTrue();
                System.out.println(history.size() + " acknowledged receipts are final and charged once; height "
                        + committee.standing(0).height());
            }
        }
    }

    /** The node has the figures from validators, and says from which; they are those of the export. */
    private static void awaitFigures(NodeClient client, ObjectNode recomputed) throws Exception {
        Await.until(LIMIT, "the figures are those of the export", () -> {
            ObjectNode stated = (ObjectNode) client.get("/v1/stats");
            JsonNode by = stated.remove("stated_by");
            return stated.toString().equals(recomputed.toString())
                    && by.path("validators").size() >= by.path("needed").asInt();
        });
    }

    private static void prepare(Committee committee, SigningKey executor) throws Exception {
        PeerIdentity liar = committee.identity("validator-" + LIAR);
        committee.submit(
                committee.operator(),
                new Action.RegisterNode(
                        executor.publicKey().raw(),
                        Set.of(NodeEntry.Role.EXECUTOR),
                        Account.of(committee.operator().publicKey()),
                        0,
                        Long.MAX_VALUE,
                        Digest.ZERO));
        committee.submit(committee.operator(), new Action.Deposit(Account.of(liar.publicKey()), new Amount(STAKE)));
        committee.submit(liar, new Action.Stake(ValidatorSet.keyId(liar.publicKey()), new Amount(STAKE)));
    }

    private List<Acknowledgement> scenario(Committee committee, TestNode node, NodeClient client) throws Exception {
        try (Recorder recorder = Recorder.start(folder, "committee", RATE, List.of(node.dataDir()))) {
            recorder.go();
            goesOn(recorder, client, "all four at work");

            committee.kill(LIAR);
            goesOn(recorder, client, "one of four killed");

            committee.startLiar(LIAR);
            committee.awaitUp(LIAR);
            goesOn(recorder, client, "one of four lies");
            awaitEvidence(committee);

            committee.kill(AWAY);
            committee.kill(LIAR);
            more(recorder);
            long stands = Math.max(
                    committee.standing(0).height(), committee.standing(1).height());
            more(recorder);
            assertThat(Math.max(
                            committee.standing(0).height(),
                            committee.standing(1).height()))
                    .as("height with two of four killed")
                    .isEqualTo(stands);

            committee.start(AWAY);
            goesOn(recorder, client, "one of both came back");
            return recorder.stop();
        }
    }

    private static void more(Recorder recorder) throws Exception {
        recorder.awaitAcknowledged(recorder.history().size() + SOME, LIMIT);
    }

    /** More answers, and the last of them becomes final. */
    private static void goesOn(Recorder recorder, NodeClient client, String when) throws Exception {
        more(recorder);
        Acknowledgement last = recorder.history().getLast();
        awaitFinal(client, last);
        System.out.println(when + ": " + recorder.history().size() + " answers, final up to block "
                + client.get("/v1/receipts/" + last.id() + "/finality")
                        .path("height")
                        .asLong());
    }

    private static void awaitFinal(NodeClient client, Acknowledgement each) throws Exception {
        Await.until(
                LIMIT,
                "request " + each.id() + " is final",
                () -> client.get("/v1/receipts/" + each.id() + "/finality")
                        .path("status")
                        .asText()
                        .equals("final"));
    }

    private static void awaitEvidence(Committee committee) throws Exception {
        long[] height = {1};
        Await.until(LIMIT, "the evidence against the liar is in a block", () -> {
            for (var block = committee.block(0, height[0]);
                    block.isPresent();
                    block = committee.block(0, ++height[0])) {
                if (block.get().block().body().transactions().stream()
                        .anyMatch(each -> each instanceof Transaction.Equivocation)) {
                    return true;
                }
            }
            return false;
        });
        System.out.println("the evidence is in block " + height[0]);
    }

    private static boolean punished(Committee committee, Path export) throws Exception {
        LedgerReplay.Result result = LedgerExports.replay(export, committee.chain(), (_, _, _, _, _, _) -> {});
        NodeEntry liar = result.state()
                .nodes()
                .get(ValidatorSet.keyId(committee.identity("validator-" + LIAR).publicKey()))
                .orElseThrow();
        System.out.println("the liar's stake: " + liar.stake() + " of " + STAKE);
        return liar.equivocated() && liar.stake().units() < STAKE;
    }
}
