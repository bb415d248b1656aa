/**
 * The interleaved Reed-Solomon commitment (Ligero; Ames, Hazay, Ishai, Venkitasubramaniam 2017): rows with random coefficients, one
 * proximity test and one linear test over all rows of all roots, with masks over K.
 */
@NullMarked
package dev.candor.proving.commitment;

import org.jspecify.annotations.NullMarked;
