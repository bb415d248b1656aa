/** Transactions and evidence, and their canonical bytes. */
@NullMarked
package dev.candor.persistence.ledger.tx;

import org.jspecify.annotations.NullMarked;
