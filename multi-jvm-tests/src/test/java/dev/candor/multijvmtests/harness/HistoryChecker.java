package dev.candor.multijvmtests.harness;

import dev.candor.actors.receipt.Evidence;
import dev.candor.actors.receipt.Receipt;
import dev.candor.actors.receipt.ReceiptVerifier;
import dev.candor.actors.receipt.TrustFile;
import dev.candor.actors.receipt.Verification;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.value.RequestId;
import dev.candor.actors.wire.MalformedBytesException;
import dev.candor.persistence.partition.PartitionEvent.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Holds what clients were answered against what the journal has. */
public final class HistoryChecker {
    private HistoryChecker() {}

    /** What is wrong, a sentence each; empty if nothing was lost, doubled, changed or forged. */
    public static List<String> violations(List<Acknowledgement> history, JournalContent journal, TrustFile trust) {
        List<String> wrong = new ArrayList<>(journal.breaks());
        Map<RequestId, Bytes> committed = committed(journal, trust, wrong);
        Map<RequestId, Long> ids = new HashMap<>();
        Set<Long> numbers = new HashSet<>();
        for (Acknowledgement each : history) {
            Bytes receipt = committed.get(each.id());
            if (receipt == null) {
                wrong.add("lost: request " + each.number() + " was answered as " + each.id()
                        + ", the journal has no receipt of it");
            } else if (!receipt.equals(each.receipt())) {
                wrong.add("changed: the receipt of " + each.id() + " in the journal is not the one that was answered");
            }
            Long other = ids.put(each.id(), each.number());
            if (other != null) {
                wrong.add("doubled: requests " + other + " and " + each.number() + " were answered as " + each.id());
            }
            if (!numbers.add(each.number())) {
                wrong.add("doubled: request " + each.number() + " was answered twice");
            }
        }
        return wrong;
    }

    private static Map<RequestId, Bytes> committed(JournalContent journal, TrustFile trust, List<String> wrong) {
        ReceiptVerifier verifier = new ReceiptVerifier(trust);
        Map<RequestId, Bytes> committed = new HashMap<>();
        Map<Digest, RequestId> identities = new HashMap<>();
        for (Entry entry : journal.entries()) {
            RequestId id;
            try {
                id = Receipt.parse(entry.receipt()).leaf().id();
            } catch (MalformedBytesException e) {
                wrong.add("the journal has a receipt that is none: " + e.getMessage());
                continue;
            }
            Verification verification = verifier.verify(entry.receipt(), Evidence.NONE);
            if (!verification.ok()) {
                wrong.add("the receipt of " + id + " does not verify: " + verification.failures());
            }
            if (committed.put(id, entry.receipt()) != null) {
                wrong.add("doubled: the journal has two receipts of " + id);
            }
            entry.key().ifPresent(key -> {
                RequestId other = identities.put(key.identity(), id);
                if (other != null) {
                    wrong.add("doubled: " + other + " and " + id + " have receipts of one identity");
                }
            });
        }
        return committed;
    }
}
