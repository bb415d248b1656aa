package dev.candor.proving.bench;

import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import dev.candor.proving.field.Goldilocks;
import dev.candor.proving.field.Mersenne61;
import java.util.SplittableRandom;

/** Inputs of the benchmarks: fixed, uniform. */
final class Vectors {

    private final SplittableRandom random = new SplittableRandom(1);
    private final Field field;

    Vectors(Field field) {
        this.field = field;
    }

    static Field field(String name) {
        return name.equals(Goldilocks.INSTANCE.name()) ? Goldilocks.INSTANCE : Mersenne61.INSTANCE;
    }

    long[] base(int size) {
        long[] values = new long[size];
        for (int i = 0; i < size; i++) {
            values[i] = field.fromUnsigned(random.nextLong());
        }
        return values;
    }

    ExtensionVector extension(int size) {
        return new ExtensionVector(base(size), base(size));
    }

    byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }
}
