package dev.candor.actors.backend;

import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Bytes;
import java.util.List;

/** A model on a device, ready to run. Confined to its backend's thread. */
public interface LoadedModel extends AutoCloseable {
    /** Device memory it takes, in bytes, buffers included. */
    long memory();

    /**
     * Runs one batch in one forward call.
     *
     * @param requests the inputs of each request, in the order of the specification; the rows of all requests together are at most the policy's
     *     {@code maxBatchSize}, and all requests agree in every dimension but the first
     * @param items the rows of each request
     * @return a list an output of the specification, in its order
     * @throws dev.candor.actors.inference.RefusedException with EXECUTION_FAILED where the model fails on these inputs
     */
    List<BatchOutput> run(List<List<Tensor>> requests, int[] items);

    /** Frees device memory. */
    @Override
    void close();

    /**
     * One output of a batch: the rows of all requests, one after the other.
     *
     * @param itemShape the dimensions of one row, the batch left out
     * @param data row-major little-endian; request {@code i}'s rows are a slice
     */
    record BatchOutput(String name, DataType datatype, long itemBytes, Shape itemShape, Bytes data) {}
}
