package dev.candor.persistence.ledger;

import static dev.candor.persistence.ledger.LedgerFixture.CALLER;
import static dev.candor.persistence.ledger.LedgerFixture.GENESIS;
import static dev.candor.persistence.ledger.LedgerFixture.MODEL;
import static dev.candor.persistence.ledger.LedgerFixture.batch;
import static dev.candor.persistence.ledger.LedgerFixture.id;
import static dev.candor.persistence.ledger.LedgerFixture.leaf;
import static dev.candor.persistence.ledger.LedgerFixture.prices;
import static dev.candor.persistence.ledger.LedgerFixture.segment;
import static dev.candor.persistence.ledger.LedgerFixture.signed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.actors.wire.MalformedBytesException;
import dev.candor.persistence.ledger.Ledger.Built;
import dev.candor.persistence.ledger.block.Block;
import dev.candor.persistence.ledger.state.Amount;
import dev.candor.persistence.ledger.state.LedgerState;
import dev.candor.persistence.ledger.state.LogEntry;
import dev.candor.persistence.ledger.state.NodeEntry;
import dev.candor.persistence.ledger.state.StateCodec;
import dev.candor.persistence.ledger.tree.LogProof;
import dev.candor.persistence.ledger.tx.Action;
import dev.candor.persistence.ledger.tx.Evidence;
import dev.candor.persistence.ledger.tx.EvidenceVerifier;
import dev.candor.persistence.ledger.tx.Transaction;
import dev.candor.persistence.ledger.tx.TransactionCodec;
import dev.candor.persistence.ledger.vote.Certificate;
import dev.candor.persistence.ledger.vote.SignedVote;
import dev.candor.persistence.ledger.vote.Vote;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Whatever is hashed or signed has the bytes that were written down when version 1 was made. */
final class LedgerGoldenTest {
    private static final Digest D = Digest.sha256(Bytes.ofHex("0d"));
    private static final LedgerState START = GENESIS.state();

    private static Map<String, Action> actions() {
        Evidence evidence = new Evidence(Evidence.Kind.REEXECUTION, Bytes.ofHex("0102"));
        Map<String, Action> actions = new LinkedHashMap<>();
        actions.put("deposit", new Action.Deposit(D, new Amount(7)));
        actions.put("withdraw", new Action.Withdraw(D, new Amount(7)));
        actions.put("registerModel", new Action.RegisterModel(D, "mnist", prices(1, 2, 3)));
        actions.put("setPrices", new Action.SetPrices(D, prices(1, 2, 3), 9));
        actions.put("commitWeights", new Action.CommitWeights(D, 4, D, 64, evidence));
        actions.put(
                "registerNode",
                new Action.RegisterNode(
                        FakeSignatures.key(3), Set.of(NodeEntry.Role.GATEWAY, NodeEntry.Role.PROVER), D, 1, 2, D));
        actions.put("revokeNode", new Action.RevokeNode(D));
        actions.put("changeValidators", new Action.ChangeValidators(GENESIS.validators()));
        actions.put("stake", new Action.Stake(D, new Amount(7)));
        actions.put("unstake", new Action.Unstake(D, new Amount(7)));
        actions.put(
                "leaseAllowances",
                new Action.LeaseAllowances(
                        List.of(new Action.Wish(D, new Amount(7), new Amount(70))),
                        11,
                        List.of(new Action.Unused(D, new Amount(3)))));
        actions.put("settle", new Action.Settle(Bytes.ofHex("aabb"), evidence));
        actions.put(
                "disprove",
                new Action.Disprove(
                        Bytes.ofHex("aabb"),
                        new LogEntry(D, 1, 2, new Amount(3), new Amount(4), new Amount(5), true),
                        evidence));
        return actions;
    }

