package dev.candor.actors.metrics;

import dev.candor.actors.model.ModelRef;
import java.util.List;

/**
 * Cumulative figures of one model version on one node, in the meaning of Triton's statistics extension.
 *
 * @param model which version
 * @param lastInference milliseconds since 1970, 0 for never
 * @param inferenceCount items (rows) inferred
 * @param executionCount batches run
 * @param success requests answered and their time from arrival to answer
 * @param fail requests refused after arrival at the lane
 * @param queue time in the lane's queue
 * @param computeInput assembling batches
 * @param computeInfer on the device
 * @param computeOutput slicing, digests, signing
 * @param cacheHits requests answered out of the response cache and their time
 * @param cacheMisses requests that were looked for there in vain
 * @param batches by batch size, ascending
 */
public record ModelStatistics(
        ModelRef model,
        long lastInference,
        long inferenceCount,
        long executionCount,
        Span success,
        Span fail,
        Span queue,
        Span computeInput,
        Span computeInfer,
        Span computeOutput,
        Span cacheHits,
        long cacheMisses,
        List<BatchSize> batches) {

    /**
     * A count and a sum.
     *
     * @param count how many
     * @param nanos their time together
     */
    public record Span(long count, long nanos) {}

    /**
     * Figures of one batch size.
     *
     * @param size items
     * @param computeInput assembling
     * @param computeInfer on the device
     * @param computeOutput afterwards
     */
    public record BatchSize(int size, Span computeInput, Span computeInfer, Span computeOutput) {}
}
