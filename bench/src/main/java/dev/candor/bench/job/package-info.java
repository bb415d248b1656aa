/** The main job's benchmark: a node and floors under one load, side by side. */
@NullMarked
package dev.candor.bench.job;

import org.jspecify.annotations.NullMarked;
