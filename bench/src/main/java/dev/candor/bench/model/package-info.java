/** The models of the benchmark, and what they must answer. */
@NullMarked
package dev.candor.bench.model;

import org.jspecify.annotations.NullMarked;
