package dev.candor.persistence.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.value.RequestId;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ProofJobsDeciderTest {
    private final ProofJobsDecider decider = new ProofJobsDecider(ProofHistory.SETTINGS);

    private static ProofState asked(ProofJob... jobs) {
        ProofState state = ProofState.EMPTY;
        for (ProofJob job : jobs) {
            state = state.apply(new ProofEvent.Asked(job));
        }
        return state;
    }

    private static ProofJob job(int number, int caller) {
        return ProofHistory.job(number, caller, 0, false, 1, 1_000, 60_000);
    }

    @Property(tries = 100)
    void noHistoryBreaksARule(@ForAll long seed) {
        assertThat(new ProofHistory(seed, ProofHistory.Mutant.NONE).run(200)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = ProofHistory.Mutant.class,
            names = {"NONE"},
            mode = EnumSource.Mode.EXCLUDE)
    void theRulesCatchAWrongDecider(ProofHistory.Mutant mutant) {
        boolean caught = false;
        for (long seed = 0; seed < 200 && !caught; seed++) {
            caught = !new ProofHistory(seed, mutant).run(300).isEmpty();
        }
        assertThat(caught).isTrue();
    }

    @Test
    void sharesAProofAmongTheRequestsOfOneCaller() {
        ProofState state = asked(job(1, 0), job(2, 1), job(3, 0));
        ProofEvent.Leased leased = decider.lease(state, "p", 2_000).orElseThrow();
        assertThat(leased.jobs()).containsExactly(job(1, 0).id(), job(3, 0).id());
        assertThat(state.apply(leased).attempt(leased.lease()))
                .extracting(JobState::sample)
                .containsExactly(0, 1);
    }

    @Test
    void waitsForOthersToShareAProof() {
        ProofState state = asked(job(1, 0));
        assertThat(decider.lease(state, "p", 1_100)).isEmpty();
        assertThat(decider.lease(state, "p", 1_300)).isPresent();
    }

    @Test
    void dropsAProofThatComesLate() {
        ProofState state = asked(job(1, 0));
        ProofEvent.Leased leased = decider.lease(state, "p", 2_000).orElseThrow();
        state = state.apply(leased);
        state = state.apply(
                decider.returned(state, leased.lease(), "not heard of", 9_000).orElseThrow());
        assertThat(decider.proved(state, leased.lease(), ProofHistory.proof(1), 9_001))
                .isEmpty();
        assertThat(state.find(job(1, 0).id()).orElseThrow().reason()).isEqualTo("not heard of");
    }

    @Test
    void triesAJobThatFailedAlone() {
        ProofState state = asked(job(1, 0), job(2, 0));
        ProofEvent.Leased both = decider.lease(state, "p", 2_000).orElseThrow();
        state = state.apply(both);
        state = state.apply(
                decider.returned(state, both.lease(), "garbage", 3_000).orElseThrow());
        assertThat(decider.lease(state, "p", 4_000).orElseThrow().jobs()).hasSize(1);
    }

    @Test
    void rejectsOnlyTheAnswerThatTheModelDoesNotGive() {
        ProofState state = asked(job(1, 0), job(2, 0));
        ProofEvent.Leased both = decider.lease(state, "p", 2_000).orElseThrow();
        state = state.apply(both);
        List<RequestId> wrong = List.of(job(2, 0).id());
        state = state.apply(decider.contradicted(state, both.lease(), wrong, "altered", 3_000)
                .orElseThrow());
        assertThat(state.find(job(1, 0).id()).orElseThrow().phase()).isEqualTo(JobPhase.QUEUED);
        assertThat(state.find(job(2, 0).id()).orElseThrow().phase()).isEqualTo(JobPhase.REJECTED);
        assertThat(state.find(job(2, 0).id()).orElseThrow().reason()).isEqualTo("altered");
    }

    @Test
    void givesAJobBackWhoseProofIsRefused() {
        ProofState state = asked(job(1, 0));
        ProofEvent.Leased leased = decider.lease(state, "p", 2_000).orElseThrow();
        state = state.apply(leased);
        state = state.apply(decider.proved(state, leased.lease(), ProofHistory.proof(1), 2_500)
                .orElseThrow());
        assertThat(decider.expired(state, 100_000)).isEmpty();
        state = state.apply(
                decider.returned(state, leased.lease(), "refused", 3_000).orElseThrow());
        JobState job = state.find(job(1, 0).id()).orElseThrow();
        assertThat(job.phase()).isEqualTo(JobPhase.QUEUED);
        assertThat(job.proof()).isEmpty();
    }

    @Test
    void cancelsWhatIsNotProvenYet() {
        ProofState state = asked(job(1, 0));
        state = state.apply(
                decider.ended(state, job(1, 0).id(), JobStep.CANCEL, 2_000).orElseThrow());
        assertThat(state.find(job(1, 0).id()).orElseThrow().phase()).isEqualTo(JobPhase.CANCELLED);
        assertThat(decider.ended(state, job(1, 0).id(), JobStep.CANCEL, 2_001)).isEmpty();
        assertThat(decider.lease(state, "p", 5_000)).isEmpty();
    }

    @Test
    void refusesAnotherReceiptUnderAKnownId() {
        ProofJob known = job(1, 0);
        ProofJob other = new ProofJob(
                known.id(),
                known.exchange(),
                known.caller(),
                known.model(),
                false,
                true,
                1,
                known.exchange(),
                1_000,
                60_000);
        assertThatThrownBy(() -> decider.ask(asked(known), other)).isInstanceOf(RefusedException.class);
        assertThat(decider.ask(asked(known), known)).isEmpty();
    }
}
