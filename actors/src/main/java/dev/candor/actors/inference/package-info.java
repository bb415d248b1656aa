/** A request, its identity, its one outcome. */
@NullMarked
package dev.candor.actors.inference;

import org.jspecify.annotations.NullMarked;
