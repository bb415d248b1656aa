package dev.candor.cluster.language;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.model.BatchingPolicy;
import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.tensor.TensorSpec;
import dev.candor.actors.value.Bytes;
import dev.candor.gpuconfig.language.JsonShape;
import dev.candor.gpuconfig.language.Sampling;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Text models in tensors: what is asked and answered, in the form that receipts cover. Inputs are {@code prompt} INT32 [1,n] (tokens), {@code sampling} FP64 [1,2]
 * (temperature, top_p), {@code seed} INT64 [1,1], {@code max_tokens} INT32 [1,1], {@code stop} BYTES [1,4] (empty ones count for nothing) and {@code schema} BYTES
 * [1,1] (empty for none); outputs are {@code tokens} INT32 [1,m] and {@code finish_reason} BYTES [1,1]. Pure.
 */
final class TextTensors {
    private static final int STOPS = Sampling.MOST_STOPS;

    /** What every text model takes and gives. */
    static final ModelSpec SPEC = new ModelSpec(
            List.of(
                    new TensorSpec("prompt", DataType.INT32, Shape.of(-1, -1)),
                    new TensorSpec("sampling", DataType.FP64, Shape.of(-1, 2)),
                    new TensorSpec("seed", DataType.INT64, Shape.of(-1, 1)),
                    new TensorSpec("max_tokens", DataType.INT32, Shape.of(-1, 1)),
                    new TensorSpec("stop", DataType.BYTES, Shape.of(-1, STOPS)),
                    new TensorSpec("schema", DataType.BYTES, Shape.of(-1, 1))),
            List.of(
                    new TensorSpec("tokens", DataType.INT32, Shape.of(-1, -1)),
                    new TensorSpec("finish_reason", DataType.BYTES, Shape.of(-1, 1))),
            List.of(),
            true,
            new BatchingPolicy(
                    1,
                    List.of(),
                    Duration.ZERO,
                    1,
                    1,
                    BatchingPolicy.TimeoutAction.REJECT,
                    Duration.ZERO,
                    4096,
                    1 << 28));

    private TextTensors() {}

    /** A request in the terms of the model. */
    record Asked(List<Integer> prompt, Sampling sampling) {}

    /** Whether a specification is a text model's. */
    static boolean isText(ModelSpec spec) {
        return spec.inputs().equals(SPEC.inputs()) && spec.outputs().equals(SPEC.outputs());
    }

    static List<Tensor> inputs(int[] prompt, Sampling sampling, String schema) {
        ByteBuffer tokens = buffer(4 * prompt.length);
        for (int token : prompt) {
            tokens.putInt(token);
        }
        List<String> stops = new ArrayList<>(sampling.stops());
        while (stops.size() < STOPS) {
            stops.add("");
        }
        return List.of(
                new Tensor("prompt", DataType.INT32, Shape.of(1, prompt.length), bytes(tokens)),
                new Tensor(
                        "sampling",
                        DataType.FP64,
                        Shape.of(1, 2),
                        bytes(buffer(16).putDouble(sampling.temperature()).putDouble(sampling.topP()))),
                new Tensor(
                        "seed", DataType.INT64, Shape.of(1, 1), bytes(buffer(8).putLong(sampling.seed()))),
                new Tensor(
                        "max_tokens",
                        DataType.INT32,
                        Shape.of(1, 1),
                        bytes(buffer(4).putInt(sampling.maxTokens()))),
                texts("stop", stops),
                texts("schema", List.of(schema)));
    }

    /** What a job asks; INVALID_TENSOR where its values lie outside their ranges. */
    static Asked read(List<Tensor> inputs) {
        try {
            ByteBuffer sampling = data(inputs, "sampling");
            String schema = strings(data(inputs, "schema")).getFirst();
            return new Asked(
                    integers(data(inputs, "prompt")),
                    new Sampling(
                            sampling.getDouble(),
                            sampling.getDouble(),
                            data(inputs, "seed").getLong(),
                            data(inputs, "max_tokens").getInt(),
                            strings(data(inputs, "stop")).stream()
                                    .filter(stop -> !stop.isEmpty())
                                    .toList(),
                            schema.isEmpty() ? Optional.empty() : Optional.of(JsonShape.parse(schema))));
        } catch (IllegalArgumentException e) {
            throw new RefusedException(ErrorCode.INVALID_TENSOR, String.valueOf(e.getMessage()));
        }
    }

    static List<Tensor> outputs(List<Integer> tokens, String finish) {
        ByteBuffer data = buffer(4 * tokens.size());
        tokens.forEach(data::putInt);
        return List.of(
                new Tensor("tokens", DataType.INT32, Shape.of(1, tokens.size()), bytes(data)),
                texts("finish_reason", List.of(finish)));
    }

    /** The tokens of an answer. */
    static List<Integer> tokens(List<Tensor> outputs) {
        return integers(data(outputs, "tokens"));
    }

    /** Why an answer ends. */
    static String finish(List<Tensor> outputs) {
        return strings(data(outputs, "finish_reason")).getFirst();
    }

    private static List<Integer> integers(ByteBuffer data) {
        List<Integer> values = new ArrayList<>(data.remaining() / 4);
        while (data.hasRemaining()) {
            values.add(data.getInt());
        }
        return values;
    }

    private static Tensor texts(String name, List<String> texts) {
        List<byte[]> each = texts.stream()
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList();
        ByteBuffer data = buffer(each.stream().mapToInt(text -> 4 + text.length).sum());
        each.forEach(text -> data.putInt(text.length).put(text));
        return new Tensor(name, DataType.BYTES, Shape.of(1, texts.size()), bytes(data));
    }

    private static List<String> strings(ByteBuffer data) {
        List<String> texts = new ArrayList<>();
        while (data.hasRemaining()) {
            byte[] text = new byte[data.getInt()];
            data.get(text);
            texts.add(new String(text, StandardCharsets.UTF_8));
        }
        return texts;
    }

    private static ByteBuffer data(List<Tensor> tensors, String name) {
        for (Tensor tensor : tensors) {
            if (tensor.name().equals(name)) {
                return tensor.data().asBuffer().order(ByteOrder.LITTLE_ENDIAN);
            }
        }
        throw new RefusedException(ErrorCode.INVALID_TENSOR, "there is no tensor \"" + name + "\"");
    }

    private static ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static Bytes bytes(ByteBuffer filled) {
        byte[] all = new byte[filled.flip().remaining()];
        filled.get(all);
        return Bytes.wrap(all);
    }
}
