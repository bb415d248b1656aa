package dev.candor.bench.model;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The mnist-mlp model (784-128-10, one ReLU) in plain loops over the weights of its TorchScript file: shares no code with the engine that is measured. */
public final class MlpReference implements UnaryOperator<float[]> {
    private static final int INPUTS = 784;
    private static final int HIDDEN = 128;
    private static final int OUTPUTS = 10;

    private final float[] firstWeights;
    private final float[] firstBias;
    private final float[] secondWeights;
    private final float[] secondBias;

    /** Reads the weights; refuses a file whose tensors have other sizes. */
    public MlpReference(Path file) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            firstWeights = floats(zip, 0, HIDDEN * INPUTS);
            firstBias = floats(zip, 1, HIDDEN);
            secondWeights = floats(zip, 2, OUTPUTS * HIDDEN);
            secondBias = floats(zip, 3, OUTPUTS);
        }
    }

    private static float[] floats(ZipFile zip, int number, int count) throws IOException {
        ZipEntry entry = zip.stream()
                .filter(candidate -> candidate.getName().endsWith("/data/" + number))
                .findFirst()
                .orElseThrow(() -> new IOException(zip.getName() + " holds no tensor " + number));
        byte[] bytes = zip.getInputStream(entry).readAllBytes();
        if (bytes.length != count * Float.BYTES) {
            throw new IOException("tensor " + number + " of " + zip.getName() + " has " + bytes.length
                    + " bytes; that of the 784-128-10 model has " + count * Float.BYTES);
        }
        float[] values = new float[count];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return values;
    }

    @Override
    public float[] apply(float[] input) {
        float[] hidden = layer(firstWeights, firstBias, input);
        for (int i = 0; i < hidden.length; i++) {
            hidden[i] = Math.max(0, hidden[i]);
        }
        return layer(secondWeights, secondBias, hidden);
    }

    private static float[] layer(float[] weights, float[] bias, float[] input) {
        float[] output = new float[bias.length];
        for (int row = 0; row < output.length; row++) {
            double sum = bias[row];
            for (int column = 0; column < input.length; column++) {
                sum += (double) weights[row * input.length + column] * input[column];
            }
            output[row] = (float) sum;
        }
        return output;
    }
}
