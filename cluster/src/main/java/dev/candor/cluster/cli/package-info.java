/** The command line. */
@NullMarked
package dev.candor.cluster.cli;

import org.jspecify.annotations.NullMarked;
