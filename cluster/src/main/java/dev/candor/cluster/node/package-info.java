/** A node: its settings, its parts, their wiring. */
@NullMarked
package dev.candor.cluster.node;

import org.jspecify.annotations.NullMarked;
