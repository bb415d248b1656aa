/** Executions of a committed model, from integers to proofs. */
@NullMarked
package dev.candor.proving.execution;

import org.jspecify.annotations.NullMarked;
