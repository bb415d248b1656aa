/** The way in: validation against the model, limits, deadlines, one outcome a request. */
@NullMarked
package dev.candor.actors.gateway;

import org.jspecify.annotations.NullMarked;
