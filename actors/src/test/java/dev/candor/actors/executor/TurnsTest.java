package dev.candor.actors.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Models that keep asking for one device under a simulated clock. */
final class TurnsTest {
    private static final long MILLI = 1_000_000;
    private static final int SCENARIOS_A_MUTANT = 200;

    /** Defects that the checks must find. */
    private enum Mutant {
        NONE,
        /** Turns are equal, times are not. */
        CHARGES_NOTHING,
        /** Who was idle has it all back. */
        KEEPS_WHAT_WAS_NOT_USED,
        /** Loads are free. */
        LOADS_COST_NOTHING
    }

    /** A model with batches of its own length that asks again and again while it is busy. */
    private static final class Party {
        final ModelEntry entry;
        final long batch;
        long got;
        long longest;
        boolean busy;

        Party(int number, long batch) {
            this.entry = new ModelEntry(ExecutorDeciderTest.model("m" + number), 1);
            this.batch = batch;
        }
    }

    /** How far the work of two models ran apart while both kept asking. */
    private static final class Pair {
        final Party one;
        final Party other;
        long least;
        long most;
        long startOne;
        long startOther;

        Pair(Party one, Party other) {
            this.one = one;
            this.other = other;
        }

        void start() {
            startOne = one.got;
            startOther = other.got;
            least = 0;
            most = 0;
        }

        void check() {
            if (!one.busy || !other.busy) {
                start();
                return;
            }
            long apart = (one.got - startOne) - (other.got - startOther);
            least = Math.min(least, apart);
            most = Math.max(most, apart);
            assertThat(most - least)
                    .as("two models that keep asking get the same time but for one batch of each")
                    .isLessThanOrEqualTo(one.longest + other.longest);
        }
    }

