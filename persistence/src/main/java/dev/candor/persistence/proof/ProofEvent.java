package dev.candor.persistence.proof;

import dev.candor.actors.value.RequestId;
import java.util.List;

/** What happened to proof jobs; times are milliseconds since 1970-01-01 UTC. */
public sealed interface ProofEvent {
    /** A proof was asked for. */
    record Asked(ProofJob job) implements ProofEvent {}

    /**
     * A prover took jobs to prove them together.
     *
     * @param lease number of the attempt, larger than all before
     * @param prover who took them
     * @param jobs in the order of the batch
     */
    record Leased(long lease, String prover, long at, List<RequestId> jobs) implements ProofEvent {
        /** Copies the list. */
        public Leased {
            jobs = List.copyOf(jobs);
        }
    }

    /**
     * An attempt ended without a proof that verifies.
     *
     * @param reason a sentence
     * @param rejected those of its jobs that are not tried again
     */
    record Returned(long lease, String reason, long at, List<RequestId> rejected) implements ProofEvent {
        /** Copies the list. */
        public Returned {
            rejected = List.copyOf(rejected);
        }
    }

    /** An attempt gave a proof. */
    record Proved(long lease, ProofRef proof, long at) implements ProofEvent {}

    /** The proof of an attempt was verified by the jobs' own node. */
    record Verified(long lease, long at) implements ProofEvent {}

    /**
     * Jobs ended otherwise.
     *
     * @param step EXPIRE, CANCEL or SETTLE
     */
    record Ended(List<RequestId> jobs, JobStep step, long at) implements ProofEvent {
        /** Copies the list. */
        public Ended {
            jobs = List.copyOf(jobs);
        }
    }

    /**
     * The answer of an attempt's only job is not what its model gives, and there is a proof of what it gives.
     *
     * @param reason a sentence
     */
    record Refuted(long lease, ProofRef proof, String reason, long at) implements ProofEvent {}

    /**
     * The ledger will never hold the proof of a verified job, or has done with a refuted one.
     *
     * @param reason a sentence
     */
    record Left(RequestId job, String reason, long at) implements ProofEvent {}

    /**
     * The callback of a job was told how it stands, or never will be.
     *
     * @param phase that it was told
     * @param problem why it could not be told, a sentence; empty where it was
     */
    record Called(RequestId job, JobPhase phase, String problem, long at) implements ProofEvent {}

    /** Jobs that ended long ago are no longer shown. */
    record Forgotten(List<RequestId> jobs) implements ProofEvent {
        /** Copies the list. */
        public Forgotten {
            jobs = List.copyOf(jobs);
        }
    }
}
