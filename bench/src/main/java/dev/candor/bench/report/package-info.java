/** What a load test came to, for people and for programs. */
@NullMarked
package dev.candor.bench.report;

import org.jspecify.annotations.NullMarked;
