package dev.candor.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.actors.inference.Identity;
import dev.candor.persistence.fakes.Fakes;
import dev.candor.persistence.request.Request;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class PlacementByNumberTest {
    @Property(tries = 300)
    void everyNodeHasItsEvenShareAtMost(
            @ForAll @IntRange(min = 1, max = 256) int shards, @ForAll @Size(min = 1, max = 9) Set<Integer> nodes) {
        List<String> places = new PlacementByNumber(shards).place(named(nodes));
        assertThat(places).hasSize(shards);
        for (String node : named(nodes)) {
            assertThat(Collections.frequency(places, node)).isLessThanOrEqualTo(Math.ceilDiv(shards, nodes.size()));
        }
    }

    @Property(tries = 300)
    void fewShardsMoveWhenANodeComes(@ForAll @Size(min = 1, max = 6) Set<Integer> nodes) {
        int shards = 64;
        List<String> before = new PlacementByNumber(shards).place(named(nodes));
        Set<Integer> more = new TreeSet<>(nodes);
        more.add(Integer.MAX_VALUE);
        List<String> after = new PlacementByNumber(shards).place(named(more));
        long moved = IntStream.range(0, shards)
                .filter(shard -> !before.get(shard).equals(after.get(shard)))
                .count();
        assertThat(moved).isLessThanOrEqualTo(2L * Math.ceilDiv(shards, more.size()));
    }

    @Test
    void neverChangesItsMind() {
        SortedSet<String> nodes = new TreeSet<>(List.of(
                "pekko://candor@10.0.0.1:17355", "pekko://candor@10.0.0.2:17355", "pekko://candor@10.0.0.3:17355"));
        assertThat(new PlacementByNumber(8)
                        .place(nodes).stream()
                                .map(node -> node.substring(22, 23))
                                .toList())
                .containsExactly("2", "3", "2", "3", "2", "1", "3", "1");
    }

    @Test
    void requestsShareTheShardOfTheirPartition() {
        Identity identity = Fakes.identity(17, "key", "body");
        assertThat(Extractors.<Request.Command>request().shardId(Request.entityId(identity)))
                .isEqualTo("17");
        assertThat(Extractors.<Request.Command>partition().shardId("17")).isEqualTo("17");
        assertThat(Extractors.<Request.Command>hash(30).shardId("mnist")).isBetween("0", "9");
        assertThatThrownBy(() -> Extractors.<Request.Command>request().shardId("nonsense"))
                .hasMessageContaining("nonsense");
    }

    private static SortedSet<String> named(Set<Integer> nodes) {
        SortedSet<String> named = new TreeSet<>();
        nodes.forEach(node -> named.add("pekko://candor@node-" + node + ":17355"));
        return named;
    }
}
