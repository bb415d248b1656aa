/** A partition's old events as sealed segments in the blob store: written, read in their place before the journal's rows, and only then taken out of the journal. */
@NullMarked
package dev.candor.persistence.seal;

import org.jspecify.annotations.NullMarked;
