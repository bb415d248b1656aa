/** Protocol of the actors, pure deciders, batcher, executor, limiter. No cluster, no journal. */
@NullMarked
package dev.candor.actors;

import org.jspecify.annotations.NullMarked;
