/** The ledger: a pure state machine over certified blocks, whose state anyone can recompute. */
@NullMarked
package dev.candor.persistence.ledger;

import org.jspecify.annotations.NullMarked;
