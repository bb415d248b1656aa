package dev.candor.persistence.ledger.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whole networks under seeds. {@code scripts/long/ledger-seeds replay SEED} runs one of them again; {@code -Dcandor.ledger.seeds} and
 * {@code -Dcandor.ledger.first} choose others.
 */
final class SimulationTest {
    private static final long SEEDS = Long.getLong("candor.ledger.seeds", 500);
    private static final long FIRST = Long.getLong("candor.ledger.first", 0);
    private static final int FEWEST_FAULTS = 20;

    /** One seed: what went wrong, or how often each fault fired. */
    private static Optional<Violation> run(long seed, Mutant mutant, Map<Fault, Integer> faults) {
        Simulation simulation = new Simulation(seed, mutant);
        try {
            simulation.run();
        } catch (Violation e) {
            return Optional.of(e);
        }
        simulation.faults().forEach((fault, times) -> faults.merge(fault, times, Integer::sum));
        return Optional.empty();
    }

    @Test
    void holdsEveryInvariantUnderEverySeed() {
        Map<Fault, Integer> faults = new ConcurrentHashMap<>();
        LongStream.range(FIRST, FIRST + SEEDS).parallel().forEach(seed -> {
            Map<Fault, Integer> own = new EnumMap<>(Fault.class);
            assertThat(run(seed, Mutant.NONE, own))
                    .as("seed %d; scripts/long/ledger-seeds replay %d", seed, seed)
                    .isEmpty();
            assertThat(own.values().stream().mapToInt(Integer::intValue).sum())
                    .as("faults of seed %d", seed)
                    .isGreaterThanOrEqualTo(FEWEST_FAULTS);
            own.forEach((fault, times) -> faults.merge(fault, times, Integer::sum));
        });
        System.out.println(SEEDS + " seeds from " + FIRST + ", faults that fired:");
        for (Fault fault : Fault.values()) {
            System.out.printf("  %-24s %,10d%n", fault, faults.getOrDefault(fault, 0));
            if (SEEDS >= 50) {
                assertThat(faults.getOrDefault(fault, 0)).as("%s fired", fault).isPositive();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void findsEveryMutant(Mutant mutant) {
        for (long seed = 0; seed < 500; seed++) {
            Optional<Violation> found = run(seed, mutant, new EnumMap<>(Fault.class));
            if (found.isPresent()) {
                System.out.println(
                        mutant + " found by seed " + seed + ": " + found.get().getMessage());
                return;
            }
        }
        assertThat(mutant).as("a mutant that no seed finds").isEqualTo(Mutant.NONE);
    }

    @Test
    void theSameSeedIsTheSameHistory() {
        for (long seed = 0; seed < 5; seed++) {
            Simulation one = new Simulation(seed, Mutant.NONE);
            Simulation two = new Simulation(seed, Mutant.NONE);
            one.run();
            two.run();
            assertThat(two.summary()).isEqualTo(one.summary());
        }
    }
}
