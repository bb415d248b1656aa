package dev.candor.proving.quantise;

import dev.candor.proving.graph.FloatExecution;
import dev.candor.proving.graph.FloatGraph;
import dev.candor.proving.graph.FloatGraph.FloatNode;
import dev.candor.proving.network.ReferenceExecution;
import dev.candor.proving.network.Trace;
import dev.candor.proving.quantise.Quantised.Meaning;
import java.util.ArrayList;
import java.util.List;

/**
 * What quantisation costs, measured on samples by running both networks. Nothing of it is proven.
 *
 * @param answers where the integer network's largest output is, for each sample
 * @param exactAnswers where the trained network's is
 * @param layers one entry for each operation of the trained network
 */
public record QuantisationReport(List<Integer> answers, List<Integer> exactAnswers, List<LayerError> layers) {
    public QuantisationReport {
        answers = List.copyOf(answers);
        exactAnswers = List.copyOf(exactAnswers);
        layers = List.copyOf(layers);
    }

    /**
     * The error of one operation's output, over all samples.
     *
     * @param operation its name
     * @param place where the model's file asks for it
     * @param scale what 1 stands for in its integers
     * @param relative root mean square of the error over that of the exact value; 0 where all of those are 0
     * @param largest the largest absolute error
     */
    public record LayerError(String operation, String place, double scale, double relative, double largest) {}

    /** How many samples were run. */
    public int samples() {
        return answers.size();
    }

    /** Of how many samples both networks' largest output is at the same place. */
    public int agreeing() {
        int agreeing = 0;
        for (int i = 0; i < answers.size(); i++) {
            agreeing += answers.get(i).equals(exactAnswers.get(i)) ? 1 : 0;
        }
        return agreeing;
    }

    /** How many of the integer network's answers are {@code labels}, one a sample. */
    public int rightAnswers(byte[] labels) {
        return right(answers, labels);
    }

    /** How many of the trained network's answers are {@code labels}, one a sample. */
    public int rightExactAnswers(byte[] labels) {
        return right(exactAnswers, labels);
    }

    private static int right(List<Integer> answers, byte[] labels) {
        if (labels.length != answers.size()) {
            throw new IllegalArgumentException(labels.length + " labels were given for " + answers.size() + " samples");
        }
        int right = 0;
        for (int i = 0; i < labels.length; i++) {
            right += answers.get(i) == (labels[i] & 0xff) ? 1 : 0;
        }
        return right;
    }

    /** Runs both networks on samples, at least one. */
    public static QuantisationReport measure(FloatGraph graph, Quantised quantised, List<double[]> samples) {
        int values = graph.nodes().size() + 1;
        double[] squaredError = new double[values];
        double[] squared = new double[values];
        double[] largest = new double[values];
        List<Integer> answers = new ArrayList<>();
        List<Integer> exactAnswers = new ArrayList<>();
        for (double[] sample : samples) {
            List<double[]> exact = FloatExecution.run(graph, sample);
            Trace trace = ReferenceExecution.run(quantised.network(), 1, quantised.input(sample));
            for (int value = 0; value < values; value++) {
                Meaning meaning = quantised.values().get(value);
                long[] integers = trace.value(meaning.value());
                double[] x = exact.get(value);
                for (int i = 0; i < x.length; i++) {
                    double error = Math.abs(integers[i] * meaning.scale() - x[i]);
                    squaredError[value] += error * error;
                    squared[value] += x[i] * x[i];
                    largest[value] = Math.max(largest[value], error);
                }
            }
            answers.add(argmax(quantised.output(trace.output())));
            exactAnswers.add(argmax(exact.get(graph.output())));
        }
        List<LayerError> layers = new ArrayList<>();
        for (int value = 1; value < values; value++) {
            FloatNode node = graph.nodes().get(value - 1);
            double relative = squared[value] == 0 ? 0 : Math.sqrt(squaredError[value] / squared[value]);
            layers.add(new LayerError(
                    node.operation().name(),
                    node.place(),
                    quantised.values().get(value).scale(),
                    relative,
                    largest[value]));
        }
        return new QuantisationReport(answers, exactAnswers, layers);
    }

    /** The first place of the largest number. */
    public static int argmax(double[] numbers) {
        int best = 0;
        for (int i = 1; i < numbers.length; i++) {
            best = numbers[i] > numbers[best] ? i : best;
        }
        return best;
    }
}
