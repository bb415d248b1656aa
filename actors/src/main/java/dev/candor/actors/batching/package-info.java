/** How waiting requests become batches: pure decisions under an injected clock. */
@NullMarked
package dev.candor.actors.batching;

import org.jspecify.annotations.NullMarked;
