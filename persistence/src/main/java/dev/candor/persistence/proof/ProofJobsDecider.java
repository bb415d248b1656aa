package dev.candor.persistence.proof;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.value.RequestId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Decides on the proof jobs of a slice. Pure: times come in as milliseconds since 1970-01-01 UTC. Whatever is asked twice, late or of a job
 * that has moved on is decided as nothing.
 */
public final class ProofJobsDecider {
    private static final Comparator<JobState> BY_DEADLINE =
            Comparator.comparingLong((JobState each) -> each.job().deadline());

    private final ProofSettings settings;

    /** Decides by {@code settings}. */
    public ProofJobsDecider(ProofSettings settings) {
        this.settings = settings;
    }

    /**
     * A job is asked for; empty where it is there already.
     *
     * @throws RefusedException where there is no room, or the job is another than the one under its id
     */
    public Optional<ProofEvent> ask(ProofState state, ProofJob job) {
        Optional<JobState> known = state.find(job.id());
        if (known.isPresent()) {
            if (!known.get().job().receipt().equals(job.receipt())) {
                throw new RefusedException(
                        ErrorCode.CONFLICT, "request " + job.id() + " has a proof job for another receipt");
            }
            return Optional.empty();
        }
        long open = state.jobs().stream().filter(each -> each.phase().isOpen()).count();
        if (open >= settings.mostOpen()) {
            throw new RefusedException(Refusal.retryable(
                    ErrorCode.OVERLOADED,
                    open
                            + " answers wait for their proofs already; the answer stands, ask for its proof later with POST"
                            + " /v1/requests/" + job.id() + "/verify",
                    Duration.ofSeconds(5)));
        }
        return Optional.of(new ProofEvent.Asked(job));
    }

    /** Whether there is anything that a prover could take now. */
    public boolean hasWork(ProofState state, long now) {
        return !batch(state, now).isEmpty();
    }

    /** A prover asks for work; empty where there is none. */
    public Optional<ProofEvent.Leased> lease(ProofState state, String prover, long now) {
        List<JobState> batch = batch(state, now);
        return batch.isEmpty()
                ? Optional.empty()
                : Optional.of(new ProofEvent.Leased(
                        state.lastLease() + 1,
                        prover,
                        now,
                        batch.stream().map(each -> each.job().id()).toList()));
    }

    /** The most urgent job that has waited long enough, with those that may share its proof. A job that failed before goes alone. */
    private List<JobState> batch(ProofState state, long now) {
        List<JobState> waiting = state.jobs().stream()
                .filter(each -> each.phase() == JobPhase.QUEUED && each.job().deadline() > now)
                .sorted(BY_DEADLINE)
                .toList();
        for (JobState first : waiting) {
            if (alone(first)) {
                return List.of(first);
            }
            List<JobState> batch = sharing(first, waiting);
            int rows = batch.stream().mapToInt(each -> each.job().rows()).sum();
            boolean ripe = now - first.job().askedAt() >= settings.gather().toMillis();
            if (ripe || rows >= settings.mostRows()) {
                return batch;
            }
        }
        return List.of();
    }

    /** An opening settles one receipt, so a proof for the ledger is of one request. */
    private boolean alone(JobState state) {
        return settings.settles() && state.job().settles();
    }

    private List<JobState> sharing(JobState first, List<JobState> waiting) {
        List<JobState> batch = new ArrayList<>(List.of(first));
        int rows = first.job().rows();
        if (first.attempts() == 0) {
            for (JobState other : waiting) {
                boolean fits = rows + other.job().rows() <= settings.mostRows();
                boolean same = other.job().id().equals(first.job().id());
                if (!same
                        && other.attempts() == 0
                        && fits
                        && !alone(other)
                        && other.job().sharesWith(first.job())) {
                    batch.add(other);
                    rows += other.job().rows();
                }
            }
        }
        return batch;
    }

    /** An attempt ended without a proof; empty where it had ended before. Jobs that were tried often enough are rejected. */
    public Optional<ProofEvent> returned(ProofState state, long lease, String reason, long now) {
        List<JobState> jobs = state.attempt(lease);
        List<RequestId> rejected = jobs.stream()
                .filter(each -> each.attempts() >= settings.mostAttempts())
                .map(each -> each.job().id())
                .toList();
        return jobs.isEmpty() ? Optional.empty() : Optional.of(new ProofEvent.Returned(lease, reason, now, rejected));
    }

