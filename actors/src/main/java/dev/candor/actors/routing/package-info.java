/** The seams between gateway, lanes and partitions. */
@NullMarked
package dev.candor.actors.routing;

import org.jspecify.annotations.NullMarked;
