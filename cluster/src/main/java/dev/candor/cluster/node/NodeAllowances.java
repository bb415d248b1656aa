package dev.candor.cluster.node;

import dev.candor.actors.gateway.Admission;
import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.receipt.SigningKey;
import dev.candor.actors.value.Digest;
import dev.candor.cluster.node.ModelPrices.Listed;
import dev.candor.persistence.ledger.allowance.AllowanceBook;
import dev.candor.persistence.ledger.allowance.AllowanceKeeper;
import dev.candor.persistence.ledger.allowance.AllowanceSettings;
import dev.candor.persistence.ledger.allowance.Hold;
import dev.candor.persistence.ledger.state.ModelEntry;
import dev.candor.persistence.ledger.state.Parameters;
import dev.candor.persistence.ledger.state.StateKey;
import dev.candor.persistence.ledger.state.StateView;
import dev.candor.persistence.ledger.tx.Transaction;
import dev.candor.persistence.ledger.validator.Validator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/** Admits requests against allowances that this node leases from the ledger, at the highest price that a receipt of now may be charged. */
final class NodeAllowances implements Admission, AutoCloseable {
    private final ModelPrices prices;
    private final AllowanceSettings settings;
    private final AllowanceBook book;
    private final AllowanceKeeper keeper;
    private final LongSupplier wallMillis;

    private NodeAllowances(
            ModelPrices prices,
            AllowanceSettings settings,
            AllowanceBook book,
            AllowanceKeeper keeper,
            LongSupplier wallMillis) {
        this.prices = prices;
        this.settings = settings;
        this.book = book;
        this.keeper = keeper;
        this.wallMillis = wallMillis;
    }

    /**
     * Starts with this node's own validator.
     *
     * @param key this node's, to which the ledger gives the role GATEWAY
     */
    static NodeAllowances start(Validator validator, AllowanceSettings settings, SigningKey key) {
        AllowanceKeeper.Access access = new AllowanceKeeper.Access() {
            @Override
            public StateView look(List<StateKey> keys, Predicate<StateView> enough) {
                return validator.ledger();
            }

            @Override
            public CompletionStage<Long> submit(Transaction.Signed transaction) {
                return validator.submit(transaction);
            }
        };
        ModelPrices prices = new ModelPrices() {
            @Override
            public Parameters rules() {
                return validator.ledger().parameters();
            }

            @Override
            public Optional<Listed> listed(Digest model) {
                return Optional.of(new Listed(validator.ledger().models().get(model)));
            }

            @Override
            public CompletionStage<Listed> lookUp(Digest model) {
                return CompletableFuture.completedStage(
                        new Listed(validator.ledger().models().get(model)));
            }
        };
        return start(access, prices, settings, key);
    }

    /**
     * Starts.
     *
     * @param prices closed with this
     * @param key this node's, to which the ledger gives the role GATEWAY
     */
    static NodeAllowances start(
            AllowanceKeeper.Access ledger, ModelPrices prices, AllowanceSettings settings, SigningKey key) {
        AllowanceBook book = new AllowanceBook(settings, System::currentTimeMillis);
        AllowanceKeeper keeper = AllowanceKeeper.start(
                book, settings, ledger, key.publicKey().raw(), key::sign, System::currentTimeMillis);
        return new NodeAllowances(prices, settings, book, keeper, System::currentTimeMillis);
    }

    @Override
    public Optional<Reservation> reserve(Digest caller, ModelRef model, VerificationMode mode) {
        return prices.listed(model.contentId()).flatMap(listed -> {
            long price = price(listed, mode);
            return price == 0
                    ? Optional.of(Reservation.NOTHING)
                    : book.take(caller, price).map(NodeAllowances::reservation);
        });
    }

    @Override
    public CompletionStage<Reservation> await(Digest caller, ModelRef model, VerificationMode mode) {
        CompletableFuture<Reservation> answer = new CompletableFuture<>();
        prices.listed(model.contentId())
                .<CompletionStage<Listed>>map(CompletableFuture::completedStage)
                .orElseGet(() -> prices.lookUp(model.contentId()))
                .whenComplete((listed, failure) -> {
                    if (failure == null) {
                        await(caller, price(listed, mode), answer);
                    } else {
                        answer.completeExceptionally(failure);
                    }
                });
        return answer;
    }

    private void await(Digest caller, long price, CompletableFuture<Reservation> answer) {
        if (price == 0) {
            answer.complete(Reservation.NOTHING);
            return;
        }
        book.await(caller, price).whenComplete((hold, failure) -> {
            if (failure == null) {
                answer.complete(reservation(hold));
            } else {
                answer.completeExceptionally(failure);
            }
        });
    }

    private static Reservation reservation(Hold hold) {
        return hold::release;
    }

    /** Prices change while a request is on its way: whatever may hold when its receipt comes into a block is covered. */
    private long price(Listed listed, VerificationMode mode) {
        Parameters rules = prices.rules();
        if (listed.entry().isEmpty()) {
            return rules.defaultPrices().total(mode).units();
        }
        ModelEntry entry = listed.entry().get();
        long now = wallMillis.getAsLong();
        long change = entry.nextFrom();
        long before = entry.prices().total(mode).units();
        long after = entry.nextPrices().total(mode).units();
        if (change > now + settings.lease().toMillis() + rules.leaseGrace()) {
            return before;
        }
        return change <= now - rules.leaseGrace() ? after : Math.max(before, after);
    }

    /** Gives back what is not used. The gateway admits nothing any more. */
    @Override
    public void close() {
        keeper.close();
        prices.close();
    }
}
