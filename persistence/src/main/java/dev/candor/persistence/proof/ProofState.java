package dev.candor.persistence.proof;

import dev.candor.actors.value.RequestId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The jobs of a slice, in the order in which they were asked for. Immutable. */
public final class ProofState {
    /** No jobs. */
    public static final ProofState EMPTY = new ProofState(new LinkedHashMap<>(), 0);

    private final Map<RequestId, JobState> jobs;
    private final long lastLease;

    private ProofState(Map<RequestId, JobState> jobs, long lastLease) {
        this.jobs = Collections.unmodifiableMap(jobs);
        this.lastLease = lastLease;
    }

    static ProofState of(List<JobState> jobs, long lastLease) {
        LinkedHashMap<RequestId, JobState> map = new LinkedHashMap<>();
        jobs.forEach(each -> map.put(each.job().id(), each));
        return new ProofState(map, lastLease);
    }

    /** All jobs. */
    public Collection<JobState> jobs() {
        return jobs.values();
    }

    /** One job. */
    public Optional<JobState> find(RequestId id) {
        return Optional.ofNullable(jobs.get(id));
    }

    /** The number of the last attempt. */
    public long lastLease() {
        return lastLease;
    }

    /** The jobs of an attempt that is under way or whose proof is being verified, in the order of the batch. */
    public List<JobState> attempt(long lease) {
        return jobs.values().stream()
                .filter(each ->
                        each.lease() == lease && (each.phase() == JobPhase.LEASED || each.phase() == JobPhase.PROVED))
                .sorted((one, other) -> Integer.compare(one.sample(), other.sample()))
                .toList();
    }

    /** The state after an event. */
    public ProofState apply(ProofEvent event) {
        return switch (event) {
            case ProofEvent.Asked(ProofJob job) -> with(List.of(JobState.asked(job)), lastLease);
            case ProofEvent.Leased it -> leased(it);
            case ProofEvent.Returned it ->
                each(
                        ids(attempt(it.lease())),
                        job -> it.rejected().contains(job.job().id())
                                ? job.rejected(it.reason(), Optional.empty(), it.at())
                                : job.returned(it.reason(), it.at()));
            case ProofEvent.Proved it -> each(ids(attempt(it.lease())), job -> job.proved(it.proof(), it.at()));
            case ProofEvent.Verified it -> each(ids(attempt(it.lease())), job -> job.step(JobStep.VERIFY, "", it.at()));
            case ProofEvent.Ended it -> each(it.jobs(), job -> job.step(it.step(), job.reason(), it.at()));
            case ProofEvent.Refuted it ->
                each(ids(attempt(it.lease())), job -> job.rejected(it.reason(), Optional.of(it.proof()), it.at()));
            case ProofEvent.Left it -> each(List.of(it.job()), job -> job.left(it.reason()));
            case ProofEvent.Called it -> each(List.of(it.job()), job -> job.called(it.phase(), it.problem()));
            case ProofEvent.Forgotten it -> {
                LinkedHashMap<RequestId, JobState> fewer = new LinkedHashMap<>(jobs);
                it.jobs().forEach(fewer::remove);
                yield new ProofState(fewer, lastLease);
            }
        };
    }

    private ProofState leased(ProofEvent.Leased it) {
        List<JobState> changed = new ArrayList<>();
        int sample = 0;
        for (RequestId id : it.jobs()) {
            JobState job = jobs.get(id);
            if (job != null) {
                changed.add(job.leased(it.lease(), sample, it.at()));
                sample += job.job().rows();
            }
        }
        return with(changed, Math.max(lastLease, it.lease()));
    }

    private static List<RequestId> ids(List<JobState> states) {
        return states.stream().map(each -> each.job().id()).toList();
    }

    private ProofState each(List<RequestId> ids, UnaryOperator<JobState> change) {
        return with(ids.stream().flatMap(id -> find(id).stream()).map(change).toList(), lastLease);
    }

    private ProofState with(List<JobState> changed, long lease) {
        LinkedHashMap<RequestId, JobState> next = new LinkedHashMap<>(jobs);
        changed.forEach(each -> next.put(each.job().id(), each));
        return new ProofState(next, lease);
    }

    @Override
    public boolean equals(@org.jspecify.annotations.Nullable Object other) {
        return other instanceof ProofState that && jobs.equals(that.jobs) && lastLease == that.lastLease;
    }

    @Override
    public int hashCode() {
        return 31 * jobs.hashCode() + Long.hashCode(lastLease);
    }

    @Override
    public String toString() {
        return jobs.size() + " proof jobs after " + lastLease + " attempts";
    }
}
