package dev.candor.persistence.ledger.wire;

import dev.candor.actors.value.Digest;
import java.util.Optional;

/**
 * Where a validator says that it stands. Nothing in it is signed: it tells whom to ask, and is never proof of anything.
 *
 * @param chain digest of the ledger's genesis record
 * @param height of its last final block
 * @param block hash of that block; the chain's digest where there is none
 * @param root of the state after it
 * @param time of that block, milliseconds since 1970-01-01 UTC
 * @param halted why it stopped for good, if it did
 */
public record Standing(Digest chain, long height, Digest block, Digest root, long time, Optional<String> halted) {}
