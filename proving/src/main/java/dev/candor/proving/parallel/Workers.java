package dev.candor.proving.parallel;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The threads that share the work of a proof. Work is cut into parts that write to disjoint places, so a result never depends on how many
 * threads there are. Tasks may start tasks. The calling thread works too, with one thread less of their own; proofs that share workers share
 * those. A thread that has nothing to do looks for work for some microseconds before it sleeps, since the next part of a proof is never far.
 */
public final class Workers implements AutoCloseable {

    /** The calling thread alone. */
    public static final Workers ONE = new Workers(null, 1);

    private final @Nullable Helpers helpers;
    private final int threads;

    private Workers(@Nullable Helpers helpers, int threads) {
        this.helpers = helpers;
        this.threads = threads;
    }

    /** A part of a range: {@code from} inclusive, {@code to} exclusive. */
    public record Part(int from, int to) {
        public int size() {
            return to - from;
        }
    }

    /** Work on a part. */
    @FunctionalInterface
    public interface PartTask {
        void run(Part part);
    }

    /**
     * Workers of {@code threads} threads, at least 1; to be closed, unless there is one.
     *
     * @throws IllegalArgumentException for less than 1 or more than 1,024
     */
    public static Workers of(int threads) {
        if (threads < 1 || threads > 1024) {
            throw new IllegalArgumentException("A proof is made by 1 to 1024 threads, not by " + threads + ".");
        }
        return threads == 1 ? ONE : new Workers(new Helpers(threads - 1), threads);
    }

    /** How many threads work at a time. */
    public int threads() {
        return threads;
    }

    /** Runs tasks 0 to {@code count} - 1, and returns when all are done. The first exception of one of them is thrown. */
    public void each(int count, IntConsumer task) {
        if (helpers == null || count <= 1) {
            for (int i = 0; i < count; i++) {
                task.accept(i);
            }
        } else {
            helpers.run(count, task);
        }
    }

    /**
     * Cuts a range into parts for {@link #each}: one a thread, or fewer where parts would be smaller than {@code least}.
     *
     * @param least the size of a part is a multiple of it, but for the last; so is every {@code from}
     */
    public List<Part> parts(int size, int least) {
        int units = (size + least - 1) / least;
        int count = Math.clamp(units, 1, threads);
        List<Part> parts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int from = (int) ((long) units * i / count) * least;
            int to = i == count - 1 ? size : (int) ((long) units * (i + 1) / count) * least;
            parts.add(new Part(from, to));
        }
        return parts;
    }

    /** Runs a task on each of the {@link #parts}. */
    public void eachPart(int size, int least, PartTask task) {
        List<Part> parts = parts(size, least);
        each(parts.size(), i -> task.run(parts.get(i)));
    }

    /** Ends the threads; the calling thread can still work alone. */
    @Override
    public void close() {
        if (helpers != null) {
            helpers.close();
        }
    }

    @Override
    public String toString() {
        return threads + " workers";
    }
}
