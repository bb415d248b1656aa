/** Authenticated data structures: a sparse Merkle tree with inclusion and exclusion proofs, and an append-only Merkle log. */
@NullMarked
package dev.candor.persistence.ledger.tree;

import org.jspecify.annotations.NullMarked;
