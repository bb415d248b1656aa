package dev.candor.cluster.node;

import dev.candor.actors.value.Digest;
import dev.candor.actors.value.RequestId;
import dev.candor.cluster.proof.ProofNode;
import dev.candor.persistence.proof.JobState;
import dev.candor.persistence.proof.ProofChecker;
import dev.candor.persistence.proof.ProofRef;
import dev.candor.persistence.proof.Settler;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/** How far verification lags behind answers, and what became of the evidence, for {@code /metrics}. Stands before those who judge and settle. Thread-safe. */
final class VerificationFigures {
    private static final int SHORT_ID = 12;

    private final LongSupplier wallMillis;
    private final Histogram lag = Histogram.builder()
            .name("candor_verification_lag_seconds")
            .help("Time from the wish for a proof to its verification, by mode")
            .labelNames("mode")
            .classicOnly()
            .classicExponentialUpperBounds(0.125, 2, 16)
            .build();
    private final Counter evidence = Counter.builder()
            .name("candor_evidence_total")
            .help("Evidence that was judged on this node, by kind and verdict")
            .labelNames("kind", "verdict")
            .build();
    private final Counter settlements = Counter.builder()
            .name("candor_settlements_total")
            .help("Verified proofs that were taken to the ledger, by what it made of them")
            .labelNames("outcome")
            .build();

    VerificationFigures(LongSupplier wallMillis) {
        this.wallMillis = wallMillis;
        lag.initLabelValues("zkml");
        List.of("accepted", "refused", "unjudged").forEach(verdict -> evidence.initLabelValues("proof", verdict));
        List.of("held", "upheld").forEach(verdict -> evidence.initLabelValues("contradiction", verdict));
        List.of("taken", "left", "later").forEach(settlements::initLabelValues);
    }

    /** Shows the figures in {@code registry}. */
    void register(PrometheusRegistry registry) {
        registry.register(lag);
        registry.register(evidence);
        registry.register(settlements);
    }

    /** Shows how many proofs each prover of this node may still make under its commitments. */
    static void openings(PrometheusRegistry registry, ProofNode proofs) {
        GaugeWithCallback.builder()
                .name("candor_prover_openings_left")
                .help("Proofs that a prover may still make under its commitment to a model, before it makes the next")
                .labelNames("prover", "model")
                .callback(gauge -> proofs.openingsLeft()
                        .forEach((prover, models) -> models.forEach((model, left) ->
                                gauge.call(left, prover, model.toHex().substring(0, SHORT_ID)))))
                .register(registry);
    }

    /** The same judge, seen. */
    ProofChecker over(ProofChecker judge) {
        return new ProofChecker() {
            @Override
            public CompletionStage<String> check(List<JobState> jobs, ProofRef proof) {
                return judge.check(jobs, proof).whenComplete((problem, failure) -> judged(jobs, problem, failure));
            }

            @Override
            public CompletionStage<List<RequestId>> contradicted(List<JobState> jobs) {
                return judge.contradicted(jobs).whenComplete((wrong, failure) -> {
                    if (failure == null) {
                        evidence.labelValues("contradiction", wrong.isEmpty() ? "upheld" : "held")
                                .inc();
                    }
                });
            }

            @Override
            public void forget(Digest exchange) {
                judge.forget(exchange);
            }
        };
    }

    private void judged(List<JobState> jobs, String problem, Throwable failure) {
        if (failure != null) {
            evidence.labelValues("proof", "unjudged").inc();
        } else if (problem.isEmpty()) {
            evidence.labelValues("proof", "accepted").inc();
            long now = wallMillis.getAsLong();
            for (JobState each : jobs) {
                lag.labelValues("zkml").observe(Math.max(0, now - each.job().askedAt()) / 1e3);
            }
        } else {
            evidence.labelValues("proof", "refused").inc();
        }
    }

    /** The same settler, seen. */
    Settler over(Settler settler) {
        return job -> settler.settle(job).whenComplete((settled, failure) -> {
            String outcome = failure != null
                    ? "later"
                    : switch (settled) {
                        case Settler.Settled.Taken _ -> "taken";
                        case Settler.Settled.Left _ -> "left";
                    };
            settlements.labelValues(outcome).inc();
        });
    }
}
