/** Tensors too large for a message: kept where they arrived and fetched in pieces by the node that runs them. */
@NullMarked
package dev.candor.actors.payload;

import org.jspecify.annotations.NullMarked;
