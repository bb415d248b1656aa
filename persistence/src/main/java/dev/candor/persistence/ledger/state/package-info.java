/** What the ledger holds, its canonical bytes and its root. */
@NullMarked
package dev.candor.persistence.ledger.state;

import org.jspecify.annotations.NullMarked;
