package dev.candor.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

final class ScheduleTest {
    private static final int MANY = 20_000;

    @Property(tries = 50)
    void constantArrivalsKeepTheirDistanceForAsLongAsTheyGo(
            @ForAll @DoubleRange(min = 0.5, max = 100_000) double rate) {
        Schedule schedule = new Schedule(new Pace.Constant(rate), new SplittableRandom(1), 100);
        for (int i = 0; i < MANY; i++) {
            assertEquals(100 + i * (1e9 / rate), (double) schedule.due(), 1.5);
            schedule.step();
        }
    }

    @Property(tries = 50)
    void poissonArrivalsComeAtTheirRateWithAsMuchSpreadAsMean(
            @ForAll @DoubleRange(min = 0.5, max = 100_000) double rate, @ForAll long seed) {
        Schedule schedule = new Schedule(new Pace.Poisson(rate), new SplittableRandom(seed), 0);
        double sum = 0;
        double squares = 0;
        long last = 0;
        for (int i = 0; i < MANY; i++) {
            double gap = (schedule.due() - last) * rate / 1e9;
            assertTrue(gap >= 0);
            last = schedule.due();
            sum += gap;
            squares += gap * gap;
            schedule.step();
        }
        // Seven standard deviations of the mean and of the second moment of an exponential distribution.
        assertEquals(1, sum / MANY, 7 / Math.sqrt(MANY));
        assertEquals(2, squares / MANY, 7 * Math.sqrt(20) / Math.sqrt(MANY));
    }

    @Test
    void theSameSeedGivesTheSameArrivals() {
        Schedule one = new Schedule(new Pace.Poisson(10), new SplittableRandom(3), 5);
        Schedule other = new Schedule(new Pace.Poisson(10), new SplittableRandom(3), 5);
        for (int i = 0; i < 100; i++) {
            assertEquals(one.due(), other.due());
            one.step();
            other.step();
        }
    }

    @Test
    void refusesARateThatIsNone() {
        for (double rate : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThrows(IllegalArgumentException.class, () -> new Pace.Constant(rate));
            assertThrows(IllegalArgumentException.class, () -> new Pace.Poisson(rate));
        }
    }
}
