package dev.candor.persistence.genesis;

import dev.candor.persistence.control.ControlStore;
import dev.candor.persistence.control.ControlStore.Versioned;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Reads the genesis record, or writes it where there is none, and holds a node against it. Thread-safe. */
public final class GenesisStore {
    private static final String KEY = "genesis";

    private final ControlStore control;

    /** Keeps the record in {@code control}. */
    public GenesisStore(ControlStore control) {
        this.control = control;
    }

    /**
     * The genesis record of this network: {@code wanted} if the network begins now, else the one that is there.
     *
     * @param wanted what this node is configured for; its time counts only if it becomes the record
     * @return fails with {@link GenesisMismatchException} where the record says otherwise
     */
    public CompletionStage<Genesis> agree(Genesis wanted) {
        return control.read(KEY)
                .thenCompose(found -> found.isPresent()
                        ? CompletableFuture.completedStage(held(found.get(), wanted))
                        : control.compareAndSet(KEY, 0, wanted.encode())
                                .thenCompose(won -> won
                                        ? CompletableFuture.completedStage(wanted)
                                        : control.read(KEY).thenApply(other -> held(orFail(other), wanted))));
    }

    /** The genesis record, if the network has begun. */
    public CompletionStage<Optional<Genesis>> find() {
        return control.read(KEY).thenApply(found -> found.map(record -> Genesis.decode(record.value())));
    }

    private static Versioned orFail(Optional<Versioned> record) {
        return record.orElseThrow(() -> new IllegalStateException("the genesis record was there and is gone"));
    }

    private static Genesis held(Versioned record, Genesis wanted) {
        Genesis genesis = Genesis.decode(record.value());
        if (!genesis.network().equals(wanted.network())) {
            throw new GenesisMismatchException("This journal belongs to the network \"" + genesis.network()
                    + "\", but the node is configured for \"" + wanted.network()
                    + "\": set candor.node.network to the former, or give the node another journal.");
        }
        if (genesis.partitions() != wanted.partitions()) {
            throw new GenesisMismatchException("The network \"" + genesis.network() + "\" began with "
                    + genesis.partitions()
                    + " partitions, but the node is configured for " + wanted.partitions()
                    + ": the number never changes; set candor.node.partitions to " + genesis.partitions() + ".");
        }
        if (!genesis.pseudonymKey().equals(wanted.pseudonymKey())) {
            throw new GenesisMismatchException(
                    "The network \"" + genesis.network() + "\" began with the pseudonym key of digest "
                            + genesis.pseudonymKey() + ", but the node has the key of digest " + wanted.pseudonymKey()
                            + ": give it the network's own key, or no idempotency key would be recognised.");
        }
        return genesis;
    }
}
