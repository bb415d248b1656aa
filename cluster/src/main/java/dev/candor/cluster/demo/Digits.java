package dev.candor.cluster.demo;

import dev.candor.actors.value.Bytes;
import dev.candor.gpuconfig.dataset.IdxFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The held-out digits that come with Candor.
 *
 * @param images 28 x 28 pixels each
 * @param labels what they show, 0 to 9
 */
record Digits(IdxFile images, IdxFile labels) {
    /** The folder of the models and digits that come with Candor. */
    static Path folder() throws IOException {
        Path folder = Path.of(System.getProperty("candor.home", ".")).resolve("models");
        if (!Files.isDirectory(folder)) {
            throw new IOException("there is no folder " + folder.toAbsolutePath()
                    + " with the models of the demo; run ./candor from a checkout of the project");
        }
        return folder;
    }

    /** The 2,000 digits. */
    static Digits shipped() throws IOException {
        return new Digits(
                IdxFile.read(folder().resolve("digits-test-images.idx3-ubyte.gz")),
                IdxFile.read(folder().resolve("digits-test-labels.idx1-ubyte.gz")));
    }

    /** How many. */
    int count() {
        return labels.count();
    }

    /** Image {@code i}: 784 little-endian floats between 0 and 1. */
    Bytes image(int i) {
        return images.scaled(i, 1);
    }

    /** What image {@code i} shows. */
    int label(int i) {
        return labels.label(i);
    }
}
