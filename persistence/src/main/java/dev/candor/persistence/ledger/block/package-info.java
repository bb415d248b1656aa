/** Blocks and the partitions' events behind them, and their canonical bytes. */
@NullMarked
package dev.candor.persistence.ledger.block;

import org.jspecify.annotations.NullMarked;
