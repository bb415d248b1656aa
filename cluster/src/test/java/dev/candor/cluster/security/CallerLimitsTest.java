package dev.candor.cluster.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.actors.gateway.Caller;
import dev.candor.actors.gateway.InferenceService;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.InferenceRequest;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.inference.VerificationMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class CallerLimitsTest {
    private static final Caller ALICE = new Caller("alice", Set.of(Caller.Role.INFER));
    private static final Caller BOB = new Caller("bob", Set.of(Caller.Role.INFER));
    private static final InferenceRequest REQUEST = new InferenceRequest(
            "m", "", List.of(), List.of(), 0, Optional.empty(), VerificationMode.VANILLA, Optional.empty());

    private final AtomicLong nanos = new AtomicLong(5);
    private final List<Consumer<InferenceOutcome>> running = new ArrayList<>();
    private final List<InferenceOutcome> outcomes = new ArrayList<>();
    private final InferenceService service = new InferenceService() {
        @Override
        public Runnable infer(InferenceRequest request, Caller caller, Consumer<InferenceOutcome> onOutcome) {
            running.add(onOutcome);
            return () -> {};
        }

        @Override
        public Optional<Refusal> nodeReadiness() {
            return Optional.empty();
        }

        @Override
        public Optional<Refusal> modelReadiness(String model, String version) {
            return Optional.empty();
        }
    };

    @Test
    void countsCallsOfEachCallerAndSaysWhenToComeBack() {
        CallerLimits limits = new CallerLimits(10, 0, nanos::get);
        for (int i = 0; i < 10; i++) {
            limits.admit(ALICE);
        }
        assertThatThrownBy(() -> limits.admit(ALICE)).isInstanceOfSatisfying(RefusedException.class, refused -> {
            assertThat(refused.refusal().code()).isEqualTo(ErrorCode.RATE_LIMITED);
            assertThat(refused.refusal().retryAfter().orElseThrow().toMillis()).isEqualTo(100);
        });
        assertThatCode(() -> limits.admit(BOB)).doesNotThrowAnyException();
        nanos.addAndGet(100_000_000);
        assertThatCode(() -> limits.admit(ALICE)).doesNotThrowAnyException();
        assertThatThrownBy(() -> limits.admit(ALICE)).isInstanceOf(RefusedException.class);
    }

    @Test
    void countsWhatIsInFlightUntilItEnds() {
        InferenceService limited = new CallerLimits(0, 2, nanos::get).limited(service);
        limited.infer(REQUEST, ALICE, outcomes::add);
        Runnable cancel = limited.infer(REQUEST, ALICE, outcomes::add);
        limited.infer(REQUEST, ALICE, outcomes::add);
        limited.infer(REQUEST, BOB, outcomes::add);
        assertThat(running).hasSize(3);
        assertThat(outcomes)
                .hasSize(1)
                .first()
                .isInstanceOfSatisfying(
                        InferenceOutcome.Refused.class,
                        refused -> assertThat(refused.refusal().code()).isEqualTo(ErrorCode.RATE_LIMITED));
        running.getFirst().accept(new InferenceOutcome.Refused(new UUID(0, 1), Refusal.of(ErrorCode.INTERNAL, "x")));
        cancel.run();
        cancel.run();
        limited.infer(REQUEST, ALICE, outcomes::add);
        limited.infer(REQUEST, ALICE, outcomes::add);
        limited.infer(REQUEST, ALICE, outcomes::add);
        assertThat(running).hasSize(5);
    }

    @Test
    void limitsNothingWhereNothingIsSet() {
        CallerLimits limits = new CallerLimits(0, 0, nanos::get);
        assertThat(limits.limited(service)).isSameAs(service);
        for (int i = 0; i < 10_000; i++) {
            limits.admit(ALICE);
        }
    }
}
