package dev.candor.cluster.proof;

import dev.candor.actors.backend.InferenceBackend;
import dev.candor.actors.backend.LoadedModel;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.tensor.TensorSpec;
import dev.candor.actors.value.Bytes;
import dev.candor.proving.network.Architecture;
import dev.candor.proving.network.IntegerNetwork;
import dev.candor.proving.network.NetworkArchive;
import dev.candor.proving.network.ReferenceExecution;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A device on which an exact model is loaded only if it gives there the very integers of 64-bit loops: for the least, the largest and random inputs, in
 * batches of every power of two that it serves. Guards against kernels that round (Winograd, TF32, other processors). Confined to its device's thread.
 */
public final class SelfCheckedBackend implements InferenceBackend {
    private static final int SAMPLES = 8;
    private static final long SEED = 20261123;

    private final InferenceBackend device;

    /** Checks what is loaded on {@code device}. */
    public SelfCheckedBackend(InferenceBackend device) {
        this.device = device;
    }

    @Override
    public String device() {
        return device.device();
    }

    @Override
    public long memoryBudget() {
        return device.memoryBudget();
    }

    @Override
    public LoadedModel load(Path file, ModelSpec spec) {
        LoadedModel model = device.load(file, spec);
        boolean right = false;
        try {
            if (spec.exact().isPresent()) {
                check(model, network(file), spec);
            }
            right = true;
            return model;
        } finally {
            if (!right) {
                model.close();
            }
        }
    }

    private static IntegerNetwork network(Path file) {
        try {
            return ExactModels.read(file)
                    .map(NetworkArchive.Content::network)
                    .orElseThrow(() -> new RefusedException(
                            ErrorCode.INVALID_MODEL, "the model is registered as exact, but its file is not"));
        } catch (IOException e) {
            throw new RefusedException(ErrorCode.NOT_READY, "the model's file cannot be read: " + e.getMessage());
        }
    }

    private void check(LoadedModel model, IntegerNetwork network, ModelSpec spec) {
        long[][] inputs = inputs(network.architecture());
        long[][] outputs = new long[SAMPLES][];
        for (int i = 0; i < SAMPLES; i++) {
            outputs[i] = ReferenceExecution.run(network, 1, inputs[i]).output();
        }
        int most = spec.batching().maxBatchSize();
        for (int rows = 1; rows < most; rows *= 2) {
            check(model, spec, inputs, outputs, rows);
        }
        check(model, spec, inputs, outputs, most);
    }

    private static long[][] inputs(Architecture architecture) {
        Architecture.Input input = architecture.input();
        int elements = input.shape().elements();
        Random random = new Random(SEED);
        long[][] inputs = new long[SAMPLES][elements];
        Arrays.fill(inputs[0], input.range().low());
        Arrays.fill(inputs[1], input.range().high());
        for (int i = 2; i < SAMPLES; i++) {
            for (int k = 0; k < elements; k++) {
                inputs[i][k] =
                        random.nextLong(input.range().low(), input.range().high() + 1);
            }
        }
        return inputs;
    }

    private void check(LoadedModel model, ModelSpec spec, long[][] inputs, long[][] outputs, int rows) {
        long[] batch = new long[rows * inputs[0].length];
        List<Long> expected = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            System.arraycopy(inputs[row % SAMPLES], 0, batch, row * inputs[0].length, inputs[0].length);
            for (long each : outputs[row % SAMPLES]) {
                expected.add(each);
            }
        }
        TensorSpec input = spec.inputs().getFirst();
        TensorSpec output = spec.outputs().getFirst();
        Bytes given = model.run(List.of(List.of(WholeTensors.tensor(input, rows, batch))), new int[] {rows})
                .getFirst()
                .data();
        boolean wide = output.datatype() == DataType.FP64;
        boolean whole = given.length() == expected.size() * (wide ? Double.BYTES : Float.BYTES);
        long[] got = whole
                ? WholeTensors.integers(new Tensor(
                                output.name(), output.datatype(), output.shape().withBatch(rows), given))
                        .orElse(new long[0])
                : new long[0];
        if (!Arrays.stream(got).boxed().toList().equals(expected)) {
            throw new RefusedException(
                    ErrorCode.INVALID_MODEL,
                    "the model is exact, but " + device()
                            + " gives other numbers for it than integer arithmetic does, in" + " a batch of " + rows
                            + "; serve it on another device");
        }
    }

    @Override
    public void close() {
        device.close();
    }
}
