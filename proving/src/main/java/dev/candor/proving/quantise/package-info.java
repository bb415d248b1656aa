/**
 * From a trained network and calibration samples to an integer network, with a report of what that costs. Everything is computed in a
 * fixed order with {@link java.lang.StrictMath} or plain double arithmetic, so the same model, samples and options give the same
 * descriptor and the same weights on every machine. There is no search: scales follow from the samples' extremes and from worst cases.
 */
@NullMarked
package dev.candor.proving.quantise;

import org.jspecify.annotations.NullMarked;
