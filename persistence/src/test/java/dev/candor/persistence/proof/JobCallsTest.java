package dev.candor.persistence.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.persistence.fakes.Fakes;
import dev.candor.persistence.proof.Callbacks.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When callbacks are due, under a simulated clock. */
final class JobCallsTest {
    private static final long BEGAN = 1_000_000;
    private static final ProofJobsDecider DECIDER = new ProofJobsDecider(ProofHistory.SETTINGS);

    private final JobCalls calls = new JobCalls(Duration.ofMinutes(10));
    private ProofState state = ProofState.EMPTY;

    private ProofJob ask(int number, int caller, boolean callsBack) {
        ProofJob job = ProofHistory.job(number, caller, 0, false, 1, BEGAN, BEGAN + 1);
        ProofJob asked = callsBack
                ? new ProofJob(
                        job.id(),
                        job.receipt(),
                        job.caller(),
                        job.model(),
                        false,
                        false,
                        1,
                        job.exchange(),
                        job.askedAt(),
                        job.deadline(),
                        Optional.of("https://example.com/"))
                : job;
        state = state.apply(new ProofEvent.Asked(asked));
        return asked;
    }

    private void expire() {
        state = state.apply(DECIDER.expired(state, BEGAN + 1).orElseThrow());
    }

    private JobState due(long now) {
        List<JobState> due = calls.due(state, now);
        assertThat(due).hasSize(1);
        return due.getFirst();
    }

    @Test
    void onlyJobsThatEndedAndNameACallbackAreCalled() {
        ask(1, 0, false);
        ProofJob named = ask(2, 0, true);
        assertThat(calls.due(state, BEGAN)).isEmpty();
        expire();
        assertThat(due(BEGAN + 1).job()).isEqualTo(named);
        assertThat(calls.due(state, BEGAN + 1)).as("while it is under way").isEmpty();
    }

    @Test
    void whatWasTakenIsToldOnceAndAfterARestartNeitherAgain() {
        ProofJob job = ask(1, 0, true);
        expire();
        Optional<String> kept = calls.came(due(BEGAN), new Outcome.Taken(), BEGAN);
        assertThat(kept).contains("");
        state = state.apply(
                DECIDER.called(state, job.id(), JobPhase.EXPIRED, "", BEGAN).orElseThrow());
        assertThat(calls.due(state, BEGAN)).isEmpty();
        assertThat(new JobCalls(Duration.ofMinutes(10)).due(state, BEGAN)).isEmpty();
        assertThat(DECIDER.called(state, job.id(), JobPhase.EXPIRED, "", BEGAN)).isEmpty();
    }

    @Test
    void whatFailsIsTriedAgainAfterLongerAndLongerWaitsAndAtLastGivenUpByName() {
        ask(1, 0, true);
        expire();
        long now = state.jobs().iterator().next().since();
        long end = now + Duration.ofMinutes(10).toMillis();
        long wait = 1_000;
        Optional<String> kept = calls.came(due(now), new Outcome.Later("it answers 500"), now);
        int attempts = 1;
        while (kept.isEmpty()) {
            assertThat(calls.due(state, now + wait - 1)).isEmpty();
            now += wait;
            kept = calls.came(due(now), new Outcome.Later("it answers 500"), now);
            attempts++;
            wait = Math.min(2 * wait, 300_000);
        }
        assertThat(now).isGreaterThanOrEqualTo(end);
        assertThat(kept).contains("given up after " + attempts + " attempts: it answers 500");
    }

    @Test
    void whatFailsForGoodIsNotTriedAgain() {
        ask(1, 0, true);
        expire();
        assertThat(calls.came(due(BEGAN), new Outcome.Never("it is private"), BEGAN))
                .contains("it is private");
    }

    @Test
    void aCallerWhoseCallbacksHangLeavesRoomForOthers() {
        for (int i = 0; i < 10; i++) {
            ask(i, 0, true);
        }
        ProofJob other = ask(10, 1, true);
        expire();
        List<JobState> due = calls.due(state, BEGAN);
        assertThat(due).hasSize(3);
        assertThat(due).extracting(JobState::job).contains(other);
    }

    @Test
    void aLaterPhaseIsToldAlsoWhereTheFirstCouldNotBe() {
        ProofJob job = ask(1, 0, true);
        state = state.apply(new ProofEvent.Leased(1, "p", BEGAN, List.of(job.id())));
        state = state.apply(new ProofEvent.Proved(1, ProofHistory.proof(1), BEGAN));
        state = state.apply(new ProofEvent.Verified(1, BEGAN));
        JobState verified = due(BEGAN);
        state = state.apply(new ProofEvent.Ended(List.of(job.id()), JobStep.SETTLE, BEGAN + 5));
        // The news of the first comes when the job has moved on: nothing is kept of it.
        calls.came(verified, new Outcome.Taken(), BEGAN + 6);
        assertThat(DECIDER.called(state, job.id(), JobPhase.VERIFIED, "", BEGAN))
                .isEmpty();
        assertThat(due(BEGAN + 6).phase()).isEqualTo(JobPhase.SETTLED);
        assertThat(state.find(Fakes.id(0, 1)).orElseThrow().phase()).isEqualTo(JobPhase.SETTLED);
    }
}
