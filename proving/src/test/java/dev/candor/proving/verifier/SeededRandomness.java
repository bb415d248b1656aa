package dev.candor.proving.verifier;

import dev.candor.proving.field.Field;
import dev.candor.proving.randomness.Purpose;
import dev.candor.proving.randomness.Randomness;
import java.util.Random;

/** Randomness that is the same in every run, for attacks that depend on luck; it hides nothing. */
final class SeededRandomness implements Randomness {

    private final Random random;

    SeededRandomness(long seed) {
        this.random = new Random(seed);
    }

    @Override
    public void elements(Purpose purpose, Field field, long[] out, int at, int length) {
        for (int i = at; i < at + length; i++) {
            out[i] = random.nextLong(field.modulus());
        }
    }

    @Override
    public void bytes(Purpose purpose, byte[] out, int at, int length) {
        for (int i = at; i < at + length; i++) {
            out[i] = (byte) random.nextInt();
        }
    }
}
