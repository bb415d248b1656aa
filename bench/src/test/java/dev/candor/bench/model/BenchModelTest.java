package dev.candor.bench.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BenchModelTest {
    @TempDir
    private Path folder;

    @Test
    void noopFileIsAlwaysTheSame() throws IOException {
        Path file = folder.resolve("noop.pt");
        NoopModel.write(file);
        assertEquals(
                "578c998056654aa8a229252f3f1ab679b0eef2e681e8bedf33b24234b0c5cda6",
                Digest.sha256(Bytes.wrap(Files.readAllBytes(file))).toHex());
    }

    @Test
    void noopAnswersTheFirstTen() {
        float[] input = Images.make(1).getFirst();
        float[] output = BenchModel.noop(folder).expected(List.of(input)).getFirst();
        assertEquals(BenchModel.OUTPUTS, output.length);
        assertEquals(input[9], output[9]);
    }

    @Test
    void imagesDifferAndStayTheSame() {
        List<float[]> images = Images.make(2);
        assertArrayEquals(images.get(1), Images.make(2).get(1));
        assertTrue(Arrays.mismatch(images.get(0), images.get(1)) >= 0);
    }

    @Test
    void computesTheMlpFromItsWeights() throws IOException {
        // Hidden unit h is h - 64 times the first pixel, plus its bias 1; output o adds all hidden units, plus its bias
        // o.
        float[] first = new float[128 * 784];
        float[] firstBias = new float[128];
        for (int h = 0; h < 128; h++) {
            first[h * 784] = h - 64;
            firstBias[h] = 1;
        }
        float[] second = new float[10 * 128];
        Arrays.fill(second, 1);
        float[] secondBias = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
        Path file = archive(first, firstBias, second, secondBias);

        float[] input = new float[784];
        input[0] = 1;

        float sum = 0;
        for (int h = 0; h < 128; h++) {
            sum += Math.max(0, h - 64 + 1);
        }
        float[] output = new MlpReference(file).apply(input);
        for (int o = 0; o < 10; o++) {
            assertEquals(sum + o, output[o]);
        }
    }

    @Test
    void refusesAnotherModelsWeights() throws IOException {
        Path file = archive(new float[3], new float[128], new float[1280], new float[10]);
        IOException refused = assertThrows(IOException.class, () -> new MlpReference(file));
        assertTrue(refused.getMessage().contains("784-128-10"), refused.getMessage());
    }

    private Path archive(float[]... tensors) throws IOException {
        Path file = folder.resolve("mlp.pt");
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (int i = 0; i < tensors.length; i++) {
                ByteBuffer bytes =
                        ByteBuffer.allocate(tensors[i].length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
                bytes.asFloatBuffer().put(tensors[i]);
                zip.putNextEntry(new ZipEntry("mlp/data/" + i));
                zip.write(bytes.array());
            }
        }
        return file;
    }
}
