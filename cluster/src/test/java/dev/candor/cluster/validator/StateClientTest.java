package dev.candor.cluster.validator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.block.BlockHeader;
import dev.candor.persistence.ledger.consensus.Message;
import dev.candor.persistence.ledger.state.Account;
import dev.candor.persistence.ledger.state.Amount;
import dev.candor.persistence.ledger.state.LedgerState;
import dev.candor.persistence.ledger.state.StateKey;
import dev.candor.persistence.ledger.state.StateProof.Section;
import dev.candor.persistence.ledger.state.StateView;
import dev.candor.persistence.ledger.tx.Action;
import dev.candor.persistence.ledger.tx.Transaction;
import dev.candor.persistence.ledger.vote.Certificate;
import dev.candor.persistence.ledger.wire.Holdings;
import dev.candor.persistence.ledger.wire.Holdings.Holding;
import dev.candor.persistence.ledger.wire.HoldingsCodec;
import dev.candor.persistence.ledger.wire.Submitted;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Four validators of which one may lie: nothing is believed but what a certified state proves, and the latest of two answers holds. */
@Timeout(300)
final class StateClientTest {
    private static final Digest CALLER = Digest.sha256(Bytes.ofHex("c0"));
    private static final Digest NOBODY = Digest.sha256(Bytes.ofHex("00"));
    private static final List<StateKey> KEYS =
            List.of(new StateKey(Section.ACCOUNTS, CALLER), new StateKey(Section.ACCOUNTS, NOBODY));

    @TempDir
    private Path folder;

    private ValidatorFixture network;
    private LedgerState before;
    private LedgerState after;
    private CertifiedChain chain;
    private final List<ScriptedValidator> validators = new ArrayList<>();
    private final List<AutoCloseable> open = new ArrayList<>();

