/** A small client of a node's REST endpoint, for the command line and the demo. */
@NullMarked
package dev.candor.cluster.client;

import org.jspecify.annotations.NullMarked;
