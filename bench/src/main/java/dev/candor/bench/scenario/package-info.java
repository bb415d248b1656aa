/** What a load test does, as a file or the command line says it. */
@NullMarked
package dev.candor.bench.scenario;

import org.jspecify.annotations.NullMarked;
