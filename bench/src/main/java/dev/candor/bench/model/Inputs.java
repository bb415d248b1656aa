package dev.candor.bench.model;

import dev.candor.gpuconfig.dataset.IdxFile;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** Inputs of the benchmark's models. */
final class Inputs {
    private static final String DIGITS = "digits-test-images.idx3-ubyte.gz";

    private Inputs() {}

    /** The first {@code count} held-out digits, as the shipped models take them. */
    static List<float[]> digits(Path folder, int count) throws IOException {
        IdxFile images = IdxFile.read(folder.resolve(DIGITS));
        return IntStream.range(0, count)
                .mapToObj(i -> {
                    float[] pixels = new float[Math.toIntExact(images.shape().elementsAnItem())];
                    images.scaled(i, 1)
                            .asBuffer()
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .asFloatBuffer()
                            .get(pixels);
                    return pixels;
                })
                .toList();
    }

    /** One number each. */
    static List<float[]> numbers(int count) {
        return IntStream.range(0, count).mapToObj(i -> new float[] {i + 0.5f}).toList();
    }
}
