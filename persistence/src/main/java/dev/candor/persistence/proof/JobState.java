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
 * @param told the last phase that the job's callback has done with
 * @param untold why the callback could not be told that phase; empty where it was
 */
public record JobState(
        ProofJob job,
        JobPhase phase,
        int attempts,
        long lease,
        int sample,
        Optional<ProofRef> proof,
        String reason,
        long since,
        Optional<JobPhase> told,
        String untold)
        implements CborSerializable {
    /** A job whose callback has been told nothing. */
    public JobState(
            ProofJob job,
            JobPhase phase,
            int attempts,
            long lease,
            int sample,
            Optional<ProofRef> proof,
            String reason,
            long since) {
        this(job, phase, attempts, lease, sample, proof, reason, since, Optional.empty(), "");
    }

    static JobState asked(ProofJob job) {
        return new JobState(job, JobPhase.QUEUED, 0, 0, 0, Optional.empty(), "", job.askedAt());
    }

    private JobState to(JobPhase next, String why, long at) {
        return new JobState(job, next, attempts, lease, sample, proof, why, at, told, untold);
    }

    /** This job after a step that the table knows; unchanged after one that it does not. */
    JobState step(JobStep step, String why, long at) {
        return JobTable.next(phase, step).map(next -> to(next, why, at)).orElse(this);
    }

    JobState leased(long number, int firstSample, long at) {
        return JobTable.next(phase, JobStep.LEASE)
                .map(next -> new JobState(
                        job, next, attempts + 1, number, firstSample, Optional.empty(), reason, at, told, untold))
                .orElse(this);
    }

    JobState proved(ProofRef made, long at) {
        return JobTable.next(phase, JobStep.PROVE)
                .map(next -> new JobState(job, next, attempts, lease, sample, Optional.of(made), "", at, told, untold))
                .orElse(this);
    }

    /** There will be no proof of this answer; {@code otherwise} is one of what the model gives, if there is any. */
    JobState rejected(String why, Optional<ProofRef> otherwise, long at) {
        return JobTable.next(phase, JobStep.REJECT)
                .map(next -> new JobState(job, next, attempts, lease, sample, otherwise, why, at, told, untold))
                .orElse(this);
    }

    /** The ledger has nothing to do with it any more. */
    JobState left(String why) {
        return switch (phase) {
            case VERIFIED -> new JobState(job, phase, attempts, lease, sample, proof, why, since, told, untold);
            case REJECTED ->
                new JobState(
                        job,
                        phase,
                        attempts,
                        lease,
                        sample,
                        Optional.empty(),
                        reason + "; " + why,
                        since,
                        told,
                        untold);
            case QUEUED, LEASED, PROVED, SETTLED, EXPIRED, CANCELLED -> this;
        };
    }

    JobState returned(String why, long at) {
        return JobTable.next(phase, JobStep.RETURN)
                .map(next -> new JobState(job, next, attempts, 0, 0, Optional.empty(), why, at, told, untold))
                .orElse(this);
    }

    /** Whether there is somebody to call back who does not know of this phase. */
    boolean owesCall() {
        return job.callback().isPresent() && !phase.isOpen() && !told.equals(Optional.of(phase));
    }

    /** The callback knows of a phase, or will not be told; a job that has moved on stays as it is. */
    JobState called(JobPhase of, String problem) {
        return phase == of && owesCall()
                ? new JobState(job, phase, attempts, lease, sample, proof, reason, since, Optional.of(of), problem)
                : this;
    }
}
