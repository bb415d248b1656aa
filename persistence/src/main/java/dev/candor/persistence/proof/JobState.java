package dev.candor.persistence.proof;

import dev.candor.actors.inference.CborSerializable;
import java.util.Optional;

/**
 * A proof job as it stands.
 *
 * @param job what was asked
 * @param phase how far it is
 * @param attempts begun so far
 * @param lease of the attempt under way or of the one that gave the proof, 0 where there is none
 * @param sample the request's first in the statement's batch
 * @param proof if there is one
 * @param reason why the last attempt ended, or the job; empty where there is nothing to say
 * @param since when it came into its phase, in milliseconds since 1970-01-01 UTC
 */
public record JobState(
        ProofJob job,
        JobPhase phase,
        int attempts,
        long lease,
        int sample,
        Optional<ProofRef> proof,
        String reason,
        long since)
        implements CborSerializable {
    static JobState asked(ProofJob job) {
        return new JobState(job, JobPhase.QUEUED, 0, 0, 0, Optional.empty(), "", job.askedAt());
    }

    private JobState to(JobPhase next, String why, long at) {
        return new JobState(job, next, attempts, lease, sample, proof, why, at);
    }

    /** This job after a step that the table knows; unchanged after one that it does not. */
    JobState step(JobStep step, String why, long at) {
        return JobTable.next(phase, step).map(next -> to(next, why, at)).orElse(this);
    }

    JobState leased(long number, int firstSample, long at) {
        return JobTable.next(phase, JobStep.LEASE)
                .map(next -> new JobState(job, next, attempts + 1, number, firstSample, Optional.empty(), reason, at))
                .orElse(this);
    }

    JobState proved(ProofRef made, long at) {
        return JobTable.next(phase, JobStep.PROVE)
                .map(next -> new JobState(job, next, attempts, lease, sample, Optional.of(made), "", at))
                .orElse(this);
    }

    /** There will be no proof of this answer; {@code otherwise} is one of what the model gives, if there is any. */
    JobState rejected(String why, Optional<ProofRef> otherwise, long at) {
        return JobTable.next(phase, JobStep.REJECT)
                .map(next -> new JobState(job, next, attempts, lease, sample, otherwise, why, at))
                .orElse(this);
    }

    /** The ledger has nothing to do with it any more. */
    JobState left(String why) {
        return switch (phase) {
            case VERIFIED -> new JobState(job, phase, attempts, lease, sample, proof, why, since);
            case REJECTED ->
                new JobState(job, phase, attempts, lease, sample, Optional.empty(), reason + "; " + why, since);
            case QUEUED, LEASED, PROVED, SETTLED, EXPIRED, CANCELLED -> this;
        };
    }

    JobState returned(String why, long at) {
        return JobTable.next(phase, JobStep.RETURN)
                .map(next -> new JobState(job, next, attempts, 0, 0, Optional.empty(), why, at))
                .orElse(this);
    }
}
