package dev.candor.persistence.ledger.allowance;

import static dev.candor.persistence.ledger.allowance.AllowanceWorld.PRICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.LedgerFixture;
import dev.candor.persistence.ledger.state.Amount;
import dev.candor.persistence.ledger.tx.Action;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Allowances of gateways, against a real ledger. */
final class AllowanceTest {
    private static final Digest CALLER = Digest.sha256(Bytes.ofHex("c0"));
    private static final Digest LEASE = Digest.sha256(Bytes.ofHex("1e"));
    private static final AllowanceSettings SETTINGS = new AllowanceSettings(
            Duration.ofSeconds(20), Duration.ofSeconds(2), new Amount(1_000), Duration.ofSeconds(5), 2);

    private final AtomicLong clock = new AtomicLong(1_000_000);
    private final AllowanceBook book = new AllowanceBook(SETTINGS, clock::get);

    /** The debts that bursts of requests come to, with silence between them for longer than an allowance lasts; the supply is kept throughout. */
    private static long debts(long seed, AllowanceRules rules) {
        AllowanceWorld world = new AllowanceWorld(seed, rules, 3_000, 950, 20_000);
        for (int i = 0; i < 500; i++) {
            world.tick(i % 100 < 15 ? 8 : 0);
            assertThat(LedgerFixture.total(world.state))
                    .isEqualTo(world.state.supply().units());
        }
        assertThat(world.admitted).as("admitted, seed %d", seed).isGreaterThan(10);
        return world.debts();
    }

    @Property(tries = 25)
    void noCallerIsServedBeyondItsBalance(@ForAll long seed) {
        assertThat(debts(seed, AllowanceRules.STANDARD)).isZero();
    }

    @Test
    void findsTheMutantsThatSpendTwiceAndThatOutliveTheirLease() {
        AllowanceRules spendsTwice = new AllowanceRules() {
            @Override
            long spent(long part) {
                return 0;
            }
        };
        AllowanceRules outlives = new AllowanceRules() {
            @Override
            boolean over(long end, long now) {
                return false;
            }
        };
        for (Map.Entry<String, AllowanceRules> mutant :
                Map.of("spends twice", spendsTwice, "outlives", outlives).entrySet()) {
            long found = 0;
            for (long seed = 0; seed < 20 && found == 0; seed++) {
                found = debts(seed, mutant.getValue());
            }
            assertThat(found).as("debts of the mutant that %s", mutant.getKey()).isPositive();
        }
    }

    @Test
    void servesACallerToTheLastUnitAndThenRefuses() {
        AllowanceWorld world = new AllowanceWorld(3, AllowanceRules.STANDARD, 3_050);
        for (int i = 0; i < 600; i++) {
            world.tick(4);
        }
        Digest caller = world.callers.getFirst();
        for (int i = 0; i < 200; i++) {
            world.tick(0);
        }
        assertThat(world.account(caller).balance()).isEqualTo(new Amount(50));
        assertThat(world.account(caller).debt()).isEqualTo(Amount.ZERO);
        assertThat(world.refused.get(caller)).isPositive();
    }

    private AllowanceBook.Asked asked() {
        return book.wishes(book.wanting(), _ -> new AllowanceBook.Funds(new Amount(400), Amount.ZERO))
                .getFirst();
    }

    private AllowanceBook.Asked lease(long amount) {
        CompletionStage<Hold> waits = book.await(CALLER, PRICE);
        AllowanceBook.Asked asked = asked();
        book.granted(asked, LEASE, new Amount(amount), clock.get() + 20_000);
        assertThat(waits.toCompletableFuture()).isCompleted();
        return asked;
    }

    @Test
    void wishesForWhatWaitsAndForMoreButNeverForMoreThanHalfOfTheRest() {
        assertThat(book.take(CALLER, PRICE)).isEmpty();
        book.await(CALLER, PRICE);
        assertThat(asked().wish()).isEqualTo(new Action.Wish(CALLER, new Amount(PRICE), new Amount(200)));
        assertThat(book.wishes(book.wanting(), _ -> new AllowanceBook.Funds(Amount.MAX, Amount.ZERO)))
                .isEmpty();
    }

    @Test
    void spendsEachUnitOnceAndReleasesOnce() {
        lease(250);
        Hold second = book.take(CALLER, PRICE).orElseThrow();
        assertThat(book.take(CALLER, PRICE)).isEmpty();
        second.release();
        second.release();
        assertThat(book.take(CALLER, 150)).isPresent();
        assertThat(book.take(CALLER, 1)).isEmpty();
    }

