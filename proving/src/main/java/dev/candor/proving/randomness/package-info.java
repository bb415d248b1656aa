/** Where pads, masks, random coefficients and salts come from. */
@NullMarked
package dev.candor.proving.randomness;

import org.jspecify.annotations.NullMarked;
