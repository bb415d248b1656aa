package dev.candor.multijvmtests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.multijvmtests.harness.TestNode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** A fault, and how the cluster has to come out of it. Each leaves the stage whole. */
enum Scenario {
    EXECUTOR_KILLED("a node that only runs models is killed") {
        @Override
        void play(Stage stage) throws Exception {
            stage.kill("d");
            stage.awaitAnswers(ENOUGH);
            stage.start("d");
        }
    },
    EXECUTORS_KILLED("every node that runs models is killed") {
        @Override
        void play(Stage stage) throws Exception {
            stage.kill("c");
            stage.kill("d");
            stage.awaitMembers(List.of("a", "b"), 2);
            stage.start("c");
            stage.start("d");
        }
    },
    OLDEST_KILLED("the oldest node, which places the shards, is killed") {
        @Override
        void play(Stage stage) throws Exception {
            String oldest = stage.running().getFirst();
            stage.kill(oldest);
            stage.awaitAnswers(ENOUGH);
            stage.start(oldest);
        }
    },
    FROZEN("a node stands still until the others have given it up, then goes on") {
        @Override
        void play(Stage stage) throws Exception {
            stage.freeze("b");
            stage.awaitMembers(
                    stage.running().stream().filter(each -> !each.equals("b")).toList(), 3);
            stage.awaitAnswers(ENOUGH);
            stage.thaw("b");
            stage.awaitEnded("b");
            stage.start("b");
        }
    },
    SPLIT("one of three owners of partitions is cut off from all others") {
        @Override
        void play(Stage stage) throws Exception {
            stage.partition(List.of(List.of("a", "c", "d"), List.of("b")));
            stage.awaitEnded("b");
            stage.awaitMembers(List.of("a", "c", "d"), 3);
            stage.awaitAnswers(ENOUGH);
            stage.start("b");
        }
    },
    SPLIT_THREE_TWO("two of five owners of partitions are cut off from three") {
        @Override
        void play(Stage stage) throws Exception {
            Stage.MORE.forEach(name -> started(stage, name));
            stage.awaitWhole();
            stage.partition(List.of(List.of("a", "b", "c", "d"), Stage.MORE));
            for (String name : Stage.MORE) {
                stage.awaitEnded(name);
            }
            stage.awaitMembers(stage.running(), 4);
            stage.awaitAnswers(ENOUGH);
        }
    },
    ONE_WAY("what one node sends to another is lost, all else arrives") {
        @Override
        void play(Stage stage) throws Exception {
            stage.tell("b", "cut-sending", "a");
            settle(stage);
        }
    },
    FLAPPING("a connection comes and goes ten times") {
        @Override
        void play(Stage stage) throws Exception {
            for (int times = 0; times < 10; times++) {
                stage.partition(List.of(List.of("a"), List.of("b")));
                pause(Duration.ofMillis(500));
                stage.tell("a", "mend", "b");
                stage.tell("b", "mend", "a");
                pause(Duration.ofMillis(500));
            }
            settle(stage);
        }
    },
    ROLLING_RESTART("every node is stopped in order and started again, one after the other") {
        @Override
        void play(Stage stage) throws Exception {
            for (String name : stage.running()) {
                stage.stop(name);
                stage.start(name);
                stage.awaitWhole();
            }
        }
    },
    SCALE("two nodes join, take partitions, and leave") {
        @Override
        void play(Stage stage) throws Exception {
            Stage.MORE.forEach(name -> started(stage, name));
            stage.awaitWhole();
            stage.awaitAnswers(ENOUGH);
            for (String name : Stage.MORE) {
                stage.stop(name);
            }
        }
    },
    JOURNAL_PAUSED("Cassandra stands still for a while") {
        @Override
        void play(Stage stage) throws Exception {
            signal(stage.cassandra().pid(), "STOP");
            pause(PAUSED);
            signal(stage.cassandra().pid(), "CONT");
            settle(stage);
            stage.awaitAnswers(ENOUGH);
        }
    },
    JOURNAL_KILLED("Cassandra is killed and started again") {
        @Override
        void play(Stage stage) throws Exception {
            stage.cassandra().kill9();
            stage.cassandra().restart();
            settle(stage);
            stage.awaitAnswers(ENOUGH);
        }
    },
    COLD_START("all nodes are killed at once and started again") {
        @Override
        void play(Stage stage) throws Exception {
            List<String> all = stage.running();
            for (String name : all) {
                stage.kill(name);
            }
            all.forEach(name -> started(stage, name));
        }
    },
    STRANGER("a node of another network tries to join") {
        @Override
        void play(Stage stage) throws Exception {
            try (TestNode stranger = stage.stranger("e", "candor.node.network = another\n")) {
                assertThat(stranger.jvm().awaitEnd(Stage.LIMIT)).isNotZero();
                assertThat(stranger.jvm().tail()).contains("another");
            }
            stage.awaitAnswers(ENOUGH);
            settle(stage);
        }
    };

    private static final int ENOUGH = 200;

    /** {@code -Dcandor.pause=60} for a minute. */
    private static final Duration PAUSED = Duration.ofSeconds(Integer.getInteger("candor.pause", 8));

    private final String title;

    Scenario(String title) {
        this.title = title;
    }

    /** The fault, in words. */
    String title() {
        return title;
    }

    abstract void play(Stage stage) throws Exception;

    /** Gives the cluster time to decide, and starts again whoever was given up. */
    private static void settle(Stage stage) throws Exception {
        pause(Duration.ofSeconds(12));
        stage.awaitRecovered();
    }

    private static void started(Stage stage, String name) {
        try {
            stage.start(name);
        } catch (Exception e) {
            throw new IllegalStateException(name + " did not start", e);
        }
    }

    /** A fault lasts for a time: nothing is waited for. */
    private static void pause(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private static void signal(long pid, String name) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                .inheritIO()
                .start();
        assertThat(kill.waitFor()).isZero();
    }
}
