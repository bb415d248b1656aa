package dev.candor.cluster.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.gateway.Admission.Reservation;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.receipt.SigningKey;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.cluster.validator.FinalityClient;
import dev.candor.cluster.validator.LedgerClient;
import dev.candor.cluster.validator.PeerAddress;
import dev.candor.cluster.validator.PeerIdentity;
import dev.candor.cluster.validator.StateClient;
import dev.candor.cluster.validator.ValidatorFixture;
import dev.candor.cluster.validator.ValidatorSeams;
import dev.candor.persistence.ledger.allowance.AllowanceSettings;
import dev.candor.persistence.ledger.state.Account;
import dev.candor.persistence.ledger.state.Amount;
import dev.candor.persistence.ledger.state.NodeEntry;
import dev.candor.persistence.ledger.state.PriceList;
import dev.candor.persistence.ledger.tx.Action;
import dev.candor.persistence.ledger.tx.Transaction;
import dev.candor.persistence.ledger.wire.Submitted;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node that admits requests against allowances of a ledger which four validators of their own keep. */
@Timeout(300)
final class ProvenAllowancesTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Digest CALLER = Digest.sha256(Bytes.ofHex("c0"));
    private static final ModelRef MODEL =
            new ModelRef("mnist", new ModelVersion(1, 0), Digest.sha256(Bytes.ofHex("4d")));

    @TempDir
    private Path folder;

    private ValidatorFixture network;
    private PeerIdentity gateway;
    private final List<AutoCloseable> open = new ArrayList<>();

    /** The gateway is known to the validators as the node that has their events. */
    @BeforeEach
    void begin() throws Exception {
        network = new ValidatorFixture(folder);
        gateway = network.identity("gateway", 3);
        PeerAddress nowhere = new PeerAddress(gateway.publicKey(), "127.0.0.1", 1);
        for (int i = 0; i < 4; i++) {
            network.start(i, List.of(nowhere), ValidatorSeams.NONE);
        }
    }

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
        network.close();
    }

    private NodeAllowances allowances(int patienceMillis) throws Exception {
        return allowances(
                patienceMillis,
                List.of(network.address(0), network.address(1), network.address(2), network.address(3)));
    }

    private NodeAllowances allowances(int patienceMillis, List<PeerAddress> addresses) throws Exception {
        FinalityClient validators = FinalityClient.of(gateway, addresses, network.genesis);
        open.add(validators);
        StateClient state = new StateClient(validators, Duration.ofSeconds(addresses.size() < 4 ? 1 : 60), LIMIT);
        open.add(state);
        AllowanceSettings settings = new AllowanceSettings(
                        Duration.ofMinutes(1),
                        Duration.ofSeconds(1),
                        new Amount(1_000),
                        Duration.ofMillis(patienceMillis),
                        8)
                .within(network.genesis.parameters());
        assertThat(settings.lease()).as("the rules' longest").isEqualTo(Duration.ofSeconds(3));
        NodeAllowances allowances = NodeAllowances.start(
                state,
                ProvenPrices.start(state, network.genesis.parameters(), Duration.ofMillis(500), System::nanoTime),
                settings,
                SigningKey.load(folder.resolve("gateway.pem")));
        open.add(allowances);
        return allowances;
    }

    private void operator(Action... actions) throws Exception {
        try (LedgerClient client = LedgerClient.of(network.operator, network.address(0))) {
            for (Action action : actions) {
                long nonce = client.nonce(Account.of(network.operator.publicKey()));
                Bytes message = Transaction.Signed.message(
                        network.genesis.digest(), network.operator.publicKey(), nonce, action);
                assertThat(client.submit(
                                new Transaction.Signed(
                                        network.operator.publicKey(),
                                        nonce,
                                        action,
                                        network.operator.key().sign(message),
                                        Optional.empty()),
                                LIMIT))
                        .isInstanceOf(Submitted.Included.class);
            }
        }
    }

    private Action registerGateway() {
        return new Action.RegisterNode(
                gateway.publicKey(),
                Set.of(NodeEntry.Role.GATEWAY),
                Account.of(network.operator.publicKey()),
                0,
                Long.MAX_VALUE,
                Digest.ZERO);
    }

    private static Optional<ErrorCode> refusal(NodeAllowances allowances, VerificationMode mode) {
        try {
            Reservation _ =
                    allowances.await(CALLER, MODEL, mode).toCompletableFuture().join();
            return Optional.empty();
        } catch (CompletionException e) {
            assertThat(e).hasCauseInstanceOf(RefusedException.class);
            return Optional.of(((RefusedException) Objects.requireNonNull(e.getCause()))
                    .refusal()
                    .code());
        }
    }

    @Test
    void admitsAsMuchAsTheLedgerLeasesAndNoMore() throws Exception {
        operator(registerGateway(), new Action.Deposit(CALLER, new Amount(20)));
        NodeAllowances allowances = allowances(60_000);
        assertThat(allowances.reserve(CALLER, MODEL, VerificationMode.VANILLA))
                .as("no price is known yet")
                .isEmpty();
        // 7 units each.
        assertThat(refusal(allowances, VerificationMode.VANILLA)).isEmpty();
        assertThat(refusal(allowances, VerificationMode.VANILLA)).isEmpty();
        assertThat(refusal(allowances, VerificationMode.VANILLA)).contains(ErrorCode.PAYMENT_REQUIRED);
    }

    @Test
    void admitsNobodyAsAGatewayThatTheLedgerDoesNotKnow() throws Exception {
        operator(new Action.Deposit(CALLER, new Amount(20)));
        NodeAllowances allowances = allowances(500);
        assertThat(refusal(allowances, VerificationMode.VANILLA)).contains(ErrorCode.NOT_READY);
        operator(registerGateway());
        assertThat(refusal(allowances(60_000), VerificationMode.VANILLA)).isEmpty();
    }

    @Test
    void knowsThePricesOfModelsAndThoseThatAreAnnounced() throws Exception {
        operator(
                registerGateway(),
                new Action.Deposit(CALLER, new Amount(20)),
                new Action.RegisterModel(
                        MODEL.contentId(), "mnist", new PriceList(Amount.ZERO, Amount.ZERO, new Amount(50))));
        NodeAllowances allowances = allowances(60_000);
        assertThat(refusal(allowances, VerificationMode.VANILLA))
                .as("costs nothing")
                .isEmpty();
        assertThat(refusal(allowances, VerificationMode.ZKML)).contains(ErrorCode.PAYMENT_REQUIRED);
    }

    @Test
    void refusesWhereNobodySaysWhatAnAnswerCosts() throws Exception {
        PeerAddress nowhere = new PeerAddress(network.keys.get(0).publicKey(), "127.0.0.1", 1);
        NodeAllowances allowances = allowances(60_000, List.of(network.address(1), nowhere));
        assertThat(refusal(allowances, VerificationMode.VANILLA)).contains(ErrorCode.NOT_READY);
    }
}
