package dev.candor.persistence.ledger;

import static dev.candor.persistence.ledger.LedgerFixture.GENESIS;
import static dev.candor.persistence.ledger.LedgerFixture.MODEL;
import static dev.candor.persistence.ledger.LedgerFixture.batch;
import static dev.candor.persistence.ledger.LedgerFixture.id;
import static dev.candor.persistence.ledger.LedgerFixture.leaf;
import static dev.candor.persistence.ledger.LedgerFixture.nonce;
import static dev.candor.persistence.ledger.LedgerFixture.prices;
import static dev.candor.persistence.ledger.LedgerFixture.segment;
import static dev.candor.persistence.ledger.LedgerFixture.signed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.Ledger.Built;
import dev.candor.persistence.ledger.Ledger.Outcome;
import dev.candor.persistence.ledger.block.Block;
import dev.candor.persistence.ledger.block.Segment;
import dev.candor.persistence.ledger.state.Amount;
import dev.candor.persistence.ledger.state.LedgerState;
import dev.candor.persistence.ledger.state.LogEntry;
import dev.candor.persistence.ledger.state.StateCodec;
import dev.candor.persistence.ledger.tree.MerkleLog;
import dev.candor.persistence.ledger.tx.Action;
import dev.candor.persistence.ledger.tx.Evidence;
import dev.candor.persistence.ledger.tx.EvidenceVerifier.Verdict;
import dev.candor.persistence.ledger.tx.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Whatever is asked of a ledger in whatever order: no money appears or vanishes, and whoever applies the blocks comes to the same roots. */
final class LedgerPropertyTest {
    private static final int BLOCKS = 25;
    private static final List<Integer> SIGNERS = List.of(
            LedgerFixture.OPERATOR,
            LedgerFixture.EXECUTOR,
            LedgerFixture.PROVER,
            LedgerFixture.GATEWAY,
            LedgerFixture.PAYEE);

    /** One history, drawn from a seed. */
    private static final class History {
        final Random random;
        final Ledger ledger = new Ledger(
                new FakeSignatures(),
                (_, evidence, _) -> evidence.bytes().at(0) == 1 ? new Verdict.Accepted() : new Verdict.Refused("no"));
        final List<MerkleLog> logs = List.of(new MerkleLog(), new MerkleLog(), new MerkleLog(), new MerkleLog());
        final List<Bytes> receipts = new ArrayList<>();
        final List<LogEntry> entries = new ArrayList<>();
        final List<Integer> partitions = new ArrayList<>();
        final List<Integer> places = new ArrayList<>();
        LedgerState state = GENESIS.state();
        int requests;
        int taken;

        History(long seed) {
            random = new Random(seed);
        }

        Digest caller() {
            return Digest.sha256(Bytes.wrap(new byte[] {(byte) random.nextInt(3)}));
        }

        Amount amount() {
            return new Amount(random.nextInt(random.nextInt(4) == 0 ? 100_000 : 600));
        }

        void block() {
            List<Transaction> wanted = new ArrayList<>(state.height() == 0 ? LedgerFixture.setUp(state) : List.of());
            for (int i = random.nextInt(8); i > 0 && state.height() > 0; i--) {
                Action action = action();
                int key = random.nextInt(5) == 0 ? SIGNERS.get(random.nextInt(SIGNERS.size())) : rightful(action);
                long used = wanted.stream()
                        .filter(each -> each instanceof Transaction.Signed one
                                && one.key().equals(FakeSignatures.key(key)))
                        .count();
                long skipped = random.nextBoolean() ? used : 0;
                wanted.add(place(signed(state, key, nonce(state, key) + skipped, action)));
            }
            List<Segment> segments = new ArrayList<>();
            List<List<Bytes>> groups = new ArrayList<>();
            for (int partition = 0; partition < 4 && state.height() > 0; partition++) {
                if (random.nextInt(3) == 0) {
                    List<Bytes> group = group(partition);
                    groups.add(group);
                    segments.add(segment(state, partition, group));
                }
            }
            long clock = state.time() + random.nextInt(random.nextInt(5) == 0 ? 70_000 : 2_000) - 200;
            Built built = ledger.build(state, clock, wanted, segments);
            taken += built.block().body().transactions().size();
            Outcome outcome = ledger.apply(
                    StateCodec.decode(StateCodec.encode(state)),
                    Block.decode(built.block().encode()),
                    built.segments());
            assertThat(outcome).isInstanceOf(Outcome.Applied.class);
            state = ((Outcome.Applied) outcome).state();
            ((Outcome.Applied) outcome).entries().forEach((partition, more) -> {
                for (LogEntry entry : more) {
                    places.add(logs.get(partition).size());
                    logs.get(partition).append(entry.leafHash());
                    entries.add(entry);
                    partitions.add(partition);
                    receipts.add(groups.stream()
                            .flatMap(List::stream)
                            .filter(each -> Digest.sha256(each).equals(entry.receipt()))
                            .findFirst()
                            .orElseThrow());
                }
            });
        }

