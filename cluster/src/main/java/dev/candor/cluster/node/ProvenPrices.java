package dev.candor.cluster.node;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.allowance.AllowanceKeeper;
import dev.candor.persistence.ledger.state.Parameters;
import dev.candor.persistence.ledger.state.StateKey;
import dev.candor.persistence.ledger.state.StateProof.Section;
import dev.candor.persistence.ledger.state.StateView;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Prices of a ledger that others keep. What is asked for is kept, and looked up again ahead of its time while it is in use, so that requests wait for nobody. A price that
 * was announced since holds later than any allowance of now, as long as what is known is no older than {@code fresh}.
 */
final class ProvenPrices implements ModelPrices {
    private static final Logger LOG = LoggerFactory.getLogger(ProvenPrices.class);
    private static final int MOST_AT_ONCE = 256;
    private static final long IN_USE = TimeUnit.MINUTES.toNanos(1);

    private final AllowanceKeeper.Access ledger;
    private final Parameters rules;
    private final long fresh;
    private final LongSupplier nanoTime;
    private final ConcurrentHashMap<Digest, Known> known = new ConcurrentHashMap<>();
    private final Map<Digest, CompletableFuture<Listed>> wanted = new HashMap<>();
    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("candor-prices").daemon().factory());

    private static final class Known {
        private final Listed listed;
        private final long asked;
        private volatile long used;

        Known(Listed listed, long asked, long used) {
            this.listed = listed;
            this.asked = asked;
            this.used = used;
        }
    }

    private ProvenPrices(AllowanceKeeper.Access ledger, Parameters rules, Duration fresh, LongSupplier nanoTime) {
        this.ledger = ledger;
        this.rules = rules;
        this.fresh = fresh.toNanos();
        this.nanoTime = nanoTime;
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        thread.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
    }

    /**
     * Starts.
     *
     * @param fresh how old what is known may be
     */
    static ProvenPrices start(AllowanceKeeper.Access ledger, Parameters rules, Duration fresh, LongSupplier nanoTime) {
        ProvenPrices prices = new ProvenPrices(ledger, rules, fresh, nanoTime);
        long often = Math.max(1, fresh.toMillis() / 3);
        var _ = prices.thread.scheduleWithFixedDelay(prices::refresh, often, often, TimeUnit.MILLISECONDS);
        return prices;
    }

    @Override
    public Parameters rules() {
        return rules;
    }

    @Override
    public Optional<Listed> listed(Digest model) {
        Known found = known.get(model);
        long now = nanoTime.getAsLong();
        if (found == null || now - found.asked > fresh) {
            return Optional.empty();
        }
        found.used = now;
        return Optional.of(found.listed);
    }

    @Override
    public CompletionStage<Listed> lookUp(Digest model) {
        CompletableFuture<Listed> answer;
        synchronized (wanted) {
            answer = wanted.computeIfAbsent(model, _ -> new CompletableFuture<>());
        }
        try {
            thread.execute(this::lookUpWanted);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedStage(unknown("this node stops"));
        }
        return answer;
    }

    private void lookUpWanted() {
        Map<Digest, CompletableFuture<Listed>> now;
        synchronized (wanted) {
            now = Map.copyOf(wanted);
            wanted.clear();
        }
        for (List<Digest> each : parts(now.keySet().stream().toList())) {
            try {
                Map<Digest, Listed> found = lookUp(each, nanoTime.getAsLong());
                found.forEach((model, listed) ->
                        Objects.requireNonNull(now.get(model)).complete(listed));
            } catch (IOException | RuntimeException e) {
                LOG.warn("The ledger proves no prices", e);
                each.forEach(model -> Objects.requireNonNull(now.get(model))
                        .completeExceptionally(unknown(String.valueOf(e.getMessage()))));
            }
        }
    }

    private void refresh() {
        long now = nanoTime.getAsLong();
        known.values().removeIf(each -> now - each.used > IN_USE);
        for (List<Digest> each : parts(known.keySet().stream().toList())) {
            try {
                lookUp(each, nanoTime.getAsLong());
            } catch (IOException | RuntimeException e) {
                LOG.warn("The ledger proves no prices; those that are known hold for a moment yet: {}", e.getMessage());
            }
        }
    }

    private static List<List<Digest>> parts(List<Digest> models) {
        List<List<Digest>> parts = new ArrayList<>();
        for (int from = 0; from < models.size(); from += MOST_AT_ONCE) {
            parts.add(models.subList(from, Math.min(models.size(), from + MOST_AT_ONCE)));
        }
        return parts;
    }

    private Map<Digest, Listed> lookUp(List<Digest> models, long asked) throws IOException {
        StateView state = ledger.look(
                models.stream().map(each -> new StateKey(Section.MODELS, each)).toList(), _ -> true);
        Map<Digest, Listed> found = new HashMap<>();
        for (Digest model : models) {
            Listed listed = new Listed(state.model(model));
            found.put(model, listed);
            known.compute(model, (_, old) -> new Known(listed, asked, old == null ? asked : old.used));
        }
        return found;
    }

    private static RefusedException unknown(String why) {
        return new RefusedException(Refusal.retryable(
                ErrorCode.NOT_READY,
                "what the answer costs is not known, since the ledger's validators do not say: " + why,
                Duration.ofSeconds(1)));
    }

    @Override
    public void close() {
        thread.shutdownNow();
        synchronized (wanted) {
            wanted.values().forEach(each -> each.completeExceptionally(unknown("this node stops")));
            wanted.clear();
        }
    }
}
