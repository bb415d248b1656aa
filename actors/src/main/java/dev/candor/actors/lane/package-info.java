/** The queue of one model version on one node, and what happens to its batches after the device. */
@NullMarked
package dev.candor.actors.lane;

import org.jspecify.annotations.NullMarked;
