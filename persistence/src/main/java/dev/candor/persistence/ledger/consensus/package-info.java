/** QBFT as a pure function of a state and an event: how validators come to agree on blocks. */
@NullMarked
package dev.candor.persistence.ledger.consensus;

import org.jspecify.annotations.NullMarked;
