package dev.candor.proving.graph;

import dev.candor.proving.network.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The small networks that {@code make_graphs.py} wrote, with samples and PyTorch's answers.
 *
 * @param shape of a sample
 * @param inputs the samples
 * @param answers what PyTorch made of each
 */
public record Samples(Shape shape, List<double[]> inputs, List<double[]> answers) {
    private static final Path FOLDER = Path.of("../proving/src/test/resources/dev/candor/proving/graph");

    /** The samples of one network. */
    public static Samples of(String name) {
        try {
            List<String> lines = Files.readAllLines(FOLDER.resolve(name + ".txt"));
            List<double[]> inputs = new ArrayList<>();
            List<double[]> answers = new ArrayList<>();
            for (int i = 1; i < lines.size(); i += 2) {
                inputs.add(numbers(lines.get(i)));
                answers.add(numbers(lines.get(i + 1)));
            }
            List<Integer> sizes = Arrays.stream(numbers(lines.getFirst()))
                    .mapToObj(n -> (int) n)
                    .toList();
            return new Samples(new Shape(sizes), inputs, answers);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file of the folder. */
    public static ByteBuffer file(String name) {
        try {
            return ByteBuffer.wrap(Files.readAllBytes(FOLDER.resolve(name)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static double[] numbers(String line) {
        return Stream.of(line.split(" ")).mapToDouble(Double::parseDouble).toArray();
    }
}
