package dev.candor.persistence.proof;

import dev.candor.actors.value.Digest;
import dev.candor.actors.value.RequestId;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Who wants to hear of a slice's jobs. Watchers say so again and again and are forgotten when they do not; a slice that moves to another node starts with none, and
 * hears of them within their interval. For the slice's own thread.
 */
final class JobWatchers {
    /** More than these are answered when they ask, and not told of changes between. */
    private static final int MOST = 2_048;

    private static final long FORGOTTEN_AFTER = Duration.ofSeconds(20).toMillis();

    private record Watcher(Digest caller, Optional<RequestId> id, long until) {
        boolean sees(JobState state) {
            return state.job().caller().equals(caller)
                    && id.map(state.job().id()::equals).orElse(true);
        }
    }

    private final int slice;
    private final Map<ActorRef<ProofNews>, Watcher> watchers = new HashMap<>();
    private ProofState seen = ProofState.EMPTY;

    JobWatchers(int slice) {
        this.slice = slice;
    }

    /** Answers with the one job, or with the caller's that are open or changed lately; and tells of changes from now on. */
    void watch(ProofJobs.Watch it, ProofState state, long now) {
        Watcher watcher = new Watcher(it.caller(), it.id(), now + FORGOTTEN_AFTER);
        if (watchers.isEmpty()) {
            seen = state;
        }
        if (watchers.size() < MOST || watchers.containsKey(it.replyTo())) {
            watchers.put(it.replyTo(), watcher);
        }
        List<JobState> jobs = state.jobs().stream()
                .filter(watcher::sees)
                .filter(each -> it.id().isPresent() || each.phase().isOpen() || each.since() >= it.from())
                .toList();
        it.replyTo().tell(new ProofNews(slice, true, jobs));
    }

    void unwatch(ActorRef<ProofNews> watcher) {
        watchers.remove(watcher);
    }

    /** Tells of what an event changed. */
    void changed(ProofState after) {
        ProofState before = seen;
        seen = after;
        if (watchers.isEmpty()) {
            return;
        }
        List<JobState> changed = after.jobs().stream()
                .filter(each -> !before.find(each.job().id()).equals(Optional.of(each)))
                .toList();
        watchers.forEach((ref, watcher) -> {
            List<JobState> jobs = changed.stream().filter(watcher::sees).toList();
            if (!jobs.isEmpty()) {
                ref.tell(new ProofNews(slice, false, jobs));
            }
        });
    }

    void forgetSilent(long now) {
        watchers.values().removeIf(each -> each.until() <= now);
    }
}
