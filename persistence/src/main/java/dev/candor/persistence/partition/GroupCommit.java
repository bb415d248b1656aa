package dev.candor.persistence.partition;

import dev.candor.actors.routing.Commitment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Work-conserving group commit: what arrives while the log is idle is written at once, what arrives during a write leaves together with the next one.
 * Two writes' worth may wait; what comes then is refused. Not thread-safe.
 */
final class GroupCommit {
    /** A commitment that waits, and since when. */
    record Waiting(Commitment commitment, long since) {
        private int bytes() {
            return PartitionEvent.Entry.size(
                    commitment.answer().receipt(), commitment.identity().isPresent());
        }

        private long answerBytes() {
            return AnswerCodec.size(commitment.answer());
        }

        private boolean isLate(long now) {
            return commitment.identity().isEmpty() && commitment.deadline().passed(now);
        }
    }

    private final PartitionSettings.Group limits;
    private final ArrayDeque<Waiting> queue = new ArrayDeque<>();
    private long queuedBytes;
    private long queuedAnswerBytes;
    private List<Waiting> inFlight = List.of();

    GroupCommit(PartitionSettings.Group limits) {
        this.limits = limits;
    }

    /** Whether the receipt does not fit into a write at all. */
    boolean tooLarge(Commitment commitment) {
        return new Waiting(commitment, 0).bytes() > limits.bytes();
    }

    /** Takes a commitment in, or says no where two writes' worth wait already. */
    boolean offer(Commitment commitment, long now) {
        Waiting waiting = new Waiting(commitment, now);
        boolean full = queue.size() >= 2 * limits.receipts()
                || queuedBytes + waiting.bytes() > 2L * limits.bytes()
                || (!queue.isEmpty() && queuedAnswerBytes + waiting.answerBytes() > 2 * limits.answerBytes());
        if (full) {
            return false;
        }
        queue.add(waiting);
        queuedBytes += waiting.bytes();
        queuedAnswerBytes += waiting.answerBytes();
        return true;
    }

    /**
     * The next write, in the order of arrival; empty while one is in flight or when nothing waits.
     *
     * @param late gets what nobody waits for any more: without a key, and past its deadline. With a key it is written all the same, so that a retry finds it
     */
    List<Waiting> next(long now, Consumer<Waiting> late) {
        if (!inFlight.isEmpty()) {
            return List.of();
        }
        List<Waiting> write = new ArrayList<>();
        int bytes = 0;
        long answerBytes = 0;
        while (!queue.isEmpty() && write.size() < limits.receipts()) {
            Waiting head = queue.element();
            if (head.isLate(now)) {
                late.accept(poll());
                continue;
            }
            bytes += head.bytes();
            answerBytes += head.answerBytes();
            if (!write.isEmpty() && (bytes > limits.bytes() || answerBytes > limits.answerBytes())) {
                break;
            }
            write.add(poll());
        }
        inFlight = List.copyOf(write);
        return inFlight;
    }

    /** Takes out everything that waits. */
    List<Waiting> drain() {
        List<Waiting> all = new ArrayList<>(queue.size());
        while (!queue.isEmpty()) {
            all.add(poll());
        }
        return all;
    }

    /** The write in flight has ended, well or not: what was in it. */
    List<Waiting> landed() {
        List<Waiting> write = inFlight;
        inFlight = List.of();
        return write;
    }

    /** How many wait. */
    int waiting() {
        return queue.size();
    }

    private Waiting poll() {
        Waiting head = queue.remove();
        queuedBytes -= head.bytes();
        queuedAnswerBytes -= head.answerBytes();
        return head;
    }

    /** Whether nothing waits and nothing is in flight. */
    boolean idle() {
        return queue.isEmpty() && inFlight.isEmpty();
    }
}
