package dev.candor.cluster.node;

import dev.candor.actors.gateway.Admission;
import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.receipt.SigningKey;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.allowance.AllowanceBook;
import dev.candor.persistence.ledger.allowance.AllowanceKeeper;
import dev.candor.persistence.ledger.allowance.AllowanceSettings;
import dev.candor.persistence.ledger.allowance.Hold;
import dev.candor.persistence.ledger.state.LedgerState;
import dev.candor.persistence.ledger.state.ModelEntry;
import dev.candor.persistence.ledger.state.Parameters;
import dev.candor.persistence.ledger.tx.Transaction;
import dev.candor.persistence.ledger.validator.Validator;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/** Admits requests against allowances that this node leases from its ledger, at the highest price that a receipt of now may be charged. */
final class NodeAllowances implements Admission, AutoCloseable {
    private final Validator validator;
    private final AllowanceSettings settings;
    private final AllowanceBook book;
    private final AllowanceKeeper keeper;
    private final LongSupplier wallMillis;

    private NodeAllowances(
            Validator validator,
            AllowanceSettings settings,
            AllowanceBook book,
            AllowanceKeeper keeper,
            LongSupplier wallMillis) {
        this.validator = validator;
        this.settings = settings;
        this.book = book;
        this.keeper = keeper;
        this.wallMillis = wallMillis;
    }

    /**
     * Starts.
     *
     * @param key this node's, to which the ledger gives the role GATEWAY
     */
    static NodeAllowances start(Validator validator, AllowanceSettings settings, SigningKey key) {
        AllowanceBook book = new AllowanceBook(settings, System::currentTimeMillis);
        AllowanceKeeper.Access access = new AllowanceKeeper.Access() {
            @Override
            public LedgerState state() {
                return validator.ledger();
            }

            @Override
            public CompletionStage<Long> submit(Transaction.Signed transaction) {
                return validator.submit(transaction);
            }
        };
        AllowanceKeeper keeper = AllowanceKeeper.start(
                book, settings, access, key.publicKey().raw(), key::sign, System::currentTimeMillis);
        return new NodeAllowances(validator, settings, book, keeper, System::currentTimeMillis);
    }

    @Override
    public Optional<Reservation> reserve(Digest caller, ModelRef model, VerificationMode mode) {
        long price = price(model, mode);
        if (price == 0) {
            return Optional.of(Reservation.NOTHING);
        }
        return book.take(caller, price).map(NodeAllowances::reservation);
    }

    @Override
    public CompletionStage<Reservation> await(Digest caller, ModelRef model, VerificationMode mode) {
        CompletableFuture<Reservation> answer = new CompletableFuture<>();
        book.await(caller, price(model, mode)).whenComplete((hold, failure) -> {
            if (failure == null) {
                answer.complete(reservation(hold));
            } else {
                answer.completeExceptionally(failure);
            }
        });
        return answer;
    }

    private static Reservation reservation(Hold hold) {
        return hold::release;
    }

    /** Prices change while a request is on its way: whatever may hold when its receipt comes into a block is covered. */
    private long price(ModelRef model, VerificationMode mode) {
        LedgerState state = validator.ledger();
        Parameters rules = state.parameters();
        Optional<ModelEntry> entry = state.models().get(model.contentId());
        if (entry.isEmpty()) {
            return rules.defaultPrices().total(mode).units();
        }
        long now = wallMillis.getAsLong();
        long change = entry.get().nextFrom();
        long before = entry.get().prices().total(mode).units();
        long after = entry.get().nextPrices().total(mode).units();
        if (change > now + settings.lease().toMillis() + rules.leaseGrace()) {
            return before;
        }
        return change <= now - rules.leaseGrace() ? after : Math.max(before, after);
    }

    /** Gives back what is not used. The gateway admits nothing any more. */
    @Override
    public void close() {
        keeper.close();
    }
}
