package dev.candor.persistence.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.actors.value.Bytes;
import dev.candor.persistence.control.ControlStore.Versioned;
import dev.candor.persistence.partition.OwnerLease.Action;
import dev.candor.persistence.partition.OwnerLease.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class OwnerLeaseTest {
    static final LeaseSettings SETTINGS = new LeaseSettings(
            Duration.ofSeconds(10), Duration.ofSeconds(3), Duration.ofSeconds(2), Duration.ofSeconds(1), false);
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    @Test
    void takesAFreeLeaseAtOnceAndKeepsIt() {
        OwnerLease lease = new OwnerLease("a", SETTINGS);
        assertThat(lease.start()).isEqualTo(new Action.Read());
        Action.Write write = (Action.Write) lease.read(Optional.empty(), 0);
        assertThat(write.expected()).isZero();
        assertThat(lease.valid(0)).isFalse();
        assertThat(lease.written(true, 5, 7)).isEqualTo(new Action.Wait(Duration.ofSeconds(3)));
        assertThat(lease.phase()).isEqualTo(Phase.HELD);
        assertThat(lease.epoch()).isEqualTo(1);
        assertThat(lease.valid(5 + 8 * SECOND - 1)).isTrue();
        assertThat(lease.valid(5 + 8 * SECOND)).isFalse();
        Action.Write renewal = (Action.Write) lease.waited(3 * SECOND);
        assertThat(renewal.expected()).isEqualTo(1);
        lease.written(true, 3 * SECOND, 4 * SECOND);
        assertThat(lease.valid(11 * SECOND - 1)).isTrue();
    }

    @Test
    void waitsOutALeaseThatIsHeld() {
        OwnerLease lease = new OwnerLease("b", SETTINGS);
        Versioned held = record(4, "a", 7, 3);
        lease.start();
        assertThat(lease.read(Optional.of(held), 100)).isEqualTo(new Action.Wait(Duration.ofSeconds(1)));
        lease.waited(SECOND);
        assertThat(lease.read(Optional.of(held), 100 + 10 * SECOND - 5))
                .isEqualTo(new Action.Wait(Duration.ofNanos(5)));
        lease.waited(11 * SECOND);
        Versioned renewed = record(5, "a", 7, 4);
        assertThat(lease.read(Optional.of(renewed), 11 * SECOND)).isInstanceOf(Action.Wait.class);
        lease.waited(12 * SECOND);
        Action.Write write = (Action.Write) lease.read(Optional.of(renewed), 21 * SECOND);
        assertThat(write.expected()).isEqualTo(5);
        lease.written(true, 21 * SECOND, 21 * SECOND);
        assertThat(lease.epoch()).isEqualTo(8);
    }

    @Test
    void takesAReleasedLeaseItsOwnOrAnExclusiveStoresAtOnce() {
        assertThat(first("b", SETTINGS, record(4, "", 7, 0))).isInstanceOf(Action.Write.class);
        assertThat(first("b", SETTINGS, record(4, "b", 7, 0))).isInstanceOf(Action.Write.class);
        assertThat(first("b", SETTINGS.withExclusiveStore(true), record(4, "a", 7, 0)))
                .isInstanceOf(Action.Write.class);
        assertThat(first("b", SETTINGS, record(4, "a", 7, 0))).isInstanceOf(Action.Wait.class);
    }

    @Test
    void adoptsARenewalWhoseOutcomeItNeverLearnt() {
        OwnerLease lease = held("a");
        lease.waited(3 * SECOND);
        assertThat(lease.failed(4 * SECOND)).isInstanceOf(Action.Wait.class);
        lease.waited(5 * SECOND);
        assertThat(lease.written(false, 5 * SECOND, 5 * SECOND)).isEqualTo(new Action.Read());
        Action.Write again = (Action.Write) lease.read(Optional.of(record(2, "a", 1, 1)), 5 * SECOND);
        assertThat(again.expected()).isEqualTo(2);
        lease.written(true, 5 * SECOND, 5 * SECOND);
        assertThat(lease.valid(13 * SECOND - 1)).isTrue();
    }

    @Test
    void losesTheLeaseToAnotherOwnerAndToTime() {
        OwnerLease taken = held("a");
        taken.waited(3 * SECOND);
        taken.written(false, 3 * SECOND, 3 * SECOND);
        assertThat(taken.read(Optional.of(record(2, "b", 2, 0)), 3 * SECOND)).isEqualTo(new Action.Stop());
        assertThat(taken.phase()).isEqualTo(Phase.LOST);
        assertThat(taken.valid(3 * SECOND)).isFalse();
        OwnerLease late = held("a");
        late.waited(3 * SECOND);
        assertThat(late.failed(8 * SECOND)).isEqualTo(new Action.Stop());
        assertThat(late.phase()).isEqualTo(Phase.LOST);
    }

    @Test
    void givesTheLeaseBack() {
        OwnerLease lease = held("a");
        Action.Write write = (Action.Write) lease.release(SECOND).orElseThrow();
        assertThat(LeaseRecord.decode(write.value())).isEqualTo(new LeaseRecord("", 1, 0));
        assertThat(lease.written(true, SECOND, SECOND)).isEqualTo(new Action.Stop());
        assertThat(lease.phase()).isEqualTo(Phase.RELEASED);
    }

    @Test
    void givesTheLeaseBackAfterTheRenewalUnderWay() {
        OwnerLease lease = held("a");
        lease.waited(3 * SECOND);
        assertThat(lease.release(3 * SECOND)).isEmpty();
        Action.Write write = (Action.Write) lease.written(true, 3 * SECOND, 3 * SECOND);
        assertThat(write.expected()).isEqualTo(2);
        assertThat(LeaseRecord.decode(write.value()).owner()).isEmpty();
    }

    @Test
    void refusesSettingsThatCannotBeKept() {
        assertThatThrownBy(() -> new LeaseSettings(
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(1),
                        false))
                .hasMessageContaining("renew-every");
        assertThatThrownBy(() -> new LeaseSettings(
                        Duration.ofSeconds(10), Duration.ZERO, Duration.ofSeconds(2), Duration.ofSeconds(1), false))
                .hasMessageContaining("positive");
    }

    @Property(tries = 400)
    void neverTwoOwnersWhateverTheNetworkDoes(@ForAll long seed) {
        assertThat(new Simulation(seed, false).run()).isTrue();
    }

    @Test
    void catchesTheMutantThatIgnoresTheLease() {
        boolean caught = false;
        for (long seed = 0; seed < 400 && !caught; seed++) {
            caught = !new Simulation(seed, true).run();
        }
        assertThat(caught)
                .as("a holder that never looks at the time overlaps with the next one")
                .isTrue();
    }

    private static Action first(String owner, LeaseSettings settings, Versioned found) {
        OwnerLease lease = new OwnerLease(owner, settings);
        lease.start();
        return lease.read(Optional.of(found), 0);
    }

    private static OwnerLease held(String owner) {
        OwnerLease lease = new OwnerLease(owner, SETTINGS);
        lease.start();
        lease.read(Optional.empty(), 0);
        lease.written(true, 0, 0);
        return lease;
    }

    private static Versioned record(long version, String owner, long epoch, long renewals) {
        return new Versioned(version, new LeaseRecord(owner, epoch, renewals).encode());
    }

    /**
     * Nodes with clocks of their own that drive leases over one linearizable record; requests and replies are delayed and lost, nodes pause. True if at
     * no moment two of them held a valid lease, and epochs only grew.
     */
    private static final class Simulation {
        private record Step(long at, Runnable what) {}

        private final class Node {
            private final String name;
            private final long clockOffset = random.nextLong(1L << 40);
            private OwnerLease lease;
            private int life;

            Node(String name) {
                this.name = name;
                this.lease = new OwnerLease(name, SETTINGS);
            }

            long clock() {
                return now + clockOffset;
            }

            boolean owns() {
                return ignoreLease ? lease.phase() == Phase.HELD : lease.valid(clock());
            }

            void begin() {
                life++;
                lease = new OwnerLease(name + life, SETTINGS);
                act(lease.start());
            }

            void act(Action action) {
                int mine = life;
                switch (action) {
                    case Action.Read _ ->
                        remote(mine, () -> {
                            Optional<Versioned> found = record;
                            return () -> act(lease.read(found, clock()));
                        });
                    case Action.Write write -> {
                        long sentAt = clock();
                        remote(mine, () -> {
                            long version = record.map(Versioned::version).orElse(0L);
                            boolean ok = version == write.expected();
                            if (ok) {
                                record = Optional.of(new Versioned(version + 1, write.value()));
                            }
                            return () -> act(lease.written(ok, sentAt, clock()));
                        });
                    }
                    case Action.Wait wait -> later(mine, wait.time().toNanos(), () -> act(lease.waited(clock())));
                    case Action.Stop _ -> later(mine, random.nextLong(3 * SECOND), this::begin);
                }
                if (lease.phase() == Phase.HELD && random.nextInt(40) == 0) {
                    // It pauses, or is gone for good: later messages find another life.
                    life++;
                    long pause = random.nextLong(30 * SECOND);
                    schedule(pause, this::begin);
                }
            }

            private void remote(int mine, java.util.function.Supplier<Runnable> atStore) {
                long there = random.nextLong(4 * SECOND);
                boolean lost = random.nextInt(10) == 0;
                boolean replyLost = random.nextInt(10) == 0;
                schedule(there, () -> {
                    Runnable reply = lost ? () -> act(lease.failed(clock())) : atStore.get();
                    Runnable heard = replyLost ? () -> act(lease.failed(clock())) : reply;
                    later(mine, random.nextLong(4 * SECOND), heard);
                });
            }

            private void later(int mine, long delay, Runnable what) {
                schedule(delay + random.nextLong(SECOND / 10), () -> {
                    if (life == mine) {
                        what.run();
                    }
                });
            }
        }

        private final Random random;
        private final boolean ignoreLease;
        private final PriorityQueue<Step> steps = new PriorityQueue<>((a, b) -> Long.compare(a.at(), b.at()));
        private final List<Node> nodes = new ArrayList<>();
        private Optional<Versioned> record = Optional.empty();
        private long now;

        Simulation(long seed, boolean ignoreLease) {
            this.random = new Random(seed);
            this.ignoreLease = ignoreLease;
            for (String name : List.of("a", "b", "c")) {
                Node node = new Node(name);
                nodes.add(node);
                schedule(random.nextLong(SECOND), node::begin);
            }
        }

        void schedule(long delay, Runnable what) {
            steps.add(new Step(now + delay, what));
        }

        boolean run() {
            long lastEpoch = 0;
            while (!steps.isEmpty() && now < 300 * SECOND) {
                Step step = steps.remove();
                now = step.at();
                step.what().run();
                List<Node> owners = nodes.stream().filter(Node::owns).toList();
                if (owners.size() > 1) {
                    return false;
                }
                if (!owners.isEmpty()) {
                    long epoch = owners.getFirst().lease.epoch();
                    assertThat(epoch).isGreaterThanOrEqualTo(lastEpoch);
                    lastEpoch = epoch;
                }
            }
            return true;
        }
    }

    @Test
    void readsTheRecordsOfOthersOnly() {
        assertThatThrownBy(() -> first("b", SETTINGS, new Versioned(1, Bytes.ofHex("02"))))
                .hasMessageContaining("version");
    }
}
