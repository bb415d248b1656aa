/** Figures that a node keeps of itself. */
@NullMarked
package dev.candor.actors.metrics;

import org.jspecify.annotations.NullMarked;
