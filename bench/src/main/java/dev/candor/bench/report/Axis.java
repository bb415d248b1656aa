package dev.candor.bench.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** One axis: where a value stands, from 0 to 1, and what is written beside it. */
final class Axis {
    private static final int TICKS = 6;
    private static final double[] STEPS = {1, 2, 2.5, 5, 10};

    private final Plot.Scale scale;
    private final double low;
    private final double high;

    /** A mark. */
    record Tick(double at, String label) {}

    private Axis(Plot.Scale scale, double low, double high) {
        this.scale = scale;
        this.low = low;
        this.high = high;
    }

    /** An axis for all of {@code values}, which stand on it: there is at least one. */
    static Axis of(Plot.Scale scale, double[] values) {
        double least = Arrays.stream(values).min().orElse(1);
        double most = Arrays.stream(values).max().orElse(1);
        return switch (scale) {
            case LINEAR -> new Axis(scale, 0, most == 0 ? 1 : Math.ceil(most / step(most)) * step(most));
            case LOGARITHMIC -> {
                double from = Math.floor(Math.log10(least));
                yield new Axis(scale, from, Math.max(from + 1, Math.ceil(Math.log10(most))));
            }
            case PERCENTILE -> new Axis(scale, 0, Math.max(1, Math.ceil(nines(most))));
        };
    }

    private static double nines(double part) {
        // Rounded, for 0.9 shall be one nine and not a little more.
        return Math.round(-Math.log10(1 - part) * 1e9) / 1e9;
    }

    private static double step(double most) {
        double rough = most / TICKS;
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        return Arrays.stream(STEPS)
                .map(step -> step * power)
                .filter(step -> step >= rough * (1 - 1e-9))
                .findFirst()
                .orElse(10 * power);
    }

    double place(double value) {
        double on = switch (scale) {
            case LINEAR -> value;
            case LOGARITHMIC -> Math.log10(value);
            case PERCENTILE -> nines(value);
        };
        return (on - low) / (high - low);
    }

    List<Tick> ticks() {
        List<Tick> ticks = new ArrayList<>();
        double step = scale == Plot.Scale.LINEAR ? step(high) : 1;
        for (long i = 0; low + i * step <= high + 1e-9 * step; i++) {
            double on = low + i * step;
            String label = switch (scale) {
                case LINEAR -> number(on);
                case LOGARITHMIC -> number(Math.pow(10, on));
                case PERCENTILE -> number(100 * (1 - Math.pow(10, -on))) + " %";
            };
            ticks.add(new Tick((on - low) / (high - low), label));
        }
        return ticks;
    }

    /** A number with as many digits as are of use. */
    static String number(double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            return String.format(Locale.ROOT, "%,d", (long) value);
        }
        int digits = Math.clamp((int) (3 - Math.floor(Math.log10(Math.abs(value)))), 0, 9);
        String text = String.format(Locale.ROOT, "%,." + digits + "f", value);
        return digits == 0 ? text : text.replaceAll("0+$", "").replaceAll("\\.$", "");
    }
}
