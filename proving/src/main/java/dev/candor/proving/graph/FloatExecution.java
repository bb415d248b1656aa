package dev.candor.proving.graph;

import dev.candor.proving.graph.FloatGraph.FloatNode;
import dev.candor.proving.graph.FloatOperation.AveragePool;
import dev.candor.proving.graph.FloatOperation.ChannelAffine;
import dev.candor.proving.graph.FloatOperation.Convolution;
import dev.candor.proving.graph.FloatOperation.Linear;
import dev.candor.proving.graph.FloatOperation.MaxPool;
import dev.candor.proving.network.Shape;
import dev.candor.proving.network.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/** Runs trained networks one sample at a time in double precision. Stateless. */
public final class FloatExecution {
    private FloatExecution() {}

    /** All values for one sample, which has as many numbers as the graph's input. */
    public static List<double[]> run(FloatGraph graph, double[] input) {
        if (input.length != graph.input().elements()) {
            throw new IllegalArgumentException("a sample has " + input.length + " numbers; the network takes "
                    + graph.input().elements());
        }
        List<double[]> values = new ArrayList<>();
        values.add(input);
        for (FloatNode node : graph.nodes()) {
            double[] x = values.get(node.inputs().getFirst());
            double[] last = values.get(node.inputs().getLast());
            Shape from = graph.shape(node.inputs().getFirst());
            Shape to = graph.shape(values.size());
            values.add(
                    switch (node.operation()) {
                        case Linear linear -> linear(linear, x);
                        case Convolution convolution -> convolution(convolution, x, from, to);
                        case ChannelAffine affine -> affine(affine, x, from);
                        case FloatOperation.Relu _ -> map(x, v -> Math.max(v, 0));
                        case MaxPool(Window window) -> pool(window, x, from, to, true);
                        case AveragePool(Window window, int divisor) ->
                            map(pool(window, x, from, to, false), v -> v / divisor);
                        case FloatOperation.Reshape _ -> x;
                        case FloatOperation.Add _ -> add(x, last);
                        case TokenOperation token -> TokenExecution.run(token, x, last, from, to);
                    });
        }
        return values;
    }

    private static double[] map(double[] x, DoubleUnaryOperator f) {
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = f.applyAsDouble(x[i]);
        }
        return y;
    }

    private static double[] add(double[] a, double[] b) {
        double[] y = new double[a.length];
        for (int i = 0; i < a.length; i++) {
            y[i] = a[i] + b[i];
        }
        return y;
    }

    private static double[] linear(Linear linear, double[] x) {
        int inputs = linear.inputs();
        int outputs = linear.outputs();
        int rows = x.length / inputs;
        double[] y = new double[rows * outputs];
        for (int r = 0; r < rows; r++) {
            for (int o = 0; o < outputs; o++) {
                double sum = linear.bias().at(o);
                for (int k = 0; k < inputs; k++) {
                    sum += x[r * inputs + k] * linear.weight().at(o * inputs + k);
                }
                y[r * outputs + o] = sum;
            }
        }
        return y;
    }

    private static double[] affine(ChannelAffine affine, double[] x, Shape shape) {
        double[] y = new double[x.length];
        int plane = x.length / shape.size(0);
        for (int i = 0; i < x.length; i++) {
            y[i] = x[i] * affine.factor().at(i / plane) + affine.offset().at(i / plane);
        }
        return y;
    }

    private static double[] convolution(Convolution convolution, double[] x, Shape from, Shape to) {
        Window w = convolution.window();
        double[] y = new double[to.elements()];
        int at = 0;
        for (int o = 0; o < to.size(0); o++) {
            for (int i = 0; i < to.size(1); i++) {
                for (int j = 0; j < to.size(2); j++) {
                    double sum = convolution.bias().at(o);
                    for (int c = 0; c < from.size(0); c++) {
                        int weight = (o * from.size(0) + c) * w.area();
                        for (int a = 0; a < w.kernelHeight(); a++) {
                            int row = i * w.strideHeight() + a - w.paddingHeight();
                            if (row < 0 || row >= from.size(1)) {
                                continue;
                            }
                            for (int b = 0; b < w.kernelWidth(); b++) {
                                int column = j * w.strideWidth() + b - w.paddingWidth();
                                if (column >= 0 && column < from.size(2)) {
                                    sum += x[(c * from.size(1) + row) * from.size(2) + column]
                                            * convolution.weight().at(weight + a * w.kernelWidth() + b);
                                }
                            }
                        }
                    }
                    y[at++] = sum;
                }
            }
        }
        return y;
    }

    private static double[] pool(Window w, double[] x, Shape from, Shape to, boolean largest) {
        double[] y = new double[to.elements()];
        int at = 0;
        for (int c = 0; c < to.size(0); c++) {
            for (int i = 0; i < to.size(1); i++) {
                for (int j = 0; j < to.size(2); j++) {
                    double result = largest ? Double.NEGATIVE_INFINITY : 0;
                    for (int cell = 0; cell < w.area(); cell++) {
                        int row = i * w.strideHeight() + cell / w.kernelWidth() - w.paddingHeight();
                        int column = j * w.strideWidth() + cell % w.kernelWidth() - w.paddingWidth();
                        if (row >= 0 && row < from.size(1) && column >= 0 && column < from.size(2)) {
                            double value = x[(c * from.size(1) + row) * from.size(2) + column];
                            result = largest ? Math.max(result, value) : result + value;
                        }
                    }
                    y[at++] = result;
                }
            }
        }
        return y;
    }
}
