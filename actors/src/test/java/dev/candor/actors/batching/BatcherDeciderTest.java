package dev.candor.actors.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.batching.BatcherDecider.Expiry;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.model.BatchingPolicy;
import dev.candor.actors.model.BatchingPolicy.TimeoutAction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class BatcherDeciderTest {
    private static final long DEADLINE = 1_000_000;

    private static BatchingPolicy policy(int max, List<Integer> preferred, long delayMicros) {
        return new BatchingPolicy(
                max,
                preferred,
                Duration.ofNanos(delayMicros * 1_000),
                2,
                2,
                TimeoutAction.REJECT,
                Duration.ZERO,
                20,
                1_000);
    }

    private static Ticket<String> queue(BatcherDecider<String> batcher, String name, int items, long now) {
        return queue(batcher, name, items, "same", now);
    }

    private static Ticket<String> queue(
            BatcherDecider<String> batcher, String name, int items, Object shape, long now) {
        return (Ticket<String>) batcher.offer(name, items, 1, 2, shape, now + DEADLINE, Duration.ZERO, now);
    }

    private static List<String> names(Batch<String> batch) {
        return batch.tickets().stream().map(Ticket::payload).toList();
    }

    @Test
    void leavesAtOnceWhenAnExecutorIsIdle() {
        BatcherDecider<String> batcher = new BatcherDecider<>(policy(8, List.of(), 0));
        assertThat(batcher.ripe(0, 0)).isFalse();
        queue(batcher, "a", 3, 0);
        assertThat(batcher.ripe(0, 0)).isTrue();
        Batch<String> batch = batcher.take(0, 0);
        assertThat(names(batch)).containsExactly("a");
        assertThat(batch.items()).isEqualTo(3);
        assertThat(batch.reason()).isEqualTo(BatchReason.IDLE);
        assertThat(batcher.take(0, 0)).isNull();
    }

    @Test
    void countsRowsAndNotRequests() {
        BatcherDecider<String> batcher = new BatcherDecider<>(policy(8, List.of(), 0));
        queue(batcher, "a", 5, 0);
        queue(batcher, "b", 4, 0);
        queue(batcher, "c", 4, 0);
        Batch<String> first = batcher.take(0, 0);
        assertThat(names(first)).containsExactly("a");
        assertThat(first.reason()).isEqualTo(BatchReason.FULL);
        Batch<String> second = batcher.take(0, 0);
        assertThat(names(second)).containsExactly("b", "c");
        assertThat(second.reason()).isEqualTo(BatchReason.FULL);
    }

    @Test
    void leavesAtAPreferredSize() {
        BatcherDecider<String> batcher = new BatcherDecider<>(policy(8, List.of(2, 4), 100));
        queue(batcher, "a", 1, 0);
        assertThat(batcher.take(0, 0)).isNull();
        for (String name : List.of("b", "c", "d", "e")) {
            queue(batcher, name, 1, 0);
        }
        Batch<String> batch = batcher.take(0, 0);
        assertThat(names(batch)).containsExactly("a", "b", "c", "d");
        assertThat(batch.reason()).isEqualTo(BatchReason.PREFERRED);
        assertThat(batcher.take(0, 0)).isNull();
    }

    @Test
    void leavesWhenItsOldestRequestHasWaitedForTheDelay() {
        BatcherDecider<String> batcher = new BatcherDecider<>(policy(8, List.of(), 100));
        queue(batcher, "a", 1, 0);
        queue(batcher, "b", 1, 60_000);
        assertThat(batcher.nextWake(60_000, 0)).hasValue(100_000);
        assertThat(batcher.ripe(99_999, 0)).isFalse();
        Batch<String> batch = batcher.take(100_000, 0);
        assertThat(names(batch)).containsExactly("a", "b");
        assertThat(batch.reason()).isEqualTo(BatchReason.DELAY);
    }

    @Test
    void aBatchThatMayLeaveWaitsForASlotAndNotForTime() {
        BatcherDecider<String> batcher = new BatcherDecider<>(policy(2, List.of(), 100));
        queue(batcher, "a", 2, 0);
        assertThat(batcher.ripe(0, 0)).isTrue();
        assertThat(batcher.nextWake(0, 0)).hasValue(DEADLINE);
    }

    @Test
    void leavesBeforeADeadlineWouldBeMissed() {
        BatcherDecider<String> batcher = new BatcherDecider<>(policy(8, List.of(), 100));
        batcher.offer("a", 1, 1, 2, "same", 50_000, Duration.ZERO, 0);
        long lead = 20_000;
        assertThat(batcher.nextWake(0, lead)).hasValue(30_000);
        assertThat(batcher.take(29_999, lead)).isNull();
        assertThat(batcher.take(30_000, lead).reason()).isEqualTo(BatchReason.DEADLINE);
    }

    @Test
    void separatesShapes() {
        BatcherDecider<String> batcher = new BatcherDecider<>(policy(8, List.of(), 100));
        queue(batcher, "a", 1, "narrow", 0);
        queue(batcher, "b", 1, "wide", 0);
        queue(batcher, "c", 1, "narrow", 0);
        Batch<String> batch = batcher.take(0, 0);
        assertThat(names(batch)).containsExactly("a");
        assertThat(batch.reason()).isEqualTo(BatchReason.SHAPE);
    }

    @Test
    void servesTheFirstPriorityFirst() {
        BatcherDecider<String> batcher = new BatcherDecider<>(policy(2, List.of(), 0));
        queue(batcher, "low", 1, 0);
        queue(batcher, "later", 1, 0);
        batcher.offer("high", 1, 1, 1, "same", DEADLINE, Duration.ZERO, 5);
        assertThat(names(batcher.take(5, 0))).containsExactly("high", "low");
    }

    @Test
    void refusesARequestLargerThanABatch() {
        BatcherDecider<String> batcher = new BatcherDecider<>(policy(8, List.of(), 0));
        assertThat(batcher.offer("a", 9, 1, 2, "same", DEADLINE, Duration.ZERO, 0))
                .isEqualTo(new Admission.Refused<>(
                        ErrorCode.INVALID_TENSOR,
                        "the request has 9 rows and a batch of this model at most 8 (max_batch_size); split the request",
                        Duration.ZERO));
    }

    @Test
    void refusesWhatItsQueueCannotHold() {
        BatcherDecider<String> batcher = new BatcherDecider<>(policy(8, List.of(), 0));
        assertThat(batcher.offer("large", 8, 5_000, 2, "same", DEADLINE, Duration.ZERO, 0))
                .as("an empty queue takes it")
                .isInstanceOf(Ticket.class);
        assertThat(batcher.offer("bytes", 1, 1, 2, "same", DEADLINE, Duration.ZERO, 0))
                .isInstanceOfSatisfying(Admission.Refused.class, refused -> {
                    assertThat(refused.code()).isEqualTo(ErrorCode.OVERLOADED);
                    assertThat(refused.sentence()).contains("max_queue_bytes");
                });
        batcher.removeAll();
        queue(batcher, "a", 8, 0);
        queue(batcher, "b", 8, 0);
        assertThat(batcher.offer("rows", 5, 1, 2, "same", DEADLINE, Duration.ZERO, 0))
                .isInstanceOfSatisfying(Admission.Refused.class, refused -> {
                    assertThat(refused.code()).isEqualTo(ErrorCode.OVERLOADED);
                    assertThat(refused.sentence()).contains("16 of 20 rows").contains("max_queue_size");
                });
    }

    @Test
    void rejectsWhatWaitedLongerThanItsTimeout() {
        BatcherDecider<String> batcher = new BatcherDecider<>(policy(8, List.of(), 0));
        batcher.offer("impatient", 1, 1, 2, "same", DEADLINE, Duration.ofNanos(10), 0);
        batcher.offer("dead", 1, 1, 2, "same", 20, Duration.ZERO, 0);
        queue(batcher, "patient", 1, 0);
        assertThat(batcher.nextWake(0, 0)).hasValue(10);
        List<String> expired = new ArrayList<>();
        batcher.sweep(10);
        batcher.drainExpired((ticket, why) -> expired.add(ticket.payload() + " " + why));
        batcher.sweep(20);
        batcher.drainExpired((ticket, why) -> expired.add(ticket.payload() + " " + why));
        assertThat(expired).containsExactly("impatient " + Expiry.TIMEOUT, "dead " + Expiry.DEADLINE);
        assertThat(names(batcher.take(20, 0))).containsExactly("patient");
        assertThat(batcher.nextWake(20, 0)).isEmpty();
    }

    @Test
    void delaysWhatWaitedLongerThanItsTimeoutIfThePolicySaysSo() {
        BatchingPolicy delays =
                new BatchingPolicy(1, List.of(), Duration.ZERO, 1, 1, TimeoutAction.DELAY, Duration.ZERO, 20, 1_000);
        BatcherDecider<String> batcher = new BatcherDecider<>(delays);
        batcher.offer("impatient", 1, 1, 1, "same", DEADLINE, Duration.ofNanos(10), 0);
        batcher.offer("patient", 1, 1, 1, "same", DEADLINE, Duration.ZERO, 5);
        assertThat(names(batcher.take(10, 0))).containsExactly("patient");
        assertThat(names(batcher.take(10, 0))).containsExactly("impatient");
    }

    @Test
    void removesACancelledRequestOnce() {
        BatcherDecider<String> batcher = new BatcherDecider<>(policy(8, List.of(), 0));
        Ticket<String> ticket = queue(batcher, "a", 1, 0);
        queue(batcher, "b", 1, 0);
        assertThat(batcher.remove(ticket)).isTrue();
        assertThat(batcher.remove(ticket)).isFalse();
        assertThat(names(batcher.take(0, 0))).containsExactly("b");
    }

    @Test
    void whatDidNotRunComesBackInFrontAndInItsOrder() {
        BatcherDecider<String> batcher = new BatcherDecider<>(policy(4, List.of(), 0));
        queue(batcher, "a", 1, 0);
        queue(batcher, "b", 1, 0);
        Batch<String> lost = batcher.take(0, 0);
        queue(batcher, "c", 1, 0);
        batcher.requeue(lost.tickets(), false);
        assertThat(names(batcher.take(0, 0))).containsExactly("a", "b", "c");
    }

    @Test
    void whatShallRunAloneRunsAlone() {
        BatcherDecider<String> batcher = new BatcherDecider<>(policy(4, List.of(), 100));
        queue(batcher, "a", 2, 0);
        queue(batcher, "b", 2, 0);
        Batch<String> failed = batcher.take(0, 0);
        queue(batcher, "c", 1, 0);
        batcher.requeue(failed.tickets(), true);
        assertThat(names(batcher.take(0, 0))).containsExactly("a");
        assertThat(names(batcher.take(0, 0))).containsExactly("b");
        assertThat(batcher.take(0, 0)).as("it may wait for company").isNull();
    }

    @Test
    void worksAcrossTheWrapOfTheClock() {
        BatcherDecider<String> batcher = new BatcherDecider<>(policy(4, List.of(), 100));
        long start = Long.MAX_VALUE - 50_000;
        queue(batcher, "a", 1, start);
        assertThat(batcher.ripe(start + 99_999, 0)).isFalse();
        assertThat(batcher.ripe(start + 100_000, 0)).isTrue();
    }

    @Test
    void givesUpWhatComesTooLateButNeverTheLast() {
        BatcherDecider<String> batcher = new BatcherDecider<>(policy(1, List.of(), 0));
        batcher.offer("late", 1, 1, 2, "same", 1_040, Duration.ZERO, 0);
        batcher.offer("later", 1, 1, 2, "same", 1_049, Duration.ZERO, 0);
        batcher.offer("just", 1, 1, 2, "same", 1_051, Duration.ZERO, 0);
        batcher.expect(new Outlook(new BatchCost(0, 100), 0, 1, 1));
        assertThat(names(batcher.take(1_000, 0))).containsExactly("just");
        Map<String, BatcherDecider.Expiry> gone = new HashMap<>();
        batcher.drainExpired((ticket, why) -> gone.put(ticket.payload(), why));
        assertThat(gone)
                .isEqualTo(Map.of("late", BatcherDecider.Expiry.TOO_LATE, "later", BatcherDecider.Expiry.TOO_LATE));

        batcher.offer("only", 1, 1, 2, "same", 1_010, Duration.ZERO, 0);
        assertThat(names(batcher.take(1_000, 0))).containsExactly("only");
    }

    @Test
    void theLastOfTheLowestPriorityGivesWayToAHigherOne() {
        BatcherDecider<String> batcher = new BatcherDecider<>(policy(8, List.of(), 0));
        for (int i = 0; i < 20; i++) {
            queue(batcher, "low " + i, 1, 0);
        }
        assertThat(batcher.offer("high", 2, 1, 1, "same", DEADLINE, Duration.ZERO, 0))
                .isInstanceOf(Ticket.class);
        List<String> gone = new ArrayList<>();
        batcher.drainExpired((ticket, why) -> gone.add(ticket.payload() + " " + why));
        assertThat(gone).containsExactlyInAnyOrder("low 19 DISPLACED", "low 18 DISPLACED");
        assertThat(names(batcher.take(0, 0))).startsWith("high", "low 0");
    }

    @Test
    void aFullQueueSaysWhenThereWillBeRoom() {
        BatcherDecider<String> batcher = new BatcherDecider<>(policy(8, List.of(), 0));
        for (int i = 0; i < 20; i++) {
            queue(batcher, "low " + i, 1, 0);
        }
        Object unknown = batcher.offer("more", 1, 1, 2, "same", DEADLINE, Duration.ZERO, 0);
        assertThat(unknown)
                .isInstanceOfSatisfying(
                        Admission.Refused.class,
                        refused -> assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(1)));
        batcher.expect(new Outlook(new BatchCost(0, 5_000_000), 3_000_000, 1, 1));
        Object known = batcher.offer("more", 1, 1, 2, "same", Long.MAX_VALUE / 8, Duration.ZERO, 0);
        // One row must leave: the running batch has to end.
        assertThat(known)
                .isInstanceOfSatisfying(
                        Admission.Refused.class,
                        refused -> assertThat(refused.retryAfter()).isEqualTo(Duration.ofMillis(3)));
        assertThat(batcher.drainsAfter(0)).isEqualTo(Duration.ofMillis(13));
    }
}
