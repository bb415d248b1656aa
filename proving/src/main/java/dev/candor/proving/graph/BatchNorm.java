package dev.candor.proving.graph;

import dev.candor.proving.graph.FloatOperation.ChannelAffine;
import java.util.List;

/** What batch normalisation is once its statistics are fixed: a factor and an offset for each channel. */
final class BatchNorm {
    private BatchNorm() {}

    /**
     * {@code (x - mean) / sqrt(variance + epsilon) * weight + bias}.
     *
     * @param weight no elements where it is 1
     * @param bias no elements where it is 0
     */
    static ChannelAffine of(
            FloatTensor weight, FloatTensor bias, FloatTensor mean, FloatTensor variance, double epsilon) {
        int channels = mean.elements();
        double[] factor = new double[channels];
        double[] offset = new double[channels];
        for (int c = 0; c < channels; c++) {
            factor[c] = (weight.elements() == 0 ? 1 : weight.at(c)) / StrictMath.sqrt(variance.at(c) + epsilon);
            offset[c] = (bias.elements() == 0 ? 0 : bias.at(c)) - mean.at(c) * factor[c];
        }
        return new ChannelAffine(FloatTensor.of(List.of(channels), factor), FloatTensor.of(List.of(channels), offset));
    }
}
