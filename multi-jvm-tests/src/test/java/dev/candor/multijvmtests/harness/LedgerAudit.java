package dev.candor.multijvmtests.harness;

import dev.candor.actors.receipt.Receipt;
import dev.candor.actors.receipt.ReceiptLeaf;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.replay.LedgerReplay;
import dev.candor.persistence.ledger.state.Account;
import dev.candor.persistence.ledger.state.LedgerState;
import dev.candor.persistence.ledger.state.LogEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Holds a ledger's export, replayed with every check, against what a client outside was answered. */
public final class LedgerAudit {
    private LedgerAudit() {}

    /**
     * What callers pay.
     *
     * @param price of each answer
     * @param deposit of the one caller
     * @param mostDebt that it may be served beyond its deposit
     */
    public record Money(long price, long deposit, long mostDebt) {}

    /**
     * What is wrong: acknowledged receipts that are not final, receipts that are final or charged more than once, charges that are not the price, an account that
     * has or owes something else than its receipts cost, or owes too much, and money that came from nowhere or is gone.
     *
     * @param chain the ledger that is believed
     */
    public static List<String> violations(List<Acknowledgement> history, Path export, Digest chain, Money money)
            throws IOException {
        Map<Digest, Integer> times = new HashMap<>();
        List<String> wrong = new ArrayList<>();
        LedgerReplay.Result result = LedgerExports.replay(
                export,
                chain,
                (_, _, _, _, entries, _) -> entries.values()
                        .forEach(all -> all.forEach(entry -> {
                            times.merge(entry.receipt(), 1, Integer::sum);
                            if (charged(entry) != money.price()) {
                                wrong.add("receipt " + entry.receipt() + " was charged " + charged(entry)
                                        + ", the price is " + money.price());
                            }
                        })));
        times.forEach((receipt, count) -> {
            if (count != 1) {
                wrong.add("doubled: receipt " + receipt + " is final " + count + " times");
            }
        });
        for (Acknowledgement each : history) {
            if (!times.containsKey(Digest.sha256(each.receipt()))) {
                wrong.add("lost: request " + each.number() + " was answered, its receipt is not final");
            }
        }
        callers(history).keySet().forEach(caller -> {
            Account account = result.state().accounts().get(caller).orElse(Account.EMPTY);
            long paid = money.deposit() - account.balance().units();
            long owed = account.debt().units();
            if (paid + owed != result.receipts() * money.price()) {
                wrong.add("caller " + caller + " paid " + paid + " and owes " + owed + " for " + result.receipts()
                        + " receipts at " + money.price());
            }
            if (owed > money.mostDebt()) {
                wrong.add("caller " + caller + " was served " + owed + " beyond its deposit, at most "
                        + money.mostDebt() + " are allowed");
            }
        });
        long total = total(result.state());
        if (total != result.state().supply().units()) {
            wrong.add("there are " + total + " units, the supply is "
                    + result.state().supply());
        }
        return wrong;
    }

    /** All money that is anywhere: no proof is asked for here, so nothing is in escrow. */
    private static long total(LedgerState state) {
        long[] sum = {state.treasury().units()};
        state.accounts().forEach((_, each) -> sum[0] += each.balance().units());
        state.nodes().forEach((_, each) -> sum[0] += each.liable().units());
        return sum[0];
    }

    private static long charged(LogEntry entry) {
        return entry.paid().units() + entry.held().units() + entry.owed().units();
    }

    private static Map<Digest, ReceiptLeaf> callers(List<Acknowledgement> history) {
        Map<Digest, ReceiptLeaf> callers = new HashMap<>();
        for (Acknowledgement each : history) {
            ReceiptLeaf leaf = Receipt.parse(each.receipt()).leaf();
            callers.putIfAbsent(leaf.caller(), leaf);
        }
        return callers;
    }
}
