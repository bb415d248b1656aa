package dev.candor.persistence.proof;

import dev.candor.actors.inference.CborSerializable;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.value.Digest;
import dev.candor.actors.value.RequestId;
import java.util.Optional;

/**
 * The wish that an answer be proven.
 *
 * @param id of the request that was answered
 * @param receipt SHA-256 of the receipt's bytes: what a statement names the request by
 * @param caller pseudonym of whoever asked
 * @param model that answered
 * @param hidden whether the proof shall hide the inputs
 * @param escalated whether the proof was asked for after the answer
 * @param rows of the request, 1 or more: the samples that it takes in a proof
 * @param exchange content id of the kept request and answer
 * @param askedAt milliseconds since 1970-01-01 UTC
 * @param deadline the same; without a proof by then the job expires
 * @param callback URL that is told how the job ended, if any
 */
public record ProofJob(
        RequestId id,
        Digest receipt,
        Digest caller,
        ModelRef model,
        boolean hidden,
        boolean escalated,
        int rows,
        Digest exchange,
        long askedAt,
        long deadline,
        Optional<String> callback)
        implements CborSerializable {
    /** A job that calls nobody back. */
    public ProofJob(
            RequestId id,
            Digest receipt,
            Digest caller,
            ModelRef model,
            boolean hidden,
            boolean escalated,
            int rows,
            Digest exchange,
            long askedAt,
            long deadline) {
        this(id, receipt, caller, model, hidden, escalated, rows, exchange, askedAt, deadline, Optional.empty());
    }

    /** Refuses a job without rows. */
    public ProofJob {
        if (rows < 1) {
            throw new IllegalArgumentException("a proof job has 1 row or more, not " + rows);
        }
    }

    /** Whether this job and another may share a proof: it lists all of its requests, so callers never share one. */
    public boolean sharesWith(ProofJob other) {
        return caller.equals(other.caller)
                && model.contentId().equals(other.model.contentId())
                && hidden == other.hidden;
    }

    /** Whether a ledger has anything to settle: the proof was asked for with the request and paid with it, and its inputs may be shown. */
    public boolean settles() {
        return !escalated && !hidden;
    }

    /** The slice of jobs that this one belongs to: jobs that may share a proof are in one. */
    public static int slice(Digest caller, Digest contentId, int slices) {
        return (int) (((caller.a() ^ contentId.b()) >>> 32) % slices);
    }
}
