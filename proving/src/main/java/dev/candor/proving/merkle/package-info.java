/** Merkle trees over salted columns, with batched openings. */
@NullMarked
package dev.candor.proving.merkle;

import org.jspecify.annotations.NullMarked;
