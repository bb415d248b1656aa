/** The store of answers beside the journal. */
@NullMarked
package dev.candor.persistence.answers;

import org.jspecify.annotations.NullMarked;
