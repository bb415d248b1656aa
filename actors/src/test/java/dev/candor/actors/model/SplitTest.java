package dev.candor.actors.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.ToLongFunction;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class SplitTest {
    private static final ModelVersion OLD = ModelVersion.parse("1.02");
    private static final ModelVersion NEW = ModelVersion.parse("1.03");

    private static Split split(int old, int fresh) {
        return new Split(new TreeMap<>(Map.of(OLD, old, NEW, fresh)));
    }

    private static Map<ModelVersion, Integer> spread(Split split, int requests, ToLongFunction<Integer> ticket) {
        Map<ModelVersion, Integer> got = new HashMap<>();
        for (int i = 0; i < requests; i++) {
            got.merge(split.choose(ticket.applyAsLong(i), version -> true).orElseThrow(), 1, Integer::sum);
        }
        return got;
    }

    @Test
    void sharesRequestsByWeight() {
        Random random = new Random(7);
        Map<ModelVersion, Integer> byId = spread(
                split(90, 10), 100_000, i -> new UUID(random.nextLong(), random.nextLong()).getLeastSignificantBits());
        assertThat(byId.get(NEW)).isCloseTo(10_000, within(500));
        Map<ModelVersion, Integer> byCount = spread(split(90, 10), 100_000, i -> i);
        assertThat(byCount.get(NEW)).as("tickets that differ little").isCloseTo(10_000, within(500));
        Map<ModelVersion, Integer> byKey = spread(split(90, 10), 100_000, i -> ("order-" + i).hashCode());
        assertThat(byKey.get(NEW)).as("tickets of idempotency keys").isCloseTo(10_000, within(500));
    }

    @Property
    void aRequestStaysWithItsVersion(@ForAll long ticket, @ForAll @IntRange(min = 1, max = 1000) int weight) {
        Split split = split(weight, 1);
        assertThat(split.choose(ticket, version -> true)).isEqualTo(split.choose(ticket, version -> true));
    }

    @Property
    void whatGrowsOnlyTakesFromItsNeighbour(@ForAll long ticket, @ForAll @IntRange(min = 1, max = 49) int grown) {
        Split before = split(100 - grown, grown);
        Split after = split(50, 50);
        if (before.choose(ticket, version -> true).equals(Optional.of(NEW))) {
            assertThat(after.choose(ticket, version -> true)).contains(NEW);
        }
    }

    @Property
    void neverChoosesWhatDoesNotServe(
            @ForAll long ticket, @ForAll @Size(max = 8) Set<@IntRange(min = 0, max = 20) Integer> serving) {
        TreeMap<ModelVersion, Integer> weights = new TreeMap<>();
        for (int minor = 0; minor < 8; minor++) {
            weights.put(new ModelVersion(1, minor), minor + 1);
        }
        Optional<ModelVersion> chosen = new Split(weights).choose(ticket, version -> serving.contains(version.minor()));
        assertThat(chosen.isPresent()).isEqualTo(serving.stream().anyMatch(minor -> minor < 8));
        chosen.ifPresent(version -> assertThat(serving).contains(version.minor()));
    }

    @Test
    void theHeaviestStandsForAll() {
        assertThat(split(90, 10).heaviest()).isEqualTo(OLD);
        assertThat(split(1, 2).heaviest()).isEqualTo(NEW);
        assertThat(split(5, 5).heaviest()).as("the oldest of equals").isEqualTo(OLD);
        assertThat(Split.only(NEW).shared()).isFalse();
        assertThat(Split.only(NEW).choose(1, version -> true)).contains(NEW);
    }

    @Test
    void refusesWeightsThatSayNothing() {
        assertThatThrownBy(() -> new Split(new TreeMap<>())).hasMessageContaining("1 to 8");
        assertThatThrownBy(() -> split(0, 1)).hasMessageContaining("1.02").hasMessageContaining("1000");
        assertThatThrownBy(() -> split(1, 1001)).hasMessageContaining("1.03");
    }
}
