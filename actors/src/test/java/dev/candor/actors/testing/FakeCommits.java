package dev.candor.actors.testing;

import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.routing.CommitSink;
import dev.candor.actors.routing.Commitment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Partitions that commit at once, in memory. Keyless receipts go to partition 5. Thread-safe. */
public final class FakeCommits implements CommitSink {
    private final List<Entries> commits = Collections.synchronizedList(new ArrayList<>());

    /** What one call brought. */
    public record Entries(int partition, List<Commitment> entries) {}

    /** All calls so far. */
    public List<Entries> commits() {
        synchronized (commits) {
            return List.copyOf(commits);
        }
    }

    @Override
    public int keylessPartition() {
        return 5;
    }

    @Override
    public void commit(int partition, List<Commitment> entries) {
        commits.add(new Entries(partition, List.copyOf(entries)));
        for (Commitment entry : entries) {
            entry.replyTo()
                    .tell(new InferenceOutcome.Answered(
                            entry.uuid(), entry.answer(), false, entry.timings().withCommit(1)));
        }
    }
}
