/** Tensors as the Open Inference Protocol has them. */
@NullMarked
package dev.candor.actors.tensor;

import org.jspecify.annotations.NullMarked;
