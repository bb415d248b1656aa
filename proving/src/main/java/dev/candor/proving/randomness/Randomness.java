package dev.candor.proving.randomness;

import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;

/**
 * A source of secret randomness. One source serves one attempt at one proof, or one commitment, and is never copied, stored or sent; a
 * second attempt takes a new one.
 */
public interface Randomness {

    /** Fills {@code out[at .. at + length)} with independent uniform elements. */
    void elements(Purpose purpose, Field field, long[] out, int at, int length);

    /** Fills {@code out[at .. at + length)} with uniform bytes. */
    void bytes(Purpose purpose, byte[] out, int at, int length);

    /** A vector of independent uniform elements of K. */
    default ExtensionVector extensions(Purpose purpose, Field field, int size) {
        ExtensionVector vector = new ExtensionVector(size);
        for (int c = 0; c < Extension.DEGREE; c++) {
            elements(purpose, field, vector.plane(c), 0, size);
        }
        return vector;
    }
}
