package dev.candor.cluster.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.model.ModelRef;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.value.Digest;
import dev.candor.actors.value.RequestId;
import dev.candor.persistence.proof.JobPhase;
import dev.candor.persistence.proof.JobState;
import dev.candor.persistence.proof.ProofChecker;
import dev.candor.persistence.proof.ProofJob;
import dev.candor.persistence.proof.ProofRef;
import dev.candor.persistence.proof.Settler;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Each figure moves with what it counts. */
final class VerificationFiguresTest {
    private static final long ASKED = 1_790_000_000_000L;
    private static final ProofRef PROOF =
            new ProofRef(Digest.ZERO, Digest.ZERO, Digest.ZERO, Digest.ZERO, 0, 1, 100, 5, "prover/0");

    private final VerificationFigures figures = new VerificationFigures(() -> ASKED + 4_000);
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final AtomicReference<CompletionStage<String>> verdict = new AtomicReference<>();
    private final ProofChecker judge = figures.over(new ProofChecker() {
        @Override
        public CompletionStage<String> check(List<JobState> jobs, ProofRef proof) {
            return verdict.get();
        }

        @Override
        public CompletionStage<List<RequestId>> contradicted(List<JobState> jobs) {
            return CompletableFuture.completedStage(
                    jobs.stream().map(each -> each.job().id()).toList());
        }

        @Override
        public void forget(Digest exchange) {}
    });

    private static JobState job() {
        return new JobState(
                new ProofJob(
                        new RequestId(0, new UUID(1, 2)),
                        Digest.ZERO,
                        Digest.ZERO,
                        new ModelRef("m", ModelVersion.FIRST, Digest.ZERO),
                        false,
                        false,
                        1,
                        Digest.ZERO,
                        ASKED,
                        ASKED + 60_000),
                JobPhase.PROVED,
                1,
                1,
                0,
                Optional.of(PROOF),
                "",
                ASKED);
    }

    private double counted(String name, String... labels) {
        for (var snapshot : registry.scrape()) {
            if (snapshot instanceof CounterSnapshot counter
                    && counter.getMetadata().getName().equals(name)) {
                return counter.getDataPoints().stream()
                        .filter(point -> point.getLabels().equals(Labels.of(labels)))
                        .mapToDouble(CounterSnapshot.CounterDataPointSnapshot::getValue)
                        .sum();
            }
        }
        throw new AssertionError("no figure " + name);
    }

    @Test
    void countsVerdictsAndMeasuresTheLagOfThoseThatAccept() {
        figures.register(registry);
        verdict.set(CompletableFuture.completedStage(""));
        assertThat(judge.check(List.of(job(), job()), PROOF)).isCompletedWithValue("");
        verdict.set(CompletableFuture.completedStage("it is of another model"));
        assertThat(judge.check(List.of(job()), PROOF)).isCompletedWithValue("it is of another model");
        verdict.set(CompletableFuture.failedStage(new IllegalStateException("the blob is away")));
        assertThat(judge.check(List.of(job()), PROOF)).isCompletedExceptionally();

        assertThat(counted("candor_evidence", "kind", "proof", "verdict", "accepted"))
                .isEqualTo(1);
        assertThat(counted("candor_evidence", "kind", "proof", "verdict", "refused"))
                .isEqualTo(1);
        assertThat(counted("candor_evidence", "kind", "proof", "verdict", "unjudged"))
                .isEqualTo(1);
        HistogramSnapshot lag = registry.scrape().stream()
                .filter(HistogramSnapshot.class::isInstance)
                .map(HistogramSnapshot.class::cast)
                .findFirst()
                .orElseThrow();
        assertThat(lag.getDataPoints().getFirst().getCount()).isEqualTo(2);
        assertThat(lag.getDataPoints().getFirst().getSum()).isEqualTo(8);
    }

    @Test
    void countsContradictionsThatHold() {
        figures.register(registry);
        assertThat(judge.contradicted(List.of(job()))).isCompleted();
        assertThat(judge.contradicted(List.of())).isCompleted();
        assertThat(counted("candor_evidence", "kind", "contradiction", "verdict", "held"))
                .isEqualTo(1);
        assertThat(counted("candor_evidence", "kind", "contradiction", "verdict", "upheld"))
                .isEqualTo(1);
    }

    @Test
    void countsWhatTheLedgerMakesOfProofs() {
        figures.register(registry);
        AtomicReference<CompletionStage<Settler.Settled>> word = new AtomicReference<>();
        Settler settler = figures.over(_ -> word.get());
        for (CompletionStage<Settler.Settled> each : List.<CompletionStage<Settler.Settled>>of(
                CompletableFuture.completedStage(new Settler.Settled.Taken()),
                CompletableFuture.completedStage(new Settler.Settled.Left("it is too late")),
                CompletableFuture.failedStage(new IllegalStateException("no ledger answers")))) {
            word.set(each);
            assertThat(settler.settle(job())).isDone();
        }
        for (String outcome : List.of("taken", "left", "later")) {
            assertThat(counted("candor_settlements", "outcome", outcome)).isEqualTo(1);
        }
    }
}
