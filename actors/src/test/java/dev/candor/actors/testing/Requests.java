package dev.candor.actors.testing;

import dev.candor.actors.inference.InferenceRequest;
import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.model.BatchingPolicy;
import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.tensor.TensorSpec;
import dev.candor.actors.value.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Requests and specifications for tests: one FP32 input {@code x} of 4 elements an item, one FP32 output {@code y} of 2. */
public final class Requests {
    private Requests() {}

    /** The specification with this policy. */
    public static ModelSpec spec(BatchingPolicy policy) {
        return new ModelSpec(
                List.of(new TensorSpec("x", DataType.FP32, Shape.of(-1, 4))),
                List.of(new TensorSpec("y", DataType.FP32, Shape.of(-1, 2))),
                List.of(),
                true,
                policy);
    }

    /** The default policy with batches of at most {@code maxBatchSize}. */
    public static BatchingPolicy policy(int maxBatchSize) {
        return new BatchingPolicy(
                maxBatchSize,
                List.of(),
                Duration.ZERO,
                1,
                1,
                BatchingPolicy.TimeoutAction.REJECT,
                Duration.ZERO,
                4096,
                256L << 20);
    }

    /** A keyless request of one item whose elements are all {@code value}. */
    public static InferenceRequest one(String model, float value) {
        return new InferenceRequest(
                model,
                "",
                List.of(x(value, value, value, value)),
                List.of(),
                0,
                Optional.empty(),
                VerificationMode.VANILLA,
                Optional.empty());
    }

    /** {@code request} under an idempotency key. */
    public static InferenceRequest keyed(InferenceRequest request, String key) {
        return new InferenceRequest(
                request.model(),
                request.version(),
                request.inputs(),
                request.outputs(),
                request.priority(),
                request.timeout(),
                request.mode(),
                Optional.of(key));
    }

    /** {@code request} at a priority and with a queue timeout. */
    public static InferenceRequest with(InferenceRequest request, int priority, Optional<Duration> timeout) {
        return new InferenceRequest(
                request.model(),
                request.version(),
                request.inputs(),
                request.outputs(),
                priority,
                timeout,
                request.mode(),
                request.idempotencyKey());
    }

    /** The input: four values an item. */
    public static Tensor x(float... values) {
        return new Tensor("x", DataType.FP32, Shape.of(values.length / 4, 4), floats(values));
    }

    /** Little-endian elements. */
    public static Bytes floats(float... values) {
        ByteBuffer buffer = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            buffer.putFloat(value);
        }
        return Bytes.wrap(buffer.array());
    }

    /** The first element of a tensor. */
    public static float first(Tensor tensor) {
        return tensor.data().asBuffer().order(ByteOrder.LITTLE_ENDIAN).getFloat(0);
    }
}
