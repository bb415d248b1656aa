/** Believing a block by its certificate, without the state. */
@NullMarked
package dev.candor.persistence.ledger.light;

import org.jspecify.annotations.NullMarked;
