/** What processes and the machine spend, as the kernel counts it. */
@NullMarked
package dev.candor.bench.measure;

import org.jspecify.annotations.NullMarked;