    private static void fair(long seed, Mutant mutant) {
        Random random = new Random(seed);
        Turns turns = new Turns(0.5);
        List<Party> parties = IntStream.range(0, 2 + random.nextInt(4))
                .mapToObj(i -> new Party(i, MILLI * (1 + random.nextInt(50))))
                .toList();
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < parties.size(); i++) {
            for (int j = i + 1; j < parties.size(); j++) {
                pairs.add(new Pair(parties.get(i), parties.get(j)));
            }
        }
        for (int step = 0; step < 600; step++) {
            for (Party party : parties) {
                if (!party.busy && random.nextInt(20) == 0) {
                    party.busy = true;
                    ask(turns, party, mutant);
                }
            }
            pairs.forEach(Pair::check);
            Turns.Turn turn = turns.poll();
            if (turn == null) {
                continue;
            }
            Party party = parties.stream()
                    .filter(each -> each.entry == turn.entry())
                    .findFirst()
                    .orElseThrow();
            // It asks for its next batch while this one runs, as lanes do, unless its queue is empty.
            party.busy = random.nextInt(60) != 0;
            if (party.busy) {
                ask(turns, party, mutant);
            }
            long nanos = party.batch / 2 + (long) (random.nextDouble() * party.batch / 2);
            party.got += nanos;
            party.longest = Math.max(party.longest, nanos);
            turns.ended();
            turns.ran(turn.entry(), mutant == Mutant.CHARGES_NOTHING ? 0 : nanos);
            pairs.forEach(Pair::check);
        }
    }

    private static void ask(Turns turns, Party party, Mutant mutant) {
        double before = party.entry.served;
        turns.add(party.entry, false);
        if (mutant == Mutant.KEEPS_WHAT_WAS_NOT_USED) {
            party.entry.served = before;
        }
    }

    /** Warm models that keep asking beside cold ones without end; the part of the time that loads got. */
    private static double loadPart(double share, Mutant mutant) {
        Turns turns = new Turns(share);
        List<Party> warm = IntStream.range(0, 5)
                .mapToObj(i -> new Party(i, (1 + i) * MILLI))
                .toList();
        warm.forEach(party -> ask(turns, party, mutant));
        long loading = 0;
        long all = 0;
        int cold = 100;
        turns.add(new Party(cold, 0).entry, true);
        while (all < 60_000 * MILLI) {
            Turns.Turn turn = turns.poll();
            assertThat(turn).isNotNull();
            long nanos = turn.load() ? 40 * MILLI : 3 * MILLI;
            if (turn.load()) {
                turns.add(new Party(++cold, 0).entry, true);
                turns.ended();
                turns.loaded(mutant == Mutant.LOADS_COST_NOTHING ? 0 : nanos);
                loading += nanos;
            } else {
                turns.add(turn.entry(), false);
                turns.ended();
                turns.ran(turn.entry(), nanos);
            }
            all += nanos;
        }
        return (double) loading / all;
    }

    @Property(tries = 500)
    void modelsThatKeepAskingGetTheSameTime(@ForAll long seed) {
        fair(seed, Mutant.NONE);
    }

    @Example
    void findsTurnsInsteadOfTime() {
        assertFound(Mutant.CHARGES_NOTHING);
    }

    @Example
    void findsSavedUpTime() {
        assertFound(Mutant.KEEPS_WHAT_WAS_NOT_USED);
    }

    private static void assertFound(Mutant mutant) {
        long found = IntStream.range(0, SCENARIOS_A_MUTANT)
                .filter(seed -> {
                    try {
                        fair(seed, mutant);
                        return false;
                    } catch (AssertionError e) {
                        return true;
                    }
                })
                .count();
        assertThat(found).as("%s", mutant).isPositive();
    }

    @Example
    void loadsGetNoMoreThanTheirShareWhileBatchesWait() {
        assertThat(loadPart(0.5, Mutant.NONE)).isCloseTo(0.5, within(0.02));
        assertThat(loadPart(0.2, Mutant.NONE)).isCloseTo(0.2, within(0.02));
        assertThat(loadPart(0.2, Mutant.LOADS_COST_NOTHING)).isGreaterThan(0.9);
    }

    @Example
    void loadsStartAtOnceWhereNoBatchWaits() {
        Turns turns = new Turns(0.1);
        Party warm = new Party(0, MILLI);
        for (int i = 1; i <= 10; i++) {
            ModelEntry cold = new Party(i, 0).entry;
            turns.add(cold, true);
            assertThat(turns.poll()).isEqualTo(new Turns.Turn(cold, true));
            turns.ended();
            turns.loaded(1_000 * MILLI);
        }
        ask(turns, warm, Mutant.NONE);
        turns.add(new Party(11, 0).entry, true);
        assertThat(turns.poll())
                .as("what loads took of an idle device is not held against them for ever")
                .isNotNull();
        turns.ended();
    }

    @Example
    void whoAsksAnewWaitsForNobodysSecondTurn() {
        Turns turns = new Turns(0.5);
        Party hog = new Party(0, 50 * MILLI);
        for (int i = 0; i < 20; i++) {
            ask(turns, hog, Mutant.NONE);
            Turns.Turn turn = turns.poll();
            assertThat(turn).isNotNull();
            turns.ended();
            turns.ran(turn.entry(), 50 * MILLI);
        }
        ask(turns, hog, Mutant.NONE);
        assertThat(turns.poll()).isEqualTo(new Turns.Turn(hog.entry, false));
        ask(turns, hog, Mutant.NONE);
        Party fresh = new Party(1, MILLI);
        ask(turns, fresh, Mutant.NONE);
        turns.ended();
        turns.ran(hog.entry, 50 * MILLI);
        assertThat(turns.poll()).isEqualTo(new Turns.Turn(fresh.entry, false));
    }

    @Example
    void dropsTheTurnsOfModelsThatAreGone() {
        Turns turns = new Turns(0.5);
        Party one = new Party(0, MILLI);
        Party other = new Party(1, MILLI);
        ask(turns, one, Mutant.NONE);
        ask(turns, other, Mutant.NONE);
        turns.putFirst(one.entry);
        turns.removeIf(entry -> entry == one.entry);
        assertThat(turns.poll()).isEqualTo(new Turns.Turn(other.entry, false));
        assertThat(turns.poll()).isNull();
    }
}
