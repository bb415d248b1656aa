/** Doubles for tests of this module and of those above it. */
@NullMarked
package dev.candor.actors.testing;

import org.jspecify.annotations.NullMarked;
