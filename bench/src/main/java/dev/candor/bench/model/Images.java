package dev.candor.bench.model;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Inputs that look like digits to a parser: 28 x 28 grey levels between 0 and 1, four fifths of them zero. Always the same ones. */
public final class Images {
    private static final double INK = 0.2;

    private Images() {}

    /** So many different ones. */
    public static List<float[]> make(int count) {
        Random random = new Random(7);
        return Stream.generate(() -> image(random)).limit(count).toList();
    }

    private static float[] image(Random random) {
        float[] pixels = new float[BenchModel.INPUTS];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = random.nextDouble() < INK ? (1 + random.nextInt(255)) / 255f : 0;
        }
        return pixels;
    }
}
