package dev.candor.cluster.validator;

import dev.candor.actors.value.Bytes;
import dev.candor.persistence.ledger.allowance.AllowanceKeeper;
import dev.candor.persistence.ledger.state.StateKey;
import dev.candor.persistence.ledger.state.StateView;
import dev.candor.persistence.ledger.tx.Transaction;
import dev.candor.persistence.ledger.vote.ValidatorSet;
import dev.candor.persistence.ledger.wire.Holdings;
import dev.candor.persistence.ledger.wire.Submitted;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * What the ledger holds, from validators of which none is believed. Each proves what it says against a block that a quorum certified, so a validator that lies can only
 * say what was so once; of as many answers as hold one that is not of a liar, the latest is taken. Transactions are handed to as many. Thread-safe.
 */
public final class StateClient implements AllowanceKeeper.Access, AutoCloseable {
    private static final Duration IN_A_BLOCK = Duration.ofSeconds(20);
    private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final FinalityClient validators;
    private final Duration limit;
    private final Duration answer;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger turn = new AtomicInteger();

    /**
     * Asks those whom {@code validators} asks.
     *
     * @param limit how long what is not so yet is waited for
     * @param answer how long one validator may take for an answer
     */
    public StateClient(FinalityClient validators, Duration limit, Duration answer) {
        this.validators = validators;
        this.limit = limit;
        this.answer = answer;
    }

    @Override
    public StateView look(List<StateKey> keys, Predicate<StateView> enough) throws IOException {
        List<StateKey> wanted = Holdings.bounded(keys);
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            Map<Bytes, StateView> proven = new HashMap<>();
            ValidatorSet committee = validators.committee();
            int needed = committee.faults() + 1;
            Optional<Throwable> failure = Poll.of(
                    validators.members(), validator -> validators.prove(validator, wanted, answer), (key, state) -> {
                        proven.put(key, state);
                        return latest(proven, needed).filter(enough).isPresent();
                    });
            Optional<StateView> latest = latest(proven, needed);
            if (latest.filter(enough).isPresent()) {
                return latest.get();
            }
            if (System.nanoTime() - end >= 0) {
                String why = latest.isPresent()
                        ? "what is waited for is not so at block "
                                + latest.get().height()
                        : needed + " of " + committee.size() + " validators are to prove what the ledger holds; "
                                + proven.size() + " did";
                throw failure.map(cause -> new IOException(why + "; " + cause.getMessage(), cause))
                        .orElseGet(() -> new IOException(why));
            }
            LockSupport.parkNanos(AGAIN_NANOS);
        }
    }

    private static Optional<StateView> latest(Map<Bytes, StateView> proven, int needed) {
        return proven.size() < needed
                ? Optional.empty()
                : proven.values().stream().max(Comparator.comparingLong(StateView::height));
    }

    /** What validators say of it is not proven: {@link #look} tells. Fails where all say that it is refused, or do not answer. */
    @Override
    public CompletionStage<Long> submit(Transaction.Signed transaction) {
        List<LedgerClient> members = validators.members();
        int asked = Math.min(members.size(), validators.committee().faults() + 1);
        int first = turn.getAndIncrement();
        List<CompletableFuture<Long>> said = new ArrayList<>();
        for (int i = 0; i < asked; i++) {
            LedgerClient validator = members.get(Math.floorMod(first + i, members.size()));
            said.add(CompletableFuture.supplyAsync(() -> included(validator, transaction), threads));
        }
        CompletableFuture<Long> any = new CompletableFuture<>();
        for (CompletableFuture<Long> each : said) {
            var _ = each.thenAccept(any::complete);
        }
        var _ = CompletableFuture.allOf(said.toArray(CompletableFuture[]::new)).whenComplete((_, failure) -> {
            if (failure != null) {
                // Of the last to come this may hear before the one above does.
                said.stream()
                        .filter(each -> !each.isCompletedExceptionally())
                        .findFirst()
                        .ifPresentOrElse(each -> any.complete(each.join()), () -> any.completeExceptionally(failure));
            } else if (said.isEmpty()) {
                any.completeExceptionally(new IOException("none of the validators is known to this node"));
            }
        });
        return any;
    }

    private static long included(LedgerClient validator, Transaction.Signed transaction) {
        try {
            return switch (validator.submit(transaction, IN_A_BLOCK)) {
                case Submitted.Included(long height) -> height;
                case Submitted.Refused(String why) ->
                    throw new CompletionException(new IOException("validator " + validator.peer() + " says: " + why));
            };
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    /** Waits for nothing. Who is asked stays open. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