        private List<Bytes> group(int partition) {
            List<dev.candor.actors.receipt.ReceiptLeaf> leaves = new ArrayList<>();
            for (int i = random.nextInt(5); i >= 0; i--) {
                leaves.add(leaf(
                        partition,
                        requests++,
                        caller(),
                        VerificationMode.ofCode(random.nextInt(3)).orElseThrow()));
            }
            return batch(leaves);
        }

        private Transaction place(Transaction transaction) {
            if (transaction instanceof Transaction.Signed one && one.action() instanceof Action.Disprove disprove) {
                int at = entries.indexOf(disprove.entry());
                MerkleLog log = logs.get(partitions.get(at));
                return new Transaction.Signed(
                        one.key(),
                        one.nonce(),
                        one.action(),
                        one.signature(),
                        Optional.of(log.inclusion(places.get(at), log.size())));
            }
            return transaction;
        }

        /** Who may ask for it: without this nearly all that a history asks for is refused, and it shows little. */
        private static int rightful(Action action) {
            return switch (action) {
                case Action.LeaseAllowances _ -> LedgerFixture.GATEWAY;
                case Action.Stake _, Action.Unstake _ -> LedgerFixture.PAYEE;
                case Action.Settle _, Action.Disprove _ -> LedgerFixture.PROVER;
                default -> LedgerFixture.OPERATOR;
            };
        }

        private Action leases() {
            List<Action.Wish> wishes = new ArrayList<>();
            for (int i = random.nextInt(3); i >= 0; i--) {
                wishes.add(new Action.Wish(caller(), new Amount(1), amount()));
            }
            List<Action.Unused> unused = new ArrayList<>();
            state.leases().forEach((id, each) -> {
                if (random.nextInt(3) == 0) {
                    unused.add(new Action.Unused(
                            id, new Amount(1 + random.nextLong(each.amount().units()))));
                }
            });
            return new Action.LeaseAllowances(wishes, state.time() + random.nextInt(5_000), unused);
        }

        private Action action() {
            Evidence evidence = new Evidence(
                    List.of(Evidence.Kind.values()).get(random.nextInt(4)),
                    Bytes.wrap(new byte[] {(byte) (random.nextInt(5) == 0 ? 0 : 1)}));
            int any = receipts.isEmpty() ? -1 : random.nextInt(receipts.size());
            return switch (random.nextInt(receipts.isEmpty() ? 8 : 14)) {
                case 0 -> new Action.Deposit(caller(), amount());
                case 1 -> new Action.Withdraw(caller(), amount());
                case 2 -> new Action.Stake(id(20), amount());
                case 3 -> new Action.Unstake(id(20), amount());
                case 4 -> leases();
                case 5 -> new Action.SetPrices(MODEL, prices(random.nextInt(300), 5, 9), state.time() + 9_000);
                case 6 -> new Action.CommitWeights(MODEL, random.nextInt(3), MODEL, 8, evidence);
                case 7 ->
                    new Action.RegisterNode(
                            FakeSignatures.key(20),
                            java.util.Set.of(dev.candor.persistence.ledger.state.NodeEntry.Role.EXECUTOR),
                            id(50),
                            0,
                            Long.MAX_VALUE,
                            MODEL);
                case 8, 9, 10 -> new Action.Settle(receipts.get(any), evidence);
                default -> new Action.Disprove(receipts.get(any), entries.get(any), evidence);
            };
        }
    }

    /** What each account has leased, by the accounts. */
    private static Map<Digest, Long> leased(LedgerState state) {
        Map<Digest, Long> leased = new TreeMap<>();
        state.accounts().forEach((id, each) -> {
            if (!each.leased().isZero()) {
                leased.put(id, each.leased().units());
            }
        });
        return leased;
    }

    /** The same, by the leases. */
    private static Map<Digest, Long> held(LedgerState state) {
        Map<Digest, Long> held = new TreeMap<>();
        state.leases()
                .forEach((_, each) -> held.merge(each.account(), each.amount().units(), Long::sum));
        return held;
    }

    @Property(tries = 60)
    void keepsTheSupplyAndItsRoots(@ForAll long seed) {
        History history = new History(seed);
        for (int i = 0; i < BLOCKS; i++) {
            history.block();
            LedgerState state = history.state;
            assertThat(LedgerFixture.total(state)).isEqualTo(state.supply().units());
            for (int partition = 0; partition < 4; partition++) {
                assertThat(state.partitions().get(partition).log().root())
                        .isEqualTo(history.logs
                                .get(partition)
                                .root(history.logs.get(partition).size()));
            }
            assertThat(leased(state)).isEqualTo(held(state));
            LedgerState copy = StateCodec.decode(StateCodec.encode(state));
            assertThat(copy.root()).isEqualTo(state.root());
            assertThat(copy.due().root()).isEqualTo(state.due().root());
        }
        assertThat(history.taken).isGreaterThan(6);
    }
}
