/** Load driver, microbenchmarks, side-by-side reports. */
@NullMarked
package dev.candor.bench;

import org.jspecify.annotations.NullMarked;
