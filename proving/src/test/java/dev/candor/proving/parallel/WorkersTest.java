package dev.candor.proving.parallel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class WorkersTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 8})
    void runsEveryTaskOnce(int threads) {
        try (Workers workers = Workers.of(threads)) {
            for (int round = 0; round < 2000; round++) {
                int count = round % 40;
                AtomicIntegerArray runs = new AtomicIntegerArray(40);
                workers.each(count, runs::incrementAndGet);
                for (int i = 0; i < runs.length(); i++) {
                    assertThat(runs.get(i)).isEqualTo(i < count ? 1 : 0);
                }
            }
        }
    }

    /** Tasks that start tasks, from several threads at once, to a depth at which every thread waits for others. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 8})
    void tasksStartTasks(int threads) {
        try (Workers workers = Workers.of(threads)) {
            List<CompletableFuture<Integer>> callers = new ArrayList<>();
            for (int caller = 0; caller < 3; caller++) {
                callers.add(CompletableFuture.supplyAsync(() -> {
                    AtomicInteger leaves = new AtomicInteger();
                    for (int round = 0; round < 20; round++) {
                        nest(workers, 5, leaves);
                    }
                    return leaves.get();
                }));
            }
            callers.forEach(caller -> assertThat(caller.join()).isEqualTo(20 * 243));
        }
    }

    private static void nest(Workers workers, int depth, AtomicInteger leaves) {
        if (depth == 0) {
            leaves.incrementAndGet();
        } else {
            workers.each(3, _ -> nest(workers, depth - 1, leaves));
        }
    }

    @Test
    void twoTasksRunAtATime() {
        try (Workers workers = Workers.of(2)) {
            for (int round = 0; round < 50; round++) {
                CountDownLatch both = new CountDownLatch(2);
                workers.each(2, _ -> {
                    both.countDown();
                    await(both);
                });
            }
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException("A test's thread was interrupted.", e);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8})
    void throwsWhatATaskThrows(int threads) {
        try (Workers workers = Workers.of(threads)) {
            for (int round = 0; round < 100; round++) {
                assertThatThrownBy(() -> workers.each(5, i -> {
                            if (i == 3) {
                                throw new ArithmeticException("three");
                            }
                        }))
                        .isInstanceOf(ArithmeticException.class)
                        .hasMessage("three");
            }
        }
    }

    @Test
    void whoeverCallsWorksAloneOnceThreadsHaveEnded() {
        Workers workers = Workers.of(3);
        workers.close();
        List<Integer> runs = Collections.synchronizedList(new ArrayList<>());
        workers.each(4, runs::add);
        assertThat(runs).containsExactly(0, 1, 2, 3);
    }
}
