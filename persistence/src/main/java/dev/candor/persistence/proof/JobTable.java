package dev.candor.persistence.proof;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** The state machine of a proof job as one table: a step that is not in it changes nothing. */
public final class JobTable {
    private static final Map<JobPhase, Map<JobStep, JobPhase>> ROWS = rows();

    private JobTable() {}

    /** The phase after a step, or empty where the step does not apply. */
    public static Optional<JobPhase> next(JobPhase phase, JobStep step) {
        return Optional.ofNullable(ROWS.getOrDefault(phase, Map.of()).get(step));
    }

    private static Map<JobPhase, Map<JobStep, JobPhase>> rows() {
        Map<JobPhase, Map<JobStep, JobPhase>> rows = new EnumMap<>(JobPhase.class);
        row(rows, JobPhase.QUEUED, JobStep.LEASE, JobPhase.LEASED);
        row(rows, JobPhase.QUEUED, JobStep.EXPIRE, JobPhase.EXPIRED);
        row(rows, JobPhase.QUEUED, JobStep.CANCEL, JobPhase.CANCELLED);
        row(rows, JobPhase.LEASED, JobStep.RETURN, JobPhase.QUEUED);
        row(rows, JobPhase.LEASED, JobStep.PROVE, JobPhase.PROVED);
        row(rows, JobPhase.LEASED, JobStep.REJECT, JobPhase.REJECTED);
        row(rows, JobPhase.LEASED, JobStep.EXPIRE, JobPhase.EXPIRED);
        row(rows, JobPhase.LEASED, JobStep.CANCEL, JobPhase.CANCELLED);
        // A proof that came in time is verified however long that takes.
        row(rows, JobPhase.PROVED, JobStep.VERIFY, JobPhase.VERIFIED);
        row(rows, JobPhase.PROVED, JobStep.RETURN, JobPhase.QUEUED);
        row(rows, JobPhase.PROVED, JobStep.REJECT, JobPhase.REJECTED);
        row(rows, JobPhase.VERIFIED, JobStep.SETTLE, JobPhase.SETTLED);
        return rows;
    }

    private static void row(Map<JobPhase, Map<JobStep, JobPhase>> rows, JobPhase from, JobStep step, JobPhase to) {
        rows.computeIfAbsent(from, phase -> new EnumMap<>(JobStep.class)).put(step, to);
    }
}