    @Test
    void admitsNothingOnceTheLeaseIsOverLessTheMargin() {
        lease(1_000);
        clock.addAndGet(17_999);
        assertThat(book.take(CALLER, PRICE)).isPresent();
        clock.addAndGet(1);
        assertThat(book.take(CALLER, PRICE)).isEmpty();
    }

    @Test
    void asksAgainAheadOfNeed() {
        lease(400);
        assertThat(book.take(CALLER, PRICE)).isPresent();
        assertThat(book.wishes(book.wanting(), _ -> new AllowanceBook.Funds(Amount.MAX, Amount.ZERO)))
                .isEmpty();
        assertThat(book.take(CALLER, PRICE)).isPresent();
        assertThat(book.take(CALLER, 1)).isPresent();
        assertThat(book.wishes(book.wanting(), _ -> new AllowanceBook.Funds(Amount.MAX, Amount.ZERO)))
                .singleElement()
                .satisfies(each -> assertThat(each.wish().most()).isEqualTo(new Amount(600)));
    }

    @Test
    void asksTheLedgerWhetherWhatIsSetAsideIsFreeByNow() {
        CompletionStage<Hold> waits = book.await(CALLER, PRICE);
        AllowanceBook.Funds held = new AllowanceBook.Funds(new Amount(300), new Amount(300));
        AllowanceBook.Asked asked = book.wishes(book.wanting(), _ -> held).getFirst();
        assertThat(asked.wish()).isEqualTo(new Action.Wish(CALLER, new Amount(PRICE), new Amount(150)));
        book.without(asked.purse(), held);
        assertThat(refusal(waits).refusal().sentence()).contains("0 are free and 300 set aside");
        assertThat(refusal(book.await(CALLER, PRICE)).refusal().code()).isEqualTo(ErrorCode.PAYMENT_REQUIRED);
        assertThat(book.wishes(book.wanting(), _ -> held)).as("once a second").isEmpty();
        clock.addAndGet(1_000);
        book.await(CALLER, PRICE);
        assertThat(book.wishes(book.wanting(), _ -> held)).hasSize(1);
    }

    private static RefusedException refusal(CompletionStage<Hold> stage) {
        try {
            stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            return (RefusedException) e.getCause();
        }
        throw new AssertionError("admitted");
    }

    @Test
    void saysWhatToDoWithoutABalanceWithoutPatienceAndBeyondTheMost() {
        CompletionStage<Hold> poor = book.await(CALLER, PRICE);
        assertThat(book.wishes(book.wanting(), _ -> new AllowanceBook.Funds(new Amount(99), new Amount(50))))
                .isEmpty();
        assertThat(refusal(poor).refusal()).satisfies(refusal -> {
            assertThat(refusal.code()).isEqualTo(ErrorCode.PAYMENT_REQUIRED);
            assertThat(refusal.sentence())
                    .contains(CALLER.toHex(), "49 are free", "50 set aside", "ask the operator for a deposit");
            assertThat(refusal.retryAfter()).isPresent();
        });
        assertThat(refusal(book.await(CALLER, PRICE)).refusal().code())
                .as("asked again at once")
                .isEqualTo(ErrorCode.PAYMENT_REQUIRED);
        clock.addAndGet(1_000);
        CompletionStage<Hold> dear = book.await(CALLER, 1_001);
        assertThat(book.wishes(book.wanting(), _ -> new AllowanceBook.Funds(Amount.MAX, Amount.ZERO)))
                .isEmpty();
        assertThat(refusal(dear).refusal().sentence()).contains("candor.ledger.allowance.most");
        CompletionStage<Hold> late = book.await(CALLER, PRICE);
        book.await(CALLER, PRICE);
        assertThat(refusal(book.await(CALLER, PRICE)).refusal().code()).isEqualTo(ErrorCode.RATE_LIMITED);
        clock.addAndGet(5_000);
        book.sweep();
        assertThat(refusal(late).refusal().code()).isEqualTo(ErrorCode.NOT_READY);
    }

    @Test
    void givesBackWhatIsLeft() {
        lease(400);
        assertThat(book.take(CALLER, 50)).isPresent();
        assertThat(book.close()).containsExactly(new Action.Unused(LEASE, new Amount(250)));
        assertThat(book.take(CALLER, 1)).isEmpty();
        assertThat(book.close()).isEmpty();
    }

    @Test
    void refusesSettingsThatCannotWork() {
        assertThatThrownBy(() -> new AllowanceSettings(
                        Duration.ofSeconds(3), Duration.ofSeconds(2), Amount.MAX, Duration.ofSeconds(5), 2))
                .hasMessageContaining("twice its margin");
    }
}
