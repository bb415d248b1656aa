package dev.candor.gpuconfig.inference;

import com.typesafe.config.ConfigFactory;
import dev.candor.actors.model.BatchingPolicy;
import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.tensor.TensorSpec;
import dev.candor.actors.value.Bytes;
import dev.candor.gpuconfig.device.DeviceDiscovery;
import dev.candor.gpuconfig.device.DeviceProfile;
import dev.candor.gpuconfig.device.DeviceSettings;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;

/** A processor as device, specifications and tensors for tests. */
final class Fixtures {
    static final Path MODELS = Path.of("../models");
    static final DeviceSettings SETTINGS = settings("");
    static final DeviceProfile CPU =
            DeviceDiscovery.ofThisMachine(SETTINGS).discover().getFirst();

    private Fixtures() {}

    /** One processor thread, and what {@code more} sets besides. */
    static DeviceSettings settings(String more) {
        return DeviceSettings.of(ConfigFactory.parseString(more)
                .withFallback(ConfigFactory.parseString("candor.executor { devices = [\"cpu:0\"], threads = 1 }"))
                .withFallback(ConfigFactory.load())
                .resolve());
    }

    static DjlBackend backend() {
        return DjlBackend.open(CPU, SETTINGS);
    }

    static TensorSpec tensor(String name, DataType type, long... shape) {
        return new TensorSpec(name, type, Shape.of(shape));
    }

    static ModelSpec spec(List<TensorSpec> inputs, List<TensorSpec> outputs, int maxBatch) {
        BatchingPolicy standard = BatchingPolicy.DEFAULT;
        BatchingPolicy policy = new BatchingPolicy(
                maxBatch,
                List.of(),
                standard.maxQueueDelay(),
                standard.priorityLevels(),
                standard.defaultPriority(),
                standard.timeoutAction(),
                standard.defaultTimeout(),
                standard.maxQueueItems(),
                standard.maxQueueBytes());
        return new ModelSpec(inputs, outputs, List.of(), false, policy);
    }

    /** A specification of one FP32 input {@code x} and one FP32 output {@code y}. */
    static ModelSpec floats(long[] input, long[] output) {
        return spec(List.of(tensor("x", DataType.FP32, input)), List.of(tensor("y", DataType.FP32, output)), 16);
    }

    static Tensor floats(String name, Shape shape, float... values) {
        return new Tensor(name, DataType.FP32, shape, bytes(values));
    }

    static Bytes bytes(float... values) {
        ByteBuffer buffer = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            buffer.putFloat(value);
        }
        return Bytes.wrap(buffer.array());
    }

    static float[] floats(Bytes bytes) {
        float[] values = new float[bytes.length() / Float.BYTES];
        bytes.asBuffer().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return values;
    }
}
