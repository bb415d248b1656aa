/**
 * The integer network: what is executed, committed and proven.
 *
 * <p>A network is a graph of {@linkplain dev.candor.proving.network.Layer layers}. Its public part, the
 * {@link dev.candor.proving.network.Architecture}, says shapes, shifts and clamps and has one canonical encoding, the
 * {@link dev.candor.proving.network.Descriptor}; its hidden part is the {@link dev.candor.proving.network.Parameters}. Both make an
 * {@link dev.candor.proving.network.IntegerNetwork}, which refuses parameters that could overflow on some input, and which
 * {@link dev.candor.proving.network.ReferenceExecution} runs in exact 64-bit arithmetic. Nothing here knows of finite fields.
 *
 * <h2>Integers</h2>
 *
 * All values are integers. Values of a graph are of two kinds, which only differ in the range that the architecture guarantees:
 *
 * <ul>
 *   <li><em>activations</em>: within [-2^15, 2^15), what the network's input, requantise, ReLU and pooling produce;
 *   <li><em>accumulators</em>: within (-2^59, 2^59), what dense, convolution, sum pooling and addition produce.
 * </ul>
 *
 * Only activations are multiplied by weights. Weights lie in [-127, 127], biases in [-2^31, 2^31). All public ranges are worst cases
 * over <em>every</em> choice of parameters in these ranges and every input in the input's range, so they hold of any parameters whose
 * ranges are proven. That the result before a clamp fits 16 bits is the one range that depends on the true parameters; see
 * {@link dev.candor.proving.network.Layer.Requantise}.
 */
@NullMarked
package dev.candor.proving.network;

import org.jspecify.annotations.NullMarked;
