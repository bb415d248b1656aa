package dev.candor.persistence.proof;

import dev.candor.actors.inference.CborSerializable;
import java.util.List;

/**
 * How jobs that somebody watches stand.
 *
 * @param slice of the jobs
 * @param asked whether this is the answer to {@link ProofJobs.Watch}, and not a change since
 * @param jobs in the order in which they were asked for
 */
public record ProofNews(int slice, boolean asked, List<JobState> jobs) implements CborSerializable {
    /** Copies the list. */
    public ProofNews {
        jobs = List.copyOf(jobs);
    }
}
