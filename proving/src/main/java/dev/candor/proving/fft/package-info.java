/** Number-theoretic transforms and the Reed-Solomon codes whose words are the rows of a commitment. */
@NullMarked
package dev.candor.proving.fft;

import org.jspecify.annotations.NullMarked;
