package dev.candor.persistence.ledger.state;

import dev.candor.actors.value.Digest;

/**
 * A place in a state.
 *
 * @param section the tree
 * @param key in it
 */
public record StateKey(StateProof.Section section, Digest key) {}
