/** A node's executors and lanes, and what other nodes hear of them. */
@NullMarked
package dev.candor.actors.host;

import org.jspecify.annotations.NullMarked;