    private static Map<String, Bytes> vectors() {
        Map<String, Bytes> vectors = new LinkedHashMap<>();
        vectors.put("genesis", GENESIS.encode());
        vectors.put("chain", GENESIS.digest().toBytes());
        vectors.put("root0", START.root().toBytes());
        actions().forEach((name, action) -> vectors.put(name, TransactionCodec.encode(transaction(action))));
        Vote vote = new Vote(Vote.Kind.ROUND_CHANGE, 5, 3, D, 2);
        vectors.put("vote", vote.signedBytes(START.chain()));
        SignedVote one =
                new SignedVote(vote, FakeSignatures.key(1), FakeSignatures.sign(FakeSignatures.key(1), D.toBytes()));
        vectors.put("equivocation", TransactionCodec.encode(new Transaction.Equivocation(one, one)));
        Certificate certificate =
                new Certificate(Vote.on(Vote.Kind.COMMIT, 5, 1, D), List.of(new Certificate.Seal(2, one.signature())));
        CanonicalWriter out = new CanonicalWriter(64);
        certificate.write(out);
        vectors.put("certificate", out.toBytes());
        LedgerState state = START;
        Ledger ledger = new Ledger(new FakeSignatures(), EvidenceVerifier.refusingAll());
        Built first = ledger.build(state, state.time() + 100, LedgerFixture.setUp(state), List.of());
        state = first.applied().state();
        Built second = ledger.build(
                state,
                state.time() + 100,
                List.of(signed(
                        state,
                        LedgerFixture.GATEWAY,
                        0,
                        new Action.LeaseAllowances(
                                List.of(new Action.Wish(CALLER, new Amount(50), new Amount(50))),
                                state.time() + 900,
                                List.of()))),
                List.of(segment(
                        state,
                        2,
                        batch(List.of(
                                leaf(2, 1, CALLER, VerificationMode.ZKML),
                                leaf(2, 2, CALLER, VerificationMode.VANILLA))))));
        vectors.put("block1", Digest.sha256(first.block().encode()).toBytes());
        vectors.put("block2", second.block().encode());
        vectors.put("hash2", second.block().hash().toBytes());
        vectors.put("entry", second.applied().entries().get(2).getFirst().encode());
        state = second.applied().state();
        vectors.put("model", state.models().get(MODEL).orElseThrow().encode());
        vectors.put(
                "node",
                state.nodes().get(id(LedgerFixture.EXECUTOR)).orElseThrow().encode());
        vectors.put("account", state.accounts().get(CALLER).orElseThrow().encode());
        vectors.put(
                "settlement", state.settlements().first().orElseThrow().value().encode());
        vectors.put("lease", state.leases().first().orElseThrow().value().encode());
        vectors.put("head", state.partitions().get(2).encode());
        vectors.put("state2", Digest.sha256(StateCodec.encode(state)).toBytes());
        vectors.put("root2", state.root().toBytes());
        return vectors;
    }

    private static Transaction transaction(Action action) {
        Transaction.Signed signed = (Transaction.Signed) signed(START, 1, 6, action);
        return action instanceof Action.Disprove
                ? new Transaction.Signed(
                        signed.key(), 6, action, signed.signature(), Optional.of(new LogProof(1, 2, List.of(D))))
                : signed;
    }

    @Test
    void everythingHasTheBytesThatWereWrittenDown() throws IOException {
        String now = vectors().entrySet().stream()
                .map(each -> each.getKey() + " " + each.getValue().toHex())
                .collect(Collectors.joining("\n", "", "\n"));
        try (InputStream in = LedgerGoldenTest.class.getResourceAsStream("/ledger/golden-v1.txt")) {
            assertThat(now).isEqualTo(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @Test
    void readsBackWhatItWrote() {
        actions().values().stream()
                .map(LedgerGoldenTest::transaction)
                .forEach(each -> assertThat(TransactionCodec.decode(TransactionCodec.encode(each)))
                        .isEqualTo(each));
        assertThat(LedgerGenesis.decode(GENESIS.encode())).isEqualTo(GENESIS);
    }

    /** Cut short, lengthened, or with a byte changed: either other canonical bytes, or refused by the one exception for it. */
    @Test
    void everyOtherFormIsRefusedOrAnotherValue() {
        Map<String, Bytes> vectors = vectors();
        actions()
                .keySet()
                .forEach(name ->
                        mangle(vectors.get(name), each -> TransactionCodec.encode(TransactionCodec.decode(each))));
        mangle(vectors.get("equivocation"), each -> TransactionCodec.encode(TransactionCodec.decode(each)));
        mangle(vectors.get("block2"), each -> Block.decode(each).encode());
        mangle(vectors.get("genesis"), each -> LedgerGenesis.decode(each).encode());
        mangle(StateCodec.encode(START), each -> StateCodec.encode(StateCodec.decode(each)));
    }

    private static void mangle(Bytes good, java.util.function.UnaryOperator<Bytes> codec) {
        assertThat(codec.apply(good)).isEqualTo(good);
        for (int i = 0; i < good.length(); i++) {
            Bytes cut = good.slice(0, i);
            assertThatThrownBy(() -> codec.apply(cut)).isInstanceOf(MalformedBytesException.class);
            for (int bit : new int[] {0x01, 0x80, 0xff}) {
                byte[] changed = good.toArray();
                changed[i] ^= (byte) bit;
                Bytes other = Bytes.wrap(changed);
                try {
                    assertThat(codec.apply(other)).isEqualTo(other);
                } catch (MalformedBytesException e) {
                    assertThat(e).hasMessageMatching("(?s).+");
                }
            }
        }
        byte[] longer = java.util.Arrays.copyOf(good.toArray(), good.length() + 1);
        assertThatThrownBy(() -> codec.apply(Bytes.wrap(longer))).isInstanceOf(MalformedBytesException.class);
    }
}
