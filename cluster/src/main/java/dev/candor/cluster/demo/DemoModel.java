package dev.candor.cluster.demo;

import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.Tensor;
import dev.candor.cluster.client.InferCall;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A model that the demo serves.
 *
 * @param name to register under
 * @param file TorchScript
 * @param spec JSON beside it
 * @param inputName of its one input
 * @param inputShape of one image, batch first
 * @param leastAccuracy below which the demo fails
 */
record DemoModel(String name, Path file, Path spec, String inputName, Shape inputShape, double leastAccuracy) {
    /** One call a digit: JSON for the even ones, the binary extension for the odd ones; each under its own key. */
    List<InferCall> calls(Digits digits) {
        return IntStream.range(0, digits.count())
                .mapToObj(i -> {
                    Tensor input = input(digits, i);
                    InferCall call = sentAsJson(i) ? InferCall.json(name, input) : InferCall.binary(name, input);
                    return call.withKey("demo-" + name + "-" + i);
                })
                .toList();
    }

    /** This model out of another file. */
    DemoModel servedFrom(Path other) {
        return new DemoModel(name, other, spec, inputName, inputShape, leastAccuracy);
    }

    /** The input tensor of digit {@code i}. */
    Tensor input(Digits digits, int i) {
        return new Tensor(inputName, DataType.FP32, inputShape, digits.image(i));
    }

    /** Whether digit {@code i} goes as JSON. */
    static boolean sentAsJson(int i) {
        return i % 2 == 0;
    }
}
