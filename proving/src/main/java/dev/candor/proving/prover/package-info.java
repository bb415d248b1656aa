/** The prover. What it holds is secret: nothing here logs, prints or stores. */
@NullMarked
package dev.candor.proving.prover;

import org.jspecify.annotations.NullMarked;
