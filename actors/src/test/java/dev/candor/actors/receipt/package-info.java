/** Receipts, their attacks, and the mutants that the attacks must catch. */
@NullMarked
package dev.candor.actors.receipt;

import org.jspecify.annotations.NullMarked;
