package dev.candor.bench.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.candor.actors.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ExampleTest {
    private static final String FILE = """
            {"tolerance": 0.5, "examples": [
              {"inputs": [{"name": "i", "datatype": "INT64", "shape": [1, 2], "data": [[1, -2]]},
                          {"name": "b", "datatype": "BOOL", "shape": [1], "data": [true]}],
               "outputs": [{"name": "o", "datatype": "FP32", "shape": [1], "data": [1.5]}]},
              {"inputs": [{"name": "i", "datatype": "INT64", "shape": [1, 2], "data": [3, 4]},
                          {"name": "b", "datatype": "BOOL", "shape": [1], "data": [0]}],
               "outputs": [{"name": "o", "datatype": "FP32", "shape": [1], "data": [2.5]}]}]}
            """;

    @TempDir
    private Path folder;

    private List<Example> read(String text, int rows) throws IOException {
        return ExampleFile.read(Files.writeString(folder.resolve("examples.json"), text), rows);
    }

    @Test
    void readsExamplesOfAnyModel() throws IOException {
        Example first = read(FILE, 1).getFirst();
        assertEquals(0.5, first.tolerance());
        assertArrayEquals(new double[] {1, -2}, Numbers.of(first.inputs().get(0)));
        assertArrayEquals(new double[] {1}, Numbers.of(first.inputs().get(1)));
        assertArrayEquals(new double[] {1.5}, Numbers.of(first.outputs().getFirst()));
    }

    @Test
    void putsRowsBehindOneAnother() throws IOException {
        List<Example> two = read(FILE, 2);
        assertEquals(2, two.size());
        assertEquals(Shape.of(2, 2), two.get(1).inputs().getFirst().shape());
        assertArrayEquals(
                new double[] {3, 4, 1, -2}, Numbers.of(two.get(1).inputs().getFirst()));
        assertArrayEquals(
                new double[] {2.5, 1.5}, Numbers.of(two.get(1).outputs().getFirst()));
    }

    @Test
    void refusesMoreRowsThanExamples() {
        IOException refused = assertThrows(IOException.class, () -> read(FILE, 3));
        assertTrue(refused.getMessage().contains("1 to 2"), refused.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"examples\": [{}]}",
                "{\"examples\": [{\"inputs\": [{\"name\": \"x\", \"datatype\": \"FP16\", \"shape\": [1], \"data\": [1]}]}]}",
                "{\"examples\": [{\"inputs\": [{\"name\": \"x\", \"datatype\": \"FP32\", \"shape\": [2], \"data\": [1]}]}]}",
                "{\"examples\": [{\"inputs\": [{\"name\": \"x\", \"datatype\": \"FP32\", \"data\": [1]}]}]}",
                "nothing"
            })
    void refusesWhatIsNoFileOfExamples(String text) {
        assertThrows(IOException.class, () -> read(text, 1));
    }
}
