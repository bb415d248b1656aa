/** The load tester that people start. */
@NullMarked
package dev.candor.bench.tool;

import org.jspecify.annotations.NullMarked;
