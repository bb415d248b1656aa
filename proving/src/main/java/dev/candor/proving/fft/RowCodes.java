package dev.candor.proving.fft;

import dev.candor.proving.field.Field;
import dev.candor.proving.field.Mersenne61;

/** The code that goes with a field. */
public final class RowCodes {

    private RowCodes() {}

    /**
     * The code of a field: over the circle for 2^61 - 1, Reed-Solomon for every other.
     *
     * @throws IllegalArgumentException for sizes that it does not have
     */
    public static RowCode of(Field field, int dataSize, int randomSize, int length) {
        return field.modulus() == Mersenne61.MODULUS
                ? new CircleCode(dataSize, randomSize, length)
                : new ReedSolomon(field, dataSize, randomSize, length);
    }
}
