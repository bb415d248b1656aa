/** How messages between nodes are written as CBOR. */
@NullMarked
package dev.candor.actors.serialization;

import org.jspecify.annotations.NullMarked;
