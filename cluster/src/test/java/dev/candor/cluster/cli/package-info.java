/** The commands, as a terminal sees them. */
@NullMarked
package dev.candor.cluster.cli;

import org.jspecify.annotations.NullMarked;
