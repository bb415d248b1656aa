package dev.candor.persistence.ledger.allowance;

import static dev.candor.persistence.ledger.LedgerFixture.GATEWAY;
import static dev.candor.persistence.ledger.LedgerFixture.GENESIS;
import static dev.candor.persistence.ledger.LedgerFixture.batch;
import static dev.candor.persistence.ledger.LedgerFixture.leaf;
import static dev.candor.persistence.ledger.LedgerFixture.node;
import static dev.candor.persistence.ledger.LedgerFixture.nonce;
import static dev.candor.persistence.ledger.LedgerFixture.operator;
import static dev.candor.persistence.ledger.LedgerFixture.segment;
import static dev.candor.persistence.ledger.LedgerFixture.signed;

import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.receipt.ReceiptLeaf;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.FakeSignatures;
import dev.candor.persistence.ledger.Ledger;
import dev.candor.persistence.ledger.LedgerFixture;
import dev.candor.persistence.ledger.block.Segment;
import dev.candor.persistence.ledger.state.Account;
import dev.candor.persistence.ledger.state.Amount;
import dev.candor.persistence.ledger.state.Lease;
import dev.candor.persistence.ledger.state.LedgerState;
import dev.candor.persistence.ledger.state.NodeEntry;
import dev.candor.persistence.ledger.tx.Action;
import dev.candor.persistence.ledger.tx.EvidenceVerifier;
import dev.candor.persistence.ledger.tx.Transaction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletionException;

/** Two gateways whose clocks differ, three callers of small means, and a real ledger, under a seed: 50 ms a tick, a block every second one. */
final class AllowanceWorld {
    static final long PRICE = 100;
    static final Amount MOST = new Amount(2_500);
    private static final int TICK = 50;
    private static final int LONGEST_WAY = 600;
    private static final AllowanceSettings SETTINGS =
            new AllowanceSettings(Duration.ofMillis(3_000), Duration.ofMillis(200), MOST, Duration.ofSeconds(1), 8);

    final List<Digest> callers = new ArrayList<>();
    final Map<Digest, Integer> refused = new HashMap<>();
    LedgerState state = GENESIS.state();
    int admitted;

    private final Random random;
    private final Ledger ledger = new Ledger(new FakeSignatures(), EvidenceVerifier.refusingAll());
    private final List<Gateway> gateways = new ArrayList<>();
    private final List<Answer> answers = new ArrayList<>();
    private long clock = LedgerFixture.START;
    private long number;

    private record Answer(Digest caller, long due) {}

    private record Under(List<AllowanceBook.Asked> asked, long nonce, long expiresAt) {}

    /** A gateway with its book; what its keeper does happens in step with blocks. */
    private final class Gateway {
        private final int key;
        private final AllowanceBook book;
        private final long skew;

        Gateway(int key, long skew, AllowanceRules rules) {
            this.key = key;
            this.skew = skew;
            this.book = new AllowanceBook(SETTINGS, this::now, rules);
        }

        long now() {
            return clock + skew;
        }

        Optional<Under> ask(List<Transaction> transactions) {
            book.sweep();
            List<AllowanceBook.Asked> asked = book.wishes(book.wanting(), AllowanceWorld.this::funds);
            if (asked.isEmpty()) {
                return Optional.empty();
            }
            Under under = new Under(
                    asked,
                    nonce(state, key),
                    Math.max(state.time(), now()) + SETTINGS.lease().toMillis());
            transactions.add(signed(
                    state,
                    key,
                    under.nonce(),
                    new Action.LeaseAllowances(
                            asked.stream().map(AllowanceBook.Asked::wish).toList(), under.expiresAt(), List.of())));
            return Optional.of(under);
        }

        void took(Under under) {
            for (int i = 0; i < under.asked().size(); i++) {
                Digest id = Lease.id(FakeSignatures.key(key), under.nonce(), i);
                AllowanceBook.Asked asked = under.asked().get(i);
                Optional<Lease> lease = state.leases().get(id);
                if (lease.isPresent()) {
                    book.granted(asked, id, lease.get().amount(), under.expiresAt());
                } else {
                    book.without(asked.purse(), funds(asked.wish().account()));
                }
            }
        }

        void request(Digest caller) {
            Optional<Hold> hold = book.take(caller, PRICE);
            if (hold.isPresent()) {
                admitted(caller, hold.get());
            } else {
                book.await(caller, PRICE).whenComplete((later, failure) -> {
                    if (failure == null) {
                        admitted(caller, later);
                    } else if (failure instanceof RefusedException || failure instanceof CompletionException) {
                        refused.merge(caller, 1, Integer::sum);
                    }
                });
            }
        }

        private void admitted(Digest caller, Hold hold) {
            if (random.nextInt(10) == 0) {
                hold.release();
                return;
            }
            admitted++;
            answers.add(new Answer(caller, clock + random.nextInt(LONGEST_WAY)));
        }
    }

    AllowanceWorld(long seed, AllowanceRules rules, long... deposits) {
        random = new Random(seed);
        gateways.add(new Gateway(GATEWAY, random.nextInt(201) - 100, rules));
        gateways.add(new Gateway(GATEWAY + 1, random.nextInt(201) - 100, rules));
        List<Action> actions = new ArrayList<>(List.of(
                node(LedgerFixture.EXECUTOR, NodeEntry.Role.EXECUTOR),
                node(GATEWAY, NodeEntry.Role.GATEWAY),
                node(GATEWAY + 1, NodeEntry.Role.GATEWAY),
                new Action.RegisterModel(LedgerFixture.MODEL, "mnist", LedgerFixture.prices(PRICE, 0, 0))));
        for (int i = 0; i < deposits.length; i++) {
            callers.add(Digest.sha256(Bytes.wrap(new byte[] {(byte) i})));
            actions.add(new Action.Deposit(callers.get(i), new Amount(deposits[i])));
        }
        apply(operator(state, actions.toArray(Action[]::new)), List.of());
    }

    private AllowanceBook.Funds funds(Digest account) {
        Account found = state.accounts().get(account).orElse(Account.EMPTY);
        return new AllowanceBook.Funds(found.balance(), found.leased());
    }

    void tick(int requests) {
        clock += TICK;
        for (int i = 0; i < requests; i++) {
            gateways.get(random.nextInt(2)).request(callers.get(random.nextInt(callers.size())));
        }
        if (clock / TICK % 2 == 0) {
            block();
        }
    }

    private void block() {
        List<Transaction> transactions = new ArrayList<>();
        Map<Gateway, Under> under = new HashMap<>();
        gateways.forEach(each -> each.ask(transactions).ifPresent(asked -> under.put(each, asked)));
        List<ReceiptLeaf> leaves = new ArrayList<>();
        answers.removeIf(each -> {
            if (each.due() > clock) {
                return false;
            }
            leaves.add(leaf(0, number++, each.caller(), VerificationMode.VANILLA));
            return true;
        });
        apply(transactions, leaves.isEmpty() ? List.of() : List.of(segment(state, 0, batch(leaves))));
        under.forEach(Gateway::took);
    }

    private void apply(List<Transaction> transactions, List<Segment> segments) {
        Ledger.Built built = ledger.build(state, clock, transactions, segments);
        if (!built.dropped().isEmpty()) {
            throw new AssertionError(built.dropped().getFirst().refusal());
        }
        state = built.applied().state();
    }

    Account account(Digest caller) {
        return state.accounts().get(caller).orElse(Account.EMPTY);
    }

    /** What all callers owe. */
    long debts() {
        return callers.stream().mapToLong(each -> account(each).debt().units()).sum();
    }
}
