/** Public figures of a ledger: what each final block adds to them, and what they come to. */
@NullMarked
package dev.candor.persistence.ledger.stats;

import org.jspecify.annotations.NullMarked;