    /** Some answers of an attempt are not what the model gives: those are never proven, the others are tried again. */
    public Optional<ProofEvent> contradicted(
            ProofState state, long lease, List<RequestId> wrong, String reason, long now) {
        List<JobState> jobs = state.attempt(lease);
        List<RequestId> rejected = jobs.stream()
                .map(each -> each.job().id())
                .filter(wrong::contains)
                .toList();
        return rejected.isEmpty()
                ? returned(state, lease, "the prover took a right answer for a wrong one", now)
                : Optional.of(new ProofEvent.Returned(lease, reason, now, rejected));
    }

    /** The same, where the attempt's only job is for the ledger and its prover proved what the model gives instead. */
    public Optional<ProofEvent> refuted(ProofState state, long lease, ProofRef proof, String reason, long now) {
        List<JobState> jobs = state.attempt(lease);
        boolean only = jobs.size() == 1 && jobs.getFirst().phase() == JobPhase.LEASED && alone(jobs.getFirst());
        return only ? Optional.of(new ProofEvent.Refuted(lease, proof, reason, now)) : Optional.empty();
    }

    /** An attempt gave a proof; empty where the attempt had ended: the proof is late. */
    public Optional<ProofEvent> proved(ProofState state, long lease, ProofRef proof, long now) {
        List<JobState> jobs = state.attempt(lease);
        boolean leased = jobs.stream().anyMatch(each -> each.phase() == JobPhase.LEASED);
        return leased ? Optional.of(new ProofEvent.Proved(lease, proof, now)) : Optional.empty();
    }

    /** The proof of an attempt was found good. */
    public Optional<ProofEvent> verified(ProofState state, long lease, long now) {
        boolean proved = state.attempt(lease).stream().anyMatch(each -> each.phase() == JobPhase.PROVED);
        return proved ? Optional.of(new ProofEvent.Verified(lease, now)) : Optional.empty();
    }

    /** The jobs whose deadlines have passed. */
    public Optional<ProofEvent> expired(ProofState state, long now) {
        return ended(
                state.jobs().stream()
                        .filter(each -> each.job().deadline() <= now)
                        .toList(),
                JobStep.EXPIRE,
                now);
    }

    /** A caller takes a job back, or the ledger settled it; empty where that does not apply. */
    public Optional<ProofEvent> ended(ProofState state, RequestId id, JobStep step, long now) {
        return ended(state.find(id).stream().toList(), step, now);
    }

    private static Optional<ProofEvent> ended(List<JobState> jobs, JobStep step, long now) {
        List<RequestId> changed = jobs.stream()
                .filter(each -> JobTable.next(each.phase(), step).isPresent())
                .map(each -> each.job().id())
                .toList();
        return changed.isEmpty() ? Optional.empty() : Optional.of(new ProofEvent.Ended(changed, step, now));
    }

    /** Whether what was proven of a job has still to go to the ledger: that its answer is right, or that it is wrong. */
    public boolean waitsForLedger(JobState state) {
        boolean right = state.phase() == JobPhase.VERIFIED && state.reason().isEmpty();
        boolean wrong = state.phase() == JobPhase.REJECTED && state.proof().isPresent();
        return alone(state) && (right || wrong);
    }

    /** Whether what a job kept of its request and answer is still needed. */
    public boolean needsExchange(JobState state) {
        return state.phase().isOpen() || waitsForLedger(state);
    }

    /** The ledger will never hold a job's proof; empty where that is known, or the job does not wait for it. */
    public Optional<ProofEvent> left(ProofState state, RequestId id, String reason, long now) {
        return state.find(id).filter(this::waitsForLedger).map(each -> new ProofEvent.Left(id, reason, now));
    }

    /** Whether the callback of a job has to be told how it stands. */
    public boolean owesCall(JobState state) {
        return state.owesCall();
    }

    /** A callback was told a phase of a job, or never will be; empty where it knew, or the job has moved on. */
    public Optional<ProofEvent> called(ProofState state, RequestId id, JobPhase phase, String problem, long now) {
        return state.find(id)
                .filter(each -> each.phase() == phase && each.owesCall())
                .map(each -> new ProofEvent.Called(id, phase, problem, now));
    }

    /** Jobs that ended too long ago, or too many others since. */
    public Optional<ProofEvent> forgotten(ProofState state, long now) {
        List<JobState> ended =
                state.jobs().stream().filter(each -> !needsExchange(each)).toList();
        int tooMany = ended.size() - settings.mostEnded();
        List<RequestId> old = new ArrayList<>();
        for (int i = 0; i < ended.size(); i++) {
            JobState each = ended.get(i);
            if (i < tooMany || now - each.since() > settings.keep().toMillis()) {
                old.add(each.job().id());
            }
        }
        return old.isEmpty() ? Optional.empty() : Optional.of(new ProofEvent.Forgotten(old));
    }
}
