/** The canonical byte form of everything that is hashed, signed or stored. */
@NullMarked
package dev.candor.actors.wire;

import org.jspecify.annotations.NullMarked;
