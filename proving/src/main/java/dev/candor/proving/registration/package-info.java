/**
 * What is proven of a model's commitment itself: that its cells are weights and biases (registration, at epoch 0), and that a new commitment
 * holds the same cells as the one before (roll-over).
 */
@NullMarked
package dev.candor.proving.registration;

import org.jspecify.annotations.NullMarked;
