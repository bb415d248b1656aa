package dev.candor.proving.hiding;

import dev.candor.proving.field.Field;
import dev.candor.proving.randomness.Purpose;
import dev.candor.proving.randomness.Randomness;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Randomness that is read from a script: one sequence for the masks of products, one for all other elements. Salts are zero. */
final class ScriptedRandomness implements Randomness {

    private final long[] elements;
    private final long[] masks;
    private int nextElement;
    private int nextMask;
    final List<Purpose> purposes = new ArrayList<>();

    ScriptedRandomness(long[] elements, long[] masks) {
        this.elements = elements;
        this.masks = masks;
    }

    @Override
    public void elements(Purpose purpose, Field field, long[] out, int at, int length) {
        if (purpose == Purpose.PRODUCT_MASK) {
            System.arraycopy(masks, nextMask, out, at, length);
            nextMask += length;
            return;
        }
        for (int i = 0; i < length; i++) {
            out[at + i] = nextElement < elements.length ? elements[nextElement] : 0;
            nextElement++;
            purposes.add(purpose);
        }
    }

    @Override
    public void bytes(Purpose purpose, byte[] out, int at, int length) {
        Arrays.fill(out, at, at + length, (byte) 0);
    }
}
