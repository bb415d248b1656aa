package dev.candor.bench.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.candor.actors.tensor.Shape;
import dev.candor.gpuconfig.dataset.IdxFile;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class BenchModelTest {
    private static final Path MODELS = Path.of("../models");

    @Test
    void referenceReadsTheDigits() throws IOException {
        int count = 500;
        BenchModel model = BenchModel.shipped(MODELS, "mnist-mlp", count);
        IdxFile labels = IdxFile.read(MODELS.resolve("digits-test-labels.idx1-ubyte.gz"));
        int right = 0;
        for (int i = 0; i < count; i++) {
            right += best(model.expected().get(i)) == labels.label(i) ? 1 : 0;
        }
        assertTrue(right >= 0.95 * count, "right on " + right);
        assertEquals(Shape.of(1, 784), model.inputShape());
    }

    private static int best(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            best = logits[i] > logits[best] ? i : best;
        }
        return best;
    }

    @Test
    void noopAnswersItsInput() throws IOException {
        BenchModel model = BenchModel.shipped(MODELS, "noop", 3);
        for (int i = 0; i < 3; i++) {
            assertArrayEquals(model.inputs().get(i), model.expected().get(i));
        }
    }

    @Test
    void refusesAnotherModelsWeights() {
        IOException refused = assertThrows(IOException.class, () -> new MlpReference(MODELS.resolve("lenet5.pt")));
        assertTrue(refused.getMessage().contains("784-128-10"), refused.getMessage());
    }

    @Test
    void refusesAModelWithoutReference() {
        assertThrows(IOException.class, () -> BenchModel.shipped(MODELS, "lenet5", 1));
    }
}
