/** Sum-checks whose messages stay hidden: what each round leaves is an affine form. */
@NullMarked
package dev.candor.proving.sumcheck;

import org.jspecify.annotations.NullMarked;
