package dev.candor.persistence.ledger.state;

import dev.candor.actors.value.Digest;
import java.util.Optional;

/** What somebody knows of the state after a block: all of it, or what was proven to him. Immutable. */
public interface StateView {
    /** Digest of the ledger's genesis record. */
    Digest chain();

    /** Of the block. */
    long height();

    /** Of the block, milliseconds since 1970-01-01 UTC. */
    long time();

    /** An account; empty where the ledger knows none. */
    Optional<Account> account(Digest id);

    /** A model by its content id; empty where it is not registered. */
    Optional<ModelEntry> model(Digest contentId);

    /** A node by its key id; empty where it is not registered. */
    Optional<NodeEntry> node(Digest keyId);

    /** An allowance; empty where there is none, or none any more. */
    Optional<Lease> lease(Digest id);
}
