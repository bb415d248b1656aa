package dev.candor.gpuconfig.language;

import java.util.List;

/**
 * A text model on a device, with the keys and values of as many sequences as its cache has rows. All calls come from one platform thread; each throws a
 * {@link dev.candor.actors.inference.RefusedException} with EXECUTION_FAILED where the model fails.
 */
public interface SequenceModel extends AutoCloseable {
    /** The device as receipts name it. */
    String device();

    /**
     * Reads a part of one sequence's prompt.
     *
     * @param row of the cache
     * @param tokens 1 or more
     * @param past tokens of the sequence that the row holds already
     * @return logits behind the last token
     */
    float[] read(int row, int[] tokens, int past);

    /**
     * One step of the sequences in the rows from 0 on.
     *
     * @param tokens the last token of each
     * @param past tokens of each that its row holds
     * @return logits of each
     */
    List<float[]> step(int[] tokens, int[] past);

    /** Copies a row of the cache over another one. */
    void move(int from, int to);

    /** Frees device memory. */
    @Override
    void close();

    /** Opens a model on the thread that is to run it. */
    @FunctionalInterface
    interface Opener {
        /** The model with a cache of {@code rows} rows. */
        SequenceModel open(int rows);
    }
}
