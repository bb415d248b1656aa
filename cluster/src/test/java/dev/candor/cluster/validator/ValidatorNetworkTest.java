package dev.candor.cluster.validator;

import static dev.candor.cluster.validator.ValidatorFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.actors.receipt.SigningKey;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.block.Segment;
import dev.candor.persistence.ledger.state.Amount;
import dev.candor.persistence.ledger.state.LedgerState;
import dev.candor.persistence.ledger.tx.Action;
import dev.candor.persistence.ledger.tx.Transaction;
import dev.candor.persistence.ledger.wire.Submitted;
import dev.candor.persistence.partition.PartitionCodec;
import dev.candor.persistence.partition.PartitionEvent;
import dev.candor.persistence.partition.PartitionEvent.Entry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Validators as they run in processes of their own, over real mutual TLS. */
@Timeout(180)
final class ValidatorNetworkTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private ValidatorFixture network;

    @BeforeEach
    void begin() throws Exception {
        network = new ValidatorFixture(folder);
    }

    @AfterEach
    void end() {
        network.close();
    }

    private void startAll(List<PeerAddress> feeds) throws Exception {
        for (int i = 0; i < 4; i++) {
            network.start(i, feeds, ValidatorSeams.NONE);
        }
    }

    private Submitted submit(int to, PeerIdentity by, long nonce, Action action) throws Exception {
        return network.client(by, to).submit(network.signed(by, nonce, action), LIMIT);
    }

    @Test
    void fourAgreeOnReceiptsAndOneThatWasAwayCatchesUpFromTheOthers() throws Exception {
        startAll(List.of(network.honestFeed()));
        assertThat(submit(2, network.operator, 0, network.registerExecutor())).isInstanceOf(Submitted.Included.class);
        network.commit(0, 3);
        network.commit(1, 2);
        for (int i = 0; i < 4; i++) {
            int number = i;
            await(() -> network.isFinal(number, 0, 2) && network.isFinal(number, 1, 2));
        }
        network.stop(3);
        for (int i = 3; i <= 6; i++) {
            network.commit(0, 1);
            int sequenceNr = i;
            await(() -> network.isFinal(0, 0, sequenceNr));
        }
        // It is told of no serving node: what is final the other validators have.
        network.start(3, List.of(), ValidatorSeams.NONE);
        await(() -> network.isFinal(3, 0, 6));
        await(() -> network.running.values().stream()
                        .map(each -> each.validator().ledger().root())
                        .distinct()
                        .count()
                == 1);
        assertThat(network.client(network.operator, 3).standing().halted()).isEmpty();
    }

    @Test
    void twoOfFourMakeNoBlockAndThreeDo() throws Exception {
        PeerAddress feed = network.honestFeed();
        network.start(0, List.of(feed), ValidatorSeams.NONE);
        network.start(1, List.of(feed), ValidatorSeams.NONE);
        assertThatThrownBy(() -> network.client(network.operator, 0)
                        .submit(network.signed(network.operator, 0, network.registerExecutor()), Duration.ofSeconds(3)))
                .hasMessageContaining("DEADLINE_EXCEEDED");
        assertThat(network.client(network.operator, 0).standing().height()).isZero();
        network.start(2, List.of(feed), ValidatorSeams.NONE);
        // The transaction still waits where it was handed in.
        await(() -> network.running.get(1).validator().ledger().height() == 1);
    }

    @Test
    void refusesTransactionsWithAReason() throws Exception {
        startAll(List.of());
        assertThat(submit(0, network.operator, 0, network.registerExecutor())).isInstanceOf(Submitted.Included.class);
        assertThat(submit(0, network.operator, 0, network.registerExecutor()))
                .asString()
                .contains("nonce 0")
                .contains("the next one is 1");
        Transaction.Signed other = network.signed(network.operator, 1, new Action.Deposit(Digest.ZERO, new Amount(1)));
        assertThat(network.client(network.operator, 1)
                        .submit(
                                new Transaction.Signed(
                                        other.key(),
                                        1,
                                        new Action.Deposit(Digest.ZERO, new Amount(2)),
                                        other.signature(),
                                        Optional.empty()),
                                LIMIT))
                .asString()
                .contains("the signature is not its key's");
        assertThat(submit(2, network.keys.get(2), 0, new Action.Deposit(Digest.ZERO, new Amount(5))))
                .asString()
                .contains("only an operator");
        assertThat(network.client(network.operator, 3)
                        .nonce(dev.candor.persistence.ledger.state.Account.of(network.operator.publicKey())))
                .isEqualTo(1);
    }

    /** Without the check of signatures what a lying source made up keeps the honest events out: the partition stands still. */
    @Test
    void eventsOfALyingSourceDoNotTakeTheHonestOnesPlace() throws Exception {
        assertThat(becomesFinalBesideALiar(ValidatorSeams.NONE)).isTrue();
    }

    @Test
    void aValidatorThatTakesEventsWithoutTheirSignaturesStandsStill() throws Exception {
        ValidatorSeams mutant = new ValidatorSeams((_, peers) -> peers, journal -> journal, _ -> (_, _, _) -> true);
        assertThat(becomesFinalBesideALiar(mutant)).isFalse();
    }

    private boolean becomesFinalBesideALiar(ValidatorSeams seams) throws Exception {
        CompletableFuture<Boolean> lied = new CompletableFuture<>();
        SigningKey thief = SigningKey.ofSeed(Digest.sha256(Bytes.ofHex("66")).toBytes());
        PartitionEvent opened = new PartitionEvent.Opened(1, Digest.ZERO);
        PartitionEvent forged = new PartitionEvent.ReceiptsCommitted(
                1,
                PartitionCodec.hash(opened),
                network.batch(0, 2, thief).stream()
                        .map(each -> new Entry(each, Optional.empty()))
                        .toList());
        PeerAddress liar = network.feed(positions -> {
            lied.complete(positions.stream().anyMatch(each -> each.partition() == 0 && each.sequenceNr() == 0));
            return CompletableFuture.completedStage(List.of(new Segment(0, 1, List.of(opened, forged))));
        });
        for (int i = 0; i < 4; i++) {
            network.start(i, List.of(liar), seams);
        }
        assertThat(submit(0, network.operator, 0, network.registerExecutor())).isInstanceOf(Submitted.Included.class);
        assertThat(lied.get()).isTrue();
        // Every validator had the forged events before it hears of the honest ones.
        for (int i = 0; i < 4; i++) {
            network.stop(i);
        }
        PeerAddress honest = network.honestFeed();
        network.commit(0, 3);
        for (int i = 0; i < 4; i++) {
            network.start(i, List.of(liar, honest), seams);
        }
        network.commit(1, 1);
        await(() -> network.isFinal(0, 1, 2));
        long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        await(() -> network.isFinal(0, 0, 2) || System.nanoTime() > deadline);
        return network.isFinal(0, 0, 2);
    }

    @Test
    void comesBackToItsOwnRoot() throws Exception {
        startAll(List.of(network.honestFeed()));
        submit(0, network.operator, 0, network.registerExecutor());
        network.commit(1, 4);
        await(() -> network.isFinal(1, 1, 2));
        network.stop(1);
        LedgerState before = network.running.get(0).validator().ledger();
        ValidatorProcess again = network.start(1, List.of(), ValidatorSeams.NONE);
        assertThat(again.validator().ledger().height()).isPositive();
        await(() -> again.validator().ledger().height() >= before.height());
        assertThat(again.validator().ledger().root()).isEqualTo(before.root());
    }
}
