package dev.candor.persistence.partition;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.InferenceOutcome.Refused;
import dev.candor.actors.inference.Refusal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** What came before the partition was ready, up to a bound; and how each kind of command is refused. Not thread-safe. */
final class EarlyCommands {
    private static final Refusal FULL = Refusal.retryable(
            ErrorCode.OVERLOADED,
            "The partition is still recovering, and enough requests wait for it; retry.",
            Duration.ofSeconds(1));

    private final int capacity;
    private final ArrayDeque<Partition.Command> waiting = new ArrayDeque<>();
    private int weight;

    EarlyCommands(int capacity) {
        this.capacity = capacity;
    }

    void lookup(Partition.Lookup lookup) {
        if (weight >= capacity) {
            refuse(lookup, FULL);
        } else {
            park(lookup, 1);
        }
    }

    void commit(Partition.Commit commit) {
        if (weight + commit.entries().size() > capacity) {
            refuse(commit, FULL);
        } else {
            park(commit, commit.entries().size());
        }
    }

    void find(Partition.FindReceipt ask) {
        if (weight >= capacity) {
            refuse(ask, FULL);
        } else {
            park(ask, 1);
        }
    }

    /** Everything that waits, in the order of arrival; nothing waits afterwards. */
    List<Partition.Command> drain() {
        List<Partition.Command> all = new ArrayList<>(waiting);
        waiting.clear();
        weight = 0;
        return all;
    }

    void refuseAll(Refusal refusal) {
        for (Partition.Command command : drain()) {
            if (command instanceof Partition.Lookup lookup) {
                refuse(lookup, refusal);
            } else if (command instanceof Partition.Commit commit) {
                refuse(commit, refusal);
            } else if (command instanceof Partition.FindReceipt ask) {
                refuse(ask, refusal);
            }
        }
    }

    void refuse(Partition.Lookup lookup, Refusal refusal) {
        lookup.replyTo().tell(new LookupReply.Unavailable(lookup.identity().id(), refusal));
    }

    void refuse(Partition.Commit commit, Refusal refusal) {
        commit.entries().forEach(entry -> entry.replyTo().tell(new Refused(entry.uuid(), refusal)));
    }

    void refuse(Partition.FindReceipt ask, Refusal refusal) {
        ask.replyTo().tell(new ReceiptReply.Unavailable(ask.id(), refusal));
    }

    private void park(Partition.Command command, int heavy) {
        waiting.add(command);
        weight += heavy;
    }
}