    /** 100 units in the first block, 50 more in the second. */
    @BeforeEach
    void begin() throws Exception {
        network = new ValidatorFixture(folder);
        chain = new CertifiedChain(network).operator(new Action.Deposit(CALLER, new Amount(100)));
        before = chain.state();
        chain.operator(new Action.Deposit(CALLER, new Amount(50)));
        after = chain.state();
        for (int i = 0; i < 4; i++) {
            validators.add(new ScriptedValidator(network.keys.get(i)));
            open.add(validators.get(i));
            holds(i, after);
        }
    }

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
        network.close();
    }

    private Holdings of(LedgerState state, List<StateKey> keys) {
        Message.Decided block = chain.blocks.get((int) state.height() - 1);
        return HoldingsCodec.of(state, block.block().header(), block.certificate(), keys);
    }

    private void holds(int validator, LedgerState state) {
        says(validator, state, UnaryOperator.identity());
    }

    private void says(int validator, LedgerState state, UnaryOperator<Holdings> changed) {
        validators.get(validator).holdings = keys -> changed.apply(of(state, keys));
    }

    private StateClient client(int... numbers) throws IOException {
        List<PeerAddress> addresses = new ArrayList<>();
        for (int each : numbers) {
            addresses.add(validators.get(each).address());
        }
        FinalityClient finality = FinalityClient.of(network.server, addresses, network.genesis);
        open.add(finality);
        StateClient client = new StateClient(finality, Duration.ofSeconds(2), Duration.ofMinutes(1));
        open.add(client);
        return client;
    }

    private static long balance(StateView state) {
        return state.account(CALLER).orElse(Account.EMPTY).balance().units();
    }

    @Test
    void takesTheLatestOfMoreAnswersThanMayLie() throws Exception {
        holds(0, before);
        StateView state = client(0, 1).look(KEYS, _ -> true);
        assertThat(balance(state)).isEqualTo(150);
        assertThat(state.account(NOBODY)).isEmpty();
        assertThat(state.height()).isEqualTo(2);
        assertThat(state.time()).isEqualTo(after.time());
        assertThat(state.chain()).isEqualTo(network.genesis.digest());
        assertThatThrownBy(() -> state.account(Digest.ZERO)).hasMessageContaining("was not asked for");
        assertThatThrownBy(() -> client(0).look(KEYS, _ -> true))
                .hasMessage("2 of 4 validators are to prove what the ledger holds; 1 did");
    }

    @Test
    void refusesABalanceThatNoCertifiedStateHolds() throws Exception {
        Bytes rich = new Account(new Amount(1_000_000), Amount.ZERO, Amount.ZERO, 0).encode();
        says(
                0,
                after,
                so -> withHolding(so, new Holding(so.holdings().getFirst().path(), Optional.of(rich))));
        assertRefused("what it says of " + CALLER + " among the ACCOUNTS is not what block 2 leads to");
    }

    @Test
    void refusesAnAccountThatIsKeptQuiet() throws Exception {
        says(
                0,
                after,
                so -> withHolding(so, new Holding(so.holdings().getFirst().path(), Optional.empty())));
        assertRefused("is not what block 2 leads to");
        says(0, after, so -> withHolding(so, so.holdings().getLast()));
        assertRefused("is not what block 2 leads to");
        validators.get(0).holdings = keys -> of(after, keys.subList(0, 1));
        assertRefused("1 values for the 2 keys that were asked for");
    }

    @Test
    void refusesAStateThatNoQuorumSigned() throws Exception {
        says(
                0,
                after,
                so -> new Holdings(
                        so.header(),
                        new Certificate(
                                so.certificate().vote(),
                                so.certificate().seals().subList(0, 2)),
                        so.sections(),
                        so.holdings()));
        assertRefused("2 of 4 validators signed, a quorum is 3");
        says(0, before, so -> {
            BlockHeader h = so.header();
            return new Holdings(
                    new BlockHeader(
                            h.chain(), h.height() + 7, h.parent(), h.time(), h.validators(), h.body(), h.stateRoot()),
                    so.certificate(),
                    so.sections(),
                    so.holdings());
        });
        assertRefused("block 8: its certificate is for something else");
    }

    private static Holdings withHolding(Holdings holdings, Holding first) {
        return new Holdings(
                holdings.header(),
                holdings.certificate(),
                holdings.sections(),
                List.of(first, holdings.holdings().getLast()));
    }

    /** Of two the liar's word is missing; of four it is not missed. */
    private void assertRefused(String why) throws Exception {
        assertThatThrownBy(() -> client(0, 1).look(KEYS, _ -> true))
                .hasMessageContaining("2 of 4 validators are to prove what the ledger holds; 1 did")
                .hasMessageContaining(why);
        assertThat(balance(client(0, 1, 2).look(KEYS, _ -> true))).isEqualTo(150);
    }

    @Test
    void waitsForAStateThatIsLateAndNotForEver() throws Exception {
        validators.get(0).holdings = keys -> of(validators.get(0).looked.get() > 3 ? after : before, keys);
        validators.get(1).holdings = validators.get(0).holdings;
        StateClient client = client(0, 1);
        assertThat(balance(client.look(KEYS, state -> state.height() == 2))).isEqualTo(150);
        assertThatThrownBy(() -> client.look(KEYS, state -> state.height() == 3))
                .hasMessage("what is waited for is not so at block 2");
    }

    @Test
    void handsATransactionToOneThatDoesNotLie() throws Exception {
        Transaction.Signed transaction = network.signed(network.operator, 2, new Action.Deposit(CALLER, new Amount(1)));
        validators.get(0).submitted = _ -> CompletableFuture.completedFuture(new Submitted.Refused("I lie"));
        validators.get(1).submitted = _ -> CompletableFuture.completedFuture(new Submitted.Included(3));
        assertThat(client(0, 1).submit(transaction).toCompletableFuture().join())
                .isEqualTo(3);
        validators.get(1).submitted = _ -> CompletableFuture.completedFuture(new Submitted.Refused("too much"));
        assertThatThrownBy(() ->
                        client(0, 1).submit(transaction).toCompletableFuture().join())
                .isInstanceOf(CompletionException.class)
                .hasMessageContaining(" says: ");
    }
}
