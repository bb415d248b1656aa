package dev.candor.proving.graph;

import dev.candor.proving.network.Shape;
import dev.candor.proving.network.Window;

/** An operation of a trained network, for one sample; shapes as the integer network's layer of the same kind has them. */
public sealed interface FloatOperation
        permits FloatOperation.Linear,
                FloatOperation.Convolution,
                FloatOperation.ChannelAffine,
                FloatOperation.Relu,
                FloatOperation.MaxPool,
                FloatOperation.AveragePool,
                FloatOperation.Reshape,
                FloatOperation.Add,
                TokenOperation {
    /** The operation's name in messages and reports. */
    String name();

    /** {@code y[r, o] = bias[o] + sum over k of x[r, k] * weight[o, k]}. */
    record Linear(FloatTensor weight, FloatTensor bias) implements FloatOperation {
        @Override
        public String name() {
            return "linear";
        }

        /** The size of the innermost dimension of x. */
        public int inputs() {
            return weight.shape().get(1);
        }

        /** The size of the innermost dimension of y. */
        public int outputs() {
            return weight.shape().get(0);
        }
    }

    /** Cross-correlation with zero padding; weights are {@code [o][c][a][b]}. */
    record Convolution(FloatTensor weight, FloatTensor bias, Window window) implements FloatOperation {
        @Override
        public String name() {
            return "conv2d";
        }

        /** Channels of x. */
        public int channels() {
            return weight.shape().get(1);
        }

        /** Channels of y. */
        public int outputs() {
            return weight.shape().get(0);
        }
    }

    /** {@code y[c, ...] = x[c, ...] * factor[c] + offset[c]}: what batch normalisation is once it is trained. */
    record ChannelAffine(FloatTensor factor, FloatTensor offset) implements FloatOperation {
        @Override
        public String name() {
            return "batch_norm";
        }
    }

    /** {@code max(x, 0)}. */
    record Relu() implements FloatOperation {
        @Override
        public String name() {
            return "relu";
        }
    }

    /** The largest of each window. */
    record MaxPool(Window window) implements FloatOperation {
        @Override
        public String name() {
            return "max_pool2d";
        }
    }

    /** The sum of each window, divided by {@code divisor}; zeros of the padding count. */
    record AveragePool(Window window, int divisor) implements FloatOperation {
        @Override
        public String name() {
            return "avg_pool2d";
        }
    }

    /** The same elements in another shape. */
    record Reshape(Shape shape) implements FloatOperation {
        @Override
        public String name() {
            return "reshape";
        }
    }

    /** The sum of two tensors of one shape. */
    record Add() implements FloatOperation {
        @Override
        public String name() {
            return "add";
        }
    }
}
