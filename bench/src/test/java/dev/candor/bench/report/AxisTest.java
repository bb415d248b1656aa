package dev.candor.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

final class AxisTest {
    @Test
    void ninesAreEquallyFarApart() {
        Axis axis = Axis.of(Plot.Scale.PERCENTILE, new double[] {0, 0.999});
        assertEquals(
                List.of("0 %", "90 %", "99 %", "99.9 %"),
                axis.ticks().stream().map(Axis.Tick::label).toList());
        assertEquals(1.0 / 3, axis.place(0.9), 1e-6);
    }

    @Property
    void everyValueStandsOnItsAxis(
            @ForAll @DoubleRange(min = 0.01, max = 1e7) double one,
            @ForAll @DoubleRange(min = 0.01, max = 1e7) double other) {
        for (Plot.Scale scale : List.of(Plot.Scale.LINEAR, Plot.Scale.LOGARITHMIC)) {
            Axis axis = Axis.of(scale, new double[] {one, other});
            for (double value : new double[] {one, other}) {
                assertTrue(axis.place(value) >= 0 && axis.place(value) <= 1 + 1e-9);
            }
            assertTrue(axis.ticks().size() >= 2 && axis.ticks().size() <= 14);
            assertTrue(axis.ticks().stream().allMatch(tick -> tick.at() >= 0 && tick.at() <= 1 + 1e-9));
        }
    }
}
