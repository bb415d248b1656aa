/** Threads inside one proof. */
@NullMarked
package dev.candor.proving.parallel;

import org.jspecify.annotations.NullMarked;
