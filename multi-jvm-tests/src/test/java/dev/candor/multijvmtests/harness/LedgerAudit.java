package dev.candor.multijvmtests.harness;

import dev.candor.actors.receipt.Receipt;
import dev.candor.actors.receipt.ReceiptLeaf;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.replay.LedgerReplay;
import dev.candor.persistence.ledger.state.Account;
import dev.candor.persistence.ledger.state.LogEntry;
import dev.candor.persistence.ledger.tx.EvidenceVerifier;
import dev.candor.persistence.ledger.vote.Ed25519Signatures;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Holds a ledger's export, replayed with every check, against what a client outside was answered. */
public final class LedgerAudit {
    private LedgerAudit() {}

    /**
     * What is wrong: acknowledged receipts that are not final, receipts that are final or charged more than once, charges that are not the price, and accounts
     * that owe something else than their receipts cost.
     *
     * @param chain the ledger that is believed
     * @param price of each answer, of callers who have paid nothing in
     */
    public static List<String> violations(List<Acknowledgement> history, Path export, Digest chain, long price)
            throws IOException {
        Map<Digest, Integer> times = new HashMap<>();
        List<String> wrong = new ArrayList<>();
        LedgerReplay.Result result;
        try (InputStream in = Files.newInputStream(export)) {
            result = new LedgerReplay(
                            Optional.of(chain),
                            new Ed25519Signatures(),
                            EvidenceVerifier.refusingAll(),
                            (_, _, _, _, entries, _) -> entries.values()
                                    .forEach(all -> all.forEach(entry -> {
                                        times.merge(entry.receipt(), 1, Integer::sum);
                                        if (charged(entry) != price) {
                                            wrong.add("receipt " + entry.receipt() + " was charged " + charged(entry)
                                                    + ", the price is " + price);
                                        }
                                    })))
                    .all(in);
        }
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
            long owed = result.state()
                    .accounts()
                    .get(caller)
                    .map(Account::debt)
                    .orElse(Account.EMPTY.debt())
                    .units();
            if (owed != result.receipts() * price) {
                wrong.add("caller " + caller + " owes " + owed + " for " + result.receipts() + " receipts at " + price);
            }
        });
        return wrong;
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
