package dev.candor.actors.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.routing.SpreadDecider.Change;
import dev.candor.actors.routing.SpreadDecider.Seen;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** A model on four devices under a simulated clock: one copy takes 100 rows a second, 64 without delay, and a load takes half a second. */
final class SpreadDeciderTest {
    private static final long TICK = 250_000_000L;
    private static final long SECOND = 1_000_000_000L;
    private static final int DEVICES = 4;

    /** Defects that the checks must find. */
    private enum Mutant {
        NONE,
        /** It never looks at what waits. */
        NEVER_GROWS,
        /** It keeps all it ever had. */
        NEVER_SHRINKS,
        /** It does not wait for the copy that is coming. */
        FORGETS_WHAT_IS_COMING
    }

    private static final class Scenario {
        private final Mutant mutant;
        private final SpreadDecider decider = new SpreadDecider(SECOND, 30 * SECOND);
        private long now = 5;
        private double waiting;
        private int ready = 1;
        private long comingAt = -1;
        private int grown;
        private int shrunk;

        Scenario(Mutant mutant) {
            this.mutant = mutant;
        }

        void pass(double seconds, double rowsASecond) {
            for (long end = now + (long) (seconds * SECOND); now < end; now += TICK) {
                waiting = Math.max(0, waiting + (rowsASecond - 100.0 * ready) * TICK / SECOND);
                if (comingAt >= 0 && comingAt <= now) {
                    ready++;
                    comingAt = -1;
                }
                int coming = comingAt >= 0 && mutant != Mutant.FORGETS_WHAT_IS_COMING ? 1 : 0;
                Change change = decider.look(
                        new Seen(ready, coming, DEVICES - ready - coming, (long) waiting, 64L * ready), now);
                boolean missed = (mutant == Mutant.NEVER_GROWS && change == Change.GROW)
                        || (mutant == Mutant.NEVER_SHRINKS && change == Change.SHRINK);
                switch (missed ? Change.NONE : change) {
                    case NONE -> {}
                    case GROW -> {
                        assertThat(comingAt).as("one copy at a time").isNegative();
                        comingAt = now + 5 * SECOND / 2;
                        grown++;
                    }
                    case SHRINK -> {
                        assertThat(ready).as("the last copy stays").isGreaterThan(1);
                        ready--;
                        shrunk++;
                    }
                }
            }
        }

        void hot() {
            pass(5, 50);
            assertThat(ready).as("one copy is enough").isEqualTo(1);
            pass(15, 280);
            assertThat(ready).as("a hot model spreads within seconds").isGreaterThanOrEqualTo(3);
            pass(300, 20);
            assertThat(ready).as("and shrinks again").isEqualTo(1);
        }
    }

    @Example
    void aHotModelSpreadsWithinSecondsAndShrinksAgain() {
        new Scenario(Mutant.NONE).hot();
    }

    @Example
    void findsDefects() {
        for (Mutant each : List.of(Mutant.NEVER_GROWS, Mutant.NEVER_SHRINKS, Mutant.FORGETS_WHAT_IS_COMING)) {
            AssertionError found = null;
            try {
                new Scenario(each).hot();
            } catch (AssertionError e) {
                found = e;
            }
            assertThat(found).as("%s", each).isNotNull();
        }
    }

    @Example
    void aShortBurstLoadsNothing() {
        Scenario bursts = new Scenario(Mutant.NONE);
        for (int i = 0; i < 20; i++) {
            bursts.pass(0.5, 250);
            bursts.pass(5, 0);
        }
        assertThat(bursts.grown).isZero();
    }

    @Example
    void aModelThatIsHotNowAndThenKeepsItsCopiesLonger() {
        Scenario again = new Scenario(Mutant.NONE);
        for (int i = 0; i < 20; i++) {
            again.pass(10, 180);
            again.pass(40, 10);
        }
        assertThat(again.grown).as("20 bursts").isLessThan(12);
    }

    @Property(tries = 300)
    void neverLosesTheLastCopyNorChangesTooOften(
            @ForAll @Size(max = 60) List<@IntRange(min = 0, max = 600) Integer> rates) {
        Scenario any = new Scenario(Mutant.NONE);
        for (int rate : rates) {
            any.pass(3, rate);
        }
        assertThat(any.ready).isBetween(1, DEVICES);
        assertThat(any.grown).isLessThanOrEqualTo(1 + (int) ((any.now - 5) / SECOND));
        assertThat(any.shrunk).isLessThanOrEqualTo(1 + (int) ((any.now - 5) / (30 * SECOND)));
    }
}
