package dev.candor.bench.load;

import java.util.SortedMap;
import org.HdrHistogram.Histogram;

/**
 * A run's figures and all that was recorded for them.
 *
 * @param latency of what was answered, in nanoseconds
 * @param shares the same for each share
 */
public record Measured(LoadResult result, Histogram latency, SortedMap<String, Histogram> shares) {}
