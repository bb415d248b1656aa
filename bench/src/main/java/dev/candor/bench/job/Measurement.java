package dev.candor.bench.job;

import dev.candor.bench.load.LoadResult;

/**
 * One cell, measured once.
 *
 * @param round counted from 1
 * @param meanBatch requests a batch, 0 where nothing is batched
 */
public record Measurement(int round, Cell cell, LoadResult load, double meanBatch) {}
