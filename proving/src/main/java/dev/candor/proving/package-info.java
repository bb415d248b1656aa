/** The proof system: a library that knows nothing of actors. */
@NullMarked
package dev.candor.proving;

import org.jspecify.annotations.NullMarked;
