package dev.candor.cluster.proof;

import dev.candor.actors.model.ModelCatalog;
import dev.candor.actors.model.ModelView;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.proof.ProofJobs;
import dev.candor.persistence.proof.Provers;
import dev.candor.proving.budget.BudgetException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.jspecify.annotations.Nullable;

/**
 * One prover: registers itself, hears offers, pulls one batch at a time when it is idle and renews its lease while its thread proves. When nobody offers anything
 * it prepares commitments. It keeps no work: what it loses when it dies, the jobs' lease gives to another.
 */
public final class ProverActor extends AbstractBehavior<Provers.Message> {
    private static final long PULL_LIMIT = TimeUnit.SECONDS.toNanos(5);

    private record Tick() implements Provers.Message {}

    private record Ended(Provers.Work work, ProverBench.Outcome outcome) implements Provers.Message {}

    private record Prepared(Digest contentId, Optional<String> problem) implements Provers.Message {}

    private final String name;
    private final ProverBench bench;
    private final ExecutorService thread;
    private final ModelCatalog catalog;
    private final Map<Integer, ActorRef<ProofJobs.Command>> offers = new LinkedHashMap<>();
    private final Map<Digest, Integer> failures = new LinkedHashMap<>();
    private Provers.@Nullable Work work;
    private boolean preparing;
    private long pulledAt;
    private boolean pulling;

    private ProverActor(
            ActorContext<Provers.Message> context,
            String name,
            ProverBench bench,
            ExecutorService thread,
            ModelCatalog catalog) {
        super(context);
        this.name = name;
        this.bench = bench;
        this.thread = thread;
        this.catalog = catalog;
    }

    /**
     * A prover.
     *
     * @param thread its only one, of low priority; ended with the prover
     */
    static Behavior<Provers.Message> create(
            String name, ProverBench bench, ExecutorService thread, ModelCatalog catalog, ProverSettings settings) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            timers.startTimerWithFixedDelay(new Tick(), java.time.Duration.ZERO, settings.renewEvery());
            context.getSystem().receptionist().tell(Receptionist.register(Provers.KEY, context.getSelf()));
            return new ProverActor(context, name, bench, thread, catalog);
        }));
    }

    @Override
    public Receive<Provers.Message> createReceive() {
        return newReceiveBuilder()
                .onMessage(Provers.Offer.class, this::onOffer)
                .onMessage(Provers.NoWork.class, this::onNoWork)
                .onMessage(Provers.Work.class, this::onWork)
                .onMessage(Ended.class, this::onEnded)
                .onMessage(Prepared.class, this::onPrepared)
                .onMessage(Tick.class, tick -> onTick())
                .onSignal(PostStop.class, signal -> onStop())
                .build();
    }

    private Behavior<Provers.Message> onOffer(Provers.Offer offer) {
        offers.put(offer.slice(), offer.from());
        pull();
        return this;
    }

    private Behavior<Provers.Message> onNoWork(Provers.NoWork none) {
        pulling = false;
        pull();
        return this;
    }

    private void pull() {
        if (work != null || preparing || pulling || offers.isEmpty()) {
            return;
        }
        Map.Entry<Integer, ActorRef<ProofJobs.Command>> next =
                offers.entrySet().iterator().next();
        offers.remove(next.getKey());
        pulling = true;
        pulledAt = System.nanoTime();
        next.getValue().tell(new ProofJobs.Pull(name, getContext().getSelf()));
    }

    private Behavior<Provers.Message> onWork(Provers.Work given) {
        pulling = false;
        if (work != null || preparing) {
            // It answers a pull that was given up: somebody else shall have it at once.
            given.from().tell(new ProofJobs.GiveUp(given.lease(), name + " is busy"));
            return this;
        }
        work = given;
        getContext()
                .pipeToSelf(
                        CompletableFuture.supplyAsync(() -> bench.prove(given.jobs()), thread),
                        (outcome, failure) -> new Ended(
                                given,
                                failure == null
                                        ? outcome
                                        : new ProverBench.Outcome.Failed(name + " failed: " + failure.getMessage())));
        return this;
    }

    private Behavior<Provers.Message> onEnded(Ended ended) {
        work = null;
        Provers.Work done = ended.work();
        done.from()
                .tell(
                        switch (ended.outcome()) {
                            case ProverBench.Outcome.Made made -> new ProofJobs.Deliver(done.lease(), made.proof());
                            case ProverBench.Outcome.Contradiction(var instead) ->
                                new ProofJobs.Contradict(done.lease(), instead);
                            case ProverBench.Outcome.Failed failed ->
                                new ProofJobs.GiveUp(done.lease(), failed.reason());
                        });
        // There may be more where this came from.
        offers.putIfAbsent(done.slice(), done.from());
        pull();
        return this;
    }

    private Behavior<Provers.Message> onTick() {
        Provers.Work current = work;
        if (current != null) {
            current.from().tell(new ProofJobs.Renew(current.lease()));
        }
        if (pulling && System.nanoTime() - pulledAt > PULL_LIMIT) {
            pulling = false;
        }
        pull();
        if (work == null && !pulling && !preparing) {
            prepare();
        }
        return this;
    }

    /** The next exact model without a commitment, or with few openings left. A model that cannot be prepared is tried less and less often. */
    private void prepare() {
        Queue<Digest> models = new ArrayDeque<>(catalog.all().stream()
                .flatMap(view -> view.versions().values().stream())
                .filter(each -> each.enabled() && each.spec().exact().isPresent())
                .map(ModelView.Registered::contentId)
                .distinct()
                .toList());
        preparing = true;
        CompletableFuture<Prepared> prepared = CompletableFuture.supplyAsync(() -> prepareOne(models), thread);
        getContext()
                .pipeToSelf(
                        prepared,
                        (done, failure) -> failure == null
                                ? done
                                : new Prepared(Digest.ZERO, Optional.of(String.valueOf(failure.getMessage()))));
    }

    private Prepared prepareOne(Queue<Digest> models) {
        for (Digest contentId : models) {
            if (!bench.isReady(contentId) && !unprovable(contentId)) {
                try {
                    bench.prepare(contentId);
                    return new Prepared(contentId, Optional.empty());
                } catch (IOException | BudgetException | RuntimeException e) {
                    return new Prepared(contentId, Optional.of(String.valueOf(e.getMessage())));
                }
            }
        }
        return new Prepared(Digest.ZERO, Optional.empty());
    }

    private boolean unprovable(Digest contentId) {
        synchronized (failures) {
            return failures.getOrDefault(contentId, 0) >= 3;
        }
    }

    private Behavior<Provers.Message> onPrepared(Prepared prepared) {
        preparing = false;
        prepared.problem().ifPresent(problem -> {
            getContext().getLog().warn("{} cannot prepare a commitment to {}: {}", name, prepared.contentId(), problem);
            synchronized (failures) {
                failures.merge(prepared.contentId(), 1, Integer::sum);
            }
        });
        pull();
        return this;
    }

    private Behavior<Provers.Message> onStop() {
        thread.execute(bench::close);
        thread.shutdown();
        return this;
    }
}
