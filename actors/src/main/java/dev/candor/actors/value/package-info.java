/** Values that everything shares: bytes, digests, ids, deadlines. */
@NullMarked
package dev.candor.actors.value;

import org.jspecify.annotations.NullMarked;
