package dev.candor.proving.network;

import dev.candor.proving.network.Layer.Add;
import dev.candor.proving.network.Layer.Conv2d;
import dev.candor.proving.network.Layer.Dense;
import dev.candor.proving.network.Layer.Flatten;
import dev.candor.proving.network.Layer.MaxPool2d;
import dev.candor.proving.network.Layer.Relu;
import dev.candor.proving.network.Layer.Requantise;
import dev.candor.proving.network.Layer.SumPool2d;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs integer networks as the layers' definitions say, in 64-bit arithmetic, without any attempt at speed: what every other way of
 * running them has to agree with. Stateless; safe to share.
 */
public final class ReferenceExecution {
    private ReferenceExecution() {}

    /**
     * Runs a batch.
     *
     * @param input {@code batch} samples, one after the other
     * @return all values; {@link InvalidNetworkException} where the input has the wrong size or is out of range
     */
    public static Trace run(IntegerNetwork network, int batch, long[] input) {
        Architecture architecture = network.architecture();
        int elements = architecture.input().shape().elements();
        if (batch < 1 || (long) batch * elements != input.length) {
            throw new InvalidNetworkException("a batch of " + batch + " takes " + (long) batch * elements
                    + " integers and is given " + input.length);
        }
        for (int i = 0; i < input.length; i++) {
            if (!architecture.input().range().contains(input[i])) {
                throw new InvalidNetworkException("element " + i + " of the input is " + input[i]
                        + "; it has to lie within " + architecture.input().range());
            }
        }
        List<long[]> values = new ArrayList<>();
        values.add(input.clone());
        for (int n = 0; n < architecture.nodes().size(); n++) {
            Node node = architecture.nodes().get(n);
            int first = node.inputs().getFirst();
            long[] x = values.get(first);
            Shape from = architecture.shape(first);
            Shape to = architecture.shape(n + 1);
            values.add(
                    switch (node.layer()) {
                        case Dense dense -> dense(dense, network.parameters(n), x);
                        case Conv2d conv -> conv(conv, network.parameters(n), batch, x, from, to);
                        case Requantise requantise -> requantise(requantise, x);
                        case Relu _ -> relu(x);
                        case MaxPool2d(Window window) -> pool(window, batch, x, from, to, true);
                        case SumPool2d(Window window) -> pool(window, batch, x, from, to, false);
                        case Flatten _ -> x;
                        case Add add -> add(add, x, values.get(node.inputs().getLast()));
                        case TokenLayer token ->
                            TokenExecution.run(
                                    token,
                                    network.parameters(n),
                                    batch,
                                    x,
                                    values.get(node.inputs().getLast()),
                                    from,
                                    to);
                    });
        }
        return new Trace(architecture, batch, values);
    }

    private static long[] dense(Dense dense, Parameters.Entry entry, long[] x) {
        int inputs = dense.inputs();
        int outputs = dense.outputs();
        int rows = x.length / inputs;
        long[] y = new long[rows * outputs];
        byte[] weights = entry.weights().toArray();
        for (int r = 0; r < rows; r++) {
            for (int o = 0; o < outputs; o++) {
                long sum = entry.biases().at(o);
                for (int k = 0; k < inputs; k++) {
                    sum += x[r * inputs + k] * weights[o * inputs + k];
                }
                y[r * outputs + o] = sum;
            }
        }
        return y;
    }

    private static long[] conv(Conv2d conv, Parameters.Entry entry, int batch, long[] x, Shape from, Shape to) {
        long[] y = new long[batch * to.elements()];
        byte[] weights = entry.weights().toArray();
        int at = 0;
        for (int b = 0; b < batch; b++) {
            for (int o = 0; o < to.size(0); o++) {
                for (int i = 0; i < to.size(1); i++) {
                    for (int j = 0; j < to.size(2); j++) {
                        long sum = entry.biases().at(o);
                        for (int c = 0; c < from.size(0); c++) {
                            sum += window(conv, weights, o, c, x, b, from, i, j);
                        }
                        y[at++] = sum;
                    }
                }
            }
        }
        return y;
    }

    private static long window(Conv2d conv, byte[] weights, int o, int c, long[] x, int b, Shape from, int i, int j) {
        Window w = conv.window();
        int height = from.size(1);
        int width = from.size(2);
        int plane = (b * from.size(0) + c) * height * width;
        int weight = (o * conv.channels() + c) * w.area();
        long sum = 0;
        for (int a = 0; a < w.kernelHeight(); a++) {
            int row = i * w.strideHeight() + a - w.paddingHeight();
            for (int d = 0; d < w.kernelWidth(); d++) {
                int column = j * w.strideWidth() + d - w.paddingWidth();
                if (row >= 0 && row < height && column >= 0 && column < width) {
                    sum += x[plane + row * width + column] * weights[weight + a * w.kernelWidth() + d];
                }
            }
        }
        return sum;
    }

    private static long[] pool(Window w, int batch, long[] x, Shape from, Shape to, boolean largest) {
        long[] y = new long[batch * to.elements()];
        int height = from.size(1);
        int width = from.size(2);
        int at = 0;
        for (int plane = 0; plane < batch * from.size(0); plane++) {
            for (int i = 0; i < to.size(1); i++) {
                for (int j = 0; j < to.size(2); j++) {
                    long result = largest ? Long.MIN_VALUE : 0;
                    for (int cell = 0; cell < w.area(); cell++) {
                        int row = i * w.strideHeight() + cell / w.kernelWidth() - w.paddingHeight();
                        int column = j * w.strideWidth() + cell % w.kernelWidth() - w.paddingWidth();
                        if (row >= 0 && row < height && column >= 0 && column < width) {
                            long value = x[(plane * height + row) * width + column];
                            result = largest ? Math.max(result, value) : result + value;
                        }
                    }
                    y[at++] = result;
                }
            }
        }
        return y;
    }

    private static long[] requantise(Requantise requantise, long[] x) {
        long[] y = new long[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = requantise.apply(x[i]);
        }
        return y;
    }

    private static long[] relu(long[] x) {
        long[] y = new long[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = Math.max(x[i], 0);
        }
        return y;
    }

    private static long[] add(Add add, long[] a, long[] b) {
        long[] y = new long[a.length];
        for (int i = 0; i < y.length; i++) {
            y[i] = (a[i] << add.leftShift()) + (b[i] << add.rightShift());
        }
        return y;
    }
}
