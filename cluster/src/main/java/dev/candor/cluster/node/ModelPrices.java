package dev.candor.cluster.node;

import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.state.ModelEntry;
import dev.candor.persistence.ledger.state.Parameters;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** What the ledger says of models' prices. Thread-safe; nothing here blocks. */
interface ModelPrices extends AutoCloseable {
    /** The rules of the money, which never change. */
    Parameters rules();

    /** What was said lately; empty where it has to be looked up. */
    Optional<Listed> listed(Digest model);

    /** Looks it up; fails with a {@link RefusedException} where nobody answers. */
    CompletionStage<Listed> lookUp(Digest model);

    @Override
    default void close() {}

    /**
     * What the ledger says of a model.
     *
     * @param entry empty where it is not registered, so that the rules' prices hold
     */
    record Listed(Optional<ModelEntry> entry) {}
}
