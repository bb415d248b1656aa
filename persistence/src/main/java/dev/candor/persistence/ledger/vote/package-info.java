/** Validators, what they sign, and what their signatures amount to. */
@NullMarked
package dev.candor.persistence.ledger.vote;

import org.jspecify.annotations.NullMarked;
