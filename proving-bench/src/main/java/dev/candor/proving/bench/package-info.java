/** Benchmarks of the kernels and of whole proofs, over each field. */
@NullMarked
package dev.candor.proving.bench;

import org.jspecify.annotations.NullMarked;
