/** What validators, and those who ask them, say over a network: canonical bytes with bounds. */
@NullMarked
package dev.candor.persistence.ledger.wire;

import org.jspecify.annotations.NullMarked;
