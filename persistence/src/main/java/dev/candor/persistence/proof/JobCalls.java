package dev.candor.persistence.proof;

import dev.candor.actors.value.Digest;
import dev.candor.actors.value.RequestId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which callbacks of a slice are due: a few at a time, of one caller fewer still, so that a callback that hangs keeps nobody else's waiting. What fails is tried
 * again after 1 s, 2 s, 4 s, ... up to 5 minutes, until too long after the job came into its phase. That a callback is owed is in the journal; how often it was
 * tried is not, so a restart tries at once. For the slice's own thread.
 */
final class JobCalls {
    private static final int MOST = 8;
    private static final int MOST_OF_A_CALLER = 2;
    private static final long FIRST_WAIT = Duration.ofSeconds(1).toMillis();
    private static final long LONGEST_WAIT = Duration.ofMinutes(5).toMillis();
    private static final int MOST_DOUBLINGS = 16;

    private record Failed(JobPhase phase, int times, long again) {}

    private final Duration callBackFor;
    private final Map<RequestId, Digest> underWay = new HashMap<>();
    private final Map<RequestId, Failed> failed = new HashMap<>();

    JobCalls(Duration callBackFor) {
        this.callBackFor = callBackFor;
    }

    /** Jobs whose callbacks are to be called now; from here on they are under way until {@link #came}. */
    List<JobState> due(ProofState state, long now) {
        List<JobState> due = new ArrayList<>();
        for (JobState each : state.jobs()) {
            if (underWay.size() >= MOST) {
                break;
            }
            if (each.owesCall() && isDue(each, now)) {
                underWay.put(each.job().id(), each.job().caller());
                due.add(each);
            }
        }
        return due;
    }

    private boolean isDue(JobState state, long now) {
        RequestId id = state.job().id();
        if (underWay.containsKey(id)) {
            return false;
        }
        Failed before = failed.get(id);
        if (before != null && before.phase() == state.phase() && before.again() > now) {
            return false;
        }
        Digest caller = state.job().caller();
        return underWay.values().stream().filter(caller::equals).count() < MOST_OF_A_CALLER;
    }

    /**
     * An attempt came to an end.
     *
     * @param state as it was when the attempt began
     * @return what is to be kept: why it will never be told, empty where it was; nothing where it is tried again
     */
    Optional<String> came(JobState state, Callbacks.Outcome outcome, long now) {
        RequestId id = state.job().id();
        underWay.remove(id);
        return switch (outcome) {
            case Callbacks.Outcome.Taken _ -> done(id, "");
            case Callbacks.Outcome.Never(String reason) -> done(id, reason);
            case Callbacks.Outcome.Later(String reason) -> {
                Failed before = failed.get(id);
                int times = before == null || before.phase() != state.phase() ? 1 : before.times() + 1;
                if (now - state.since() >= callBackFor.toMillis()) {
                    yield done(id, "given up after " + times + " attempts: " + reason);
                }
                long wait = Math.min(LONGEST_WAIT, FIRST_WAIT << Math.min(times - 1, MOST_DOUBLINGS));
                failed.put(id, new Failed(state.phase(), times, now + wait));
                yield Optional.empty();
            }
        };
    }

    private Optional<String> done(RequestId id, String problem) {
        failed.remove(id);
        return Optional.of(problem);
    }

    /** Jobs that are not there any more are not called. */
    void forget(RequestId id) {
        failed.remove(id);
    }
}
