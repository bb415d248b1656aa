package dev.candor.persistence.ledger;

import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.receipt.MerkleTree;
import dev.candor.actors.receipt.Receipt;
import dev.candor.actors.receipt.ReceiptLeaf;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.value.RequestId;
import dev.candor.persistence.genesis.Genesis;
import dev.candor.persistence.ledger.block.Segment;
import dev.candor.persistence.ledger.state.Account;
import dev.candor.persistence.ledger.state.Amount;
import dev.candor.persistence.ledger.state.LedgerState;
import dev.candor.persistence.ledger.state.NodeEntry;
import dev.candor.persistence.ledger.state.Parameters;
import dev.candor.persistence.ledger.state.PartitionHead;
import dev.candor.persistence.ledger.state.PriceList;
import dev.candor.persistence.ledger.state.Settlement;
import dev.candor.persistence.ledger.tx.Action;
import dev.candor.persistence.ledger.tx.Transaction;
import dev.candor.persistence.ledger.tx.Transaction.Signed;
import dev.candor.persistence.ledger.vote.ValidatorSet;
import dev.candor.persistence.partition.PartitionCodec;
import dev.candor.persistence.partition.PartitionEvent;
import dev.candor.persistence.partition.PartitionEvent.Entry;
import dev.candor.persistence.partition.PartitionEvent.Opened;
import dev.candor.persistence.partition.PartitionEvent.ReceiptsCommitted;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;

/** A small network with keys that are numbers: 1 is an operator, 10 to 13 validate, 20 executes, 30 proves, 40 is a gateway. */
public final class LedgerFixture {
    public static final long START = 1_790_000_000_000L;
    public static final int OPERATOR = 1;
    public static final int EXECUTOR = 20;
    public static final int PROVER = 30;
    public static final int GATEWAY = 40;
    public static final int PAYEE = 50;
    public static final Digest MODEL = Digest.sha256(Bytes.ofHex("4d"));
    public static final Digest CALLER = Digest.sha256(Bytes.ofHex("c0"));
    public static final Genesis NETWORK = new Genesis("fixture", 4, START, Digest.sha256(Bytes.ofHex("99")));

    /** Small figures, so that every deadline passes in a test. */
    public static final Parameters PARAMETERS = new Parameters(
            prices(10, 5, 50),
            100_000,
            10_000,
            5_000,
            60_000,
            new Amount(500),
            new Amount(700),
            250_000,
            60_000,
            4_000,
            1_000,
            6_000);

    public static final LedgerGenesis GENESIS =
            new LedgerGenesis(NETWORK, PARAMETERS, List.of(FakeSignatures.key(OPERATOR)), validators(10, 11, 12, 13));

    private LedgerFixture() {}

    public static PriceList prices(long base, long tee, long zkml) {
        return new PriceList(new Amount(base), new Amount(tee), new Amount(zkml));
    }

    public static ValidatorSet validators(int... keys) {
        return ValidatorSet.of(Arrays.stream(keys).mapToObj(FakeSignatures::key).toList());
    }

    public static Digest id(int key) {
        return ValidatorSet.keyId(FakeSignatures.key(key));
    }

    public static Transaction signed(LedgerState state, int key, long nonce, Action action) {
        Bytes publicKey = FakeSignatures.key(key);
        Bytes message = Signed.message(state.chain(), publicKey, nonce, action);
        return new Signed(publicKey, nonce, action, FakeSignatures.sign(publicKey, message), Optional.empty());
    }

    public static long nonce(LedgerState state, int key) {
        return state.accounts().get(id(key)).orElse(Account.EMPTY).nonce();
    }

    /** The operator's transactions, one after the other. */
    public static List<Transaction> operator(LedgerState state, Action... actions) {
        long first = nonce(state, OPERATOR);
        return IntStream.range(0, actions.length)
                .mapToObj(i -> signed(state, OPERATOR, first + i, actions[i]))
                .toList();
    }

    /** What makes the network work: nodes, a model, money. */
    public static List<Transaction> setUp(LedgerState state) {
        return operator(
                state,
                node(EXECUTOR, NodeEntry.Role.EXECUTOR),
                node(PROVER, NodeEntry.Role.PROVER),
                node(GATEWAY, NodeEntry.Role.GATEWAY),
                new Action.RegisterModel(MODEL, "mnist", prices(100, 20, 300)),
                new Action.Deposit(CALLER, new Amount(100_000)),
                new Action.Deposit(id(PAYEE), new Amount(5_000)));
    }

    public static Action node(int key, NodeEntry.Role role) {
        return new Action.RegisterNode(
                FakeSignatures.key(key), Set.of(role), id(PAYEE), 0, Long.MAX_VALUE, Digest.ZERO);
    }

    public static ReceiptLeaf leaf(int partition, long number, Digest caller, VerificationMode mode) {
        return new ReceiptLeaf(
                NETWORK.digest(),
                id(EXECUTOR),
                new RequestId(partition, new UUID(0x0190_0000_0000_7000L + number, 0x8000_0000_0000_0000L | number)),
                caller,
                new ModelRef("mnist", new ModelVersion(1, 0), MODEL),
                Digest.sha256(Bytes.ofHex("aa")),
                Digest.sha256(Bytes.ofHex("bb")),
                mode,
                VerificationMode.VANILLA,
                ReceiptLeaf.Arithmetic.FLOAT,
                "cpu:0",
                START + number);
    }

    /** One batch, signed once. */
    public static List<Bytes> batch(List<ReceiptLeaf> leaves) {
        MerkleTree tree =
                MerkleTree.of(leaves.stream().map(ReceiptLeaf::toBytes).toList());
        Bytes message = Receipt.signedMessage(
                NETWORK.digest(), tree.root(), tree.size(), leaves.getFirst().keyId());
        Bytes signature = FakeSignatures.sign(FakeSignatures.key(EXECUTOR), message);
        return IntStream.range(0, leaves.size())
                .mapToObj(i -> new Receipt(leaves.get(i), i, tree.size(), tree.path(i), signature).toBytes())
                .toList();
    }

    /** Groups of receipts behind a partition's certified head; the first group opens an epoch where none is open. */
    @SafeVarargs
    public static Segment segment(LedgerState state, int partition, List<Bytes>... groups) {
        PartitionHead head = state.partitions().get(partition);
        List<PartitionEvent> events = new ArrayList<>();
        Digest hash = head.head();
        long epoch = head.epoch();
        if (epoch == 0) {
            epoch = 1;
            events.add(new Opened(epoch, hash));
            hash = PartitionCodec.hash(events.getLast());
        }
        for (List<Bytes> group : groups) {
            events.add(new ReceiptsCommitted(
                    epoch,
                    hash,
                    group.stream()
                            .map(each -> new Entry(each, Optional.empty()))
                            .toList()));
            hash = PartitionCodec.hash(events.getLast());
        }
        return new Segment(partition, head.sequenceNr() + 1, events);
    }

    /** All money that is anywhere, which is to be the supply. */
    public static long total(LedgerState state) {
        long[] sum = {state.treasury().units()};
        state.accounts().forEach((_, each) -> sum[0] += each.balance().units());
        state.nodes().forEach((_, each) -> sum[0] += each.liable().units());
        state.settlements().forEach((_, each) -> {
            if (each.status() == Settlement.Status.PENDING) {
                sum[0] += each.held().units();
            }
        });
        return sum[0];
    }
}
