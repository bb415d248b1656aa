package dev.candor.proving.quantise;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** The 2,000 held-out digits and the two trained models that come with the project. */
public final class Digits {
    private static final Path MODELS = Path.of("../models");

    private Digits() {}

    /** Pixels in 0..1, 784 a digit. */
    public static List<double[]> images() {
        byte[] bytes = body("digits-test-images.idx3-ubyte.gz", 16);
        List<double[]> images = new ArrayList<>();
        for (int start = 0; start < bytes.length; start += 784) {
            double[] image = new double[784];
            for (int i = 0; i < 784; i++) {
                // The nearest float, as the models were trained on.
                image[i] = (bytes[start + i] & 0xff) / 255f;
            }
            images.add(image);
        }
        return images;
    }

    /** What they show. */
    public static byte[] labels() {
        return body("digits-test-labels.idx1-ubyte.gz", 8);
    }

    /** A model's file. */
    public static ByteBuffer model(String name) {
        try {
            return ByteBuffer.wrap(Files.readAllBytes(MODELS.resolve(name + ".pt")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] body(String name, int header) {
        try (DataInputStream in =
                new DataInputStream(new GZIPInputStream(Files.newInputStream(MODELS.resolve(name))))) {
            in.skipNBytes(header);
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
