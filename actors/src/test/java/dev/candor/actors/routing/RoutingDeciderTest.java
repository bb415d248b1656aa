package dev.candor.actors.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.executor.Residency;
import dev.candor.actors.routing.RoutingDecider.Candidate;
import dev.candor.actors.routing.RoutingDecider.Rank;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RoutingDeciderTest {
    private final Random random = new Random(1);

    private static Candidate<String> host(String name, Rank rank, long load) {
        return new Candidate<>(rank, load, 0, false, name);
    }

    @Test
    void prefersTheCallersOwnNodeWhileItHasCredits() {
        List<Candidate<String>> hosts = List.of(
                host("a", Rank.CREDITS, 0),
                new Candidate<>(Rank.CREDITS, 50, 0, true, "own"),
                host("b", Rank.CREDITS, 0));
        for (int i = 0; i < 20; i++) {
            assertThat(RoutingDecider.choose(hosts, random).target()).isEqualTo("own");
        }
    }

    @Test
    void leavesTheOwnNodeWhenOnlyOthersHaveCredits() {
        List<Candidate<String>> hosts =
                List.of(new Candidate<>(Rank.ROOM, 50, 0, true, "own"), host("a", Rank.CREDITS, 0));
        assertThat(RoutingDecider.choose(hosts, random).target()).isEqualTo("a");
    }

    @Test
    void prefersWhereTheModelIsWarm() {
        List<Candidate<String>> hosts =
                List.of(host("cold", Rank.LOADS, 0), host("warm", Rank.ROOM, 900), host("failed", Rank.EXPLAINS, 0));
        assertThat(RoutingDecider.choose(hosts, random).target()).isEqualTo("warm");
    }

    @Test
    void takesTheLessLoadedOfTwo() {
        List<Candidate<String>> hosts = List.of(host("busy", Rank.CREDITS, 10), host("free", Rank.CREDITS, 1));
        for (int i = 0; i < 20; i++) {
            assertThat(RoutingDecider.choose(hosts, random).target()).isEqualTo("free");
        }
    }

    /** With two choices the fullest of 10 hosts stays close to the mean; with one it would not (Mitzenmacher 2001). */
    @Test
    void spreadsLoadAsTwoChoicesDo() {
        Map<String, Integer> loads = new HashMap<>();
        for (int i = 0; i < 10_000; i++) {
            List<Candidate<String>> hosts = new ArrayList<>();
            for (int k = 0; k < 10; k++) {
                hosts.add(host("h" + k, Rank.CREDITS, loads.getOrDefault("h" + k, 0)));
            }
            loads.merge(RoutingDecider.choose(hosts, random).target(), 1, Integer::sum);
        }
        assertThat(loads.values()).allSatisfy(load -> assertThat(load).isBetween(990, 1_010));
    }

    /** Rows arrive for two hosts of which one takes four times as long; statuses are as old as real ones. The part of the rows that the slow one got, and how much longer they waited there. */
    private double[] slowHost(boolean knowsSpeeds) {
        long[] nanosARow = {1_000_000, 4_000_000};
        double[] backlog = new double[2];
        long[] seen = new long[2];
        long[] got = new long[2];
        double[] waited = new double[2];
        for (int row = 0; row < 100_000; row++) {
            // 1,300 rows a second, and capacity for 1,250.
            for (int host = 0; host < 2; host++) {
                backlog[host] = Math.max(0, backlog[host] - 1e9 / 1_300 / nanosARow[host]);
                seen[host] = row % 250 == 0 ? (long) backlog[host] : seen[host];
            }
            List<Candidate<String>> hosts = new ArrayList<>();
            for (int host = 0; host < 2; host++) {
                hosts.add(
                        new Candidate<>(Rank.CREDITS, seen[host], knowsSpeeds ? nanosARow[host] : 0, false, "" + host));
            }
            int chosen = Integer.parseInt(RoutingDecider.choose(hosts, random).target());
            got[chosen]++;
            seen[chosen]++;
            backlog[chosen]++;
            waited[chosen] += backlog[chosen] * nanosARow[chosen];
        }
        return new double[] {got[1] / 100_000.0, (waited[1] / got[1]) / (waited[0] / got[0])};
    }

    @Test
    void aSlowHostGetsAsMuchLessAsItIsSlower() {
        double[] slow = slowHost(true);
        assertThat(slow[0]).as("its part of the rows").isBetween(0.15, 0.25);
        assertThat(slow[1]).as("how much longer they wait there").isLessThan(1.5);
    }

    @Test
    void findsARouterThatDoesNotKnowSpeeds() {
        double[] slow = slowHost(false);
        assertThat(slow[1]).isGreaterThan(2.5);
    }

    @Test
    void findsNobodyWhereNothingIsUp() {
        assertThat(RoutingDecider.choose(List.of(), random)).isNull();
        assertThat(RoutingDecider.choose(List.of(host("a", Rank.NOTHING, 0)), random))
                .isNull();
    }

    @Test
    void ranksHosts() {
        assertThat(RoutingDecider.rank(Residency.READY, 1, 0, 1, 32, 100, 2)).isEqualTo(Rank.CREDITS);
        assertThat(RoutingDecider.rank(Residency.READY, 1, 63, 1, 32, 100, 2)).isEqualTo(Rank.CREDITS);
        assertThat(RoutingDecider.rank(Residency.READY, 1, 64, 1, 32, 100, 2)).isEqualTo(Rank.ROOM);
        assertThat(RoutingDecider.rank(Residency.READY, 2, 64, 1, 32, 100, 2)).isEqualTo(Rank.CREDITS);
        assertThat(RoutingDecider.rank(Residency.READY, 1, 100, 1, 32, 100, 2)).isEqualTo(Rank.FULL);
        assertThat(RoutingDecider.rank(Residency.READY, 1, 0, 200, 300, 100, 2)).isEqualTo(Rank.CREDITS);
        assertThat(RoutingDecider.rank(Residency.LOADING, 1, 0, 1, 32, 100, 2)).isEqualTo(Rank.LOADS);
        assertThat(RoutingDecider.rank(Residency.COLD, 1, 0, 1, 32, 100, 2)).isEqualTo(Rank.LOADS);
        assertThat(RoutingDecider.rank(Residency.COLD, 0, 0, 1, 32, 100, 2)).isEqualTo(Rank.NOTHING);
        assertThat(RoutingDecider.rank(Residency.FAILED, 1, 0, 1, 32, 100, 2)).isEqualTo(Rank.EXPLAINS);
        assertThat(RoutingDecider.rank(Residency.DOWN, 1, 0, 1, 32, 100, 2)).isEqualTo(Rank.NOTHING);
    }
}
