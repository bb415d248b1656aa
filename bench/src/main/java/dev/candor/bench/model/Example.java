package dev.candor.bench.model;

import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Bytes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * What to ask of a model, and what it must answer.
 *
 * @param inputs one tensor for each input, the first dimension being the rows
 * @param outputs what must come back, at least
 * @param tolerance by which numbers may differ
 */
public record Example(List<Tensor> inputs, List<Tensor> outputs, double tolerance) {
    /** Copies the lists. */
    public Example {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /** As many examples as {@code single} has, each of {@code rows} of them one behind the other. */
    static List<Example> ofRows(List<Example> single, int rows) {
        if (rows < 1 || rows > single.size()) {
            throw new IllegalArgumentException(
                    "requests of " + rows + " rows: there are examples for 1 to " + single.size());
        }
        return rows == 1
                ? single
                : IntStream.range(0, single.size())
                        .mapToObj(i -> together(IntStream.range(0, rows)
                                .mapToObj(row -> single.get((i + row) % single.size()))
                                .toList()))
                        .toList();
    }

    private static Example together(List<Example> rows) {
        return new Example(join(rows, Example::inputs), join(rows, Example::outputs), rows.getFirst().tolerance);
    }

    private static List<Tensor> join(List<Example> rows, Function<Example, List<Tensor>> side) {
        List<Tensor> joined = new ArrayList<>();
        for (int i = 0; i < side.apply(rows.getFirst()).size(); i++) {
            int index = i;
            List<Tensor> parts =
                    rows.stream().map(row -> side.apply(row).get(index)).toList();
            Tensor first = parts.getFirst();
            ByteBuffer bytes = ByteBuffer.allocate(
                    parts.stream().mapToInt(part -> part.data().length()).sum());
            long items = 0;
            for (Tensor part : parts) {
                part.data().copyTo(bytes);
                items += part.shape().at(0);
            }
            joined.add(new Tensor(
                    first.name(), first.datatype(), first.shape().withBatch(items), Bytes.wrap(bytes.array())));
        }
        return joined;
    }
}
