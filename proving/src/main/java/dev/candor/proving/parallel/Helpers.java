package dev.candor.proving.parallel;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** Threads that help others with their tasks. Safe to share. */
final class Helpers implements AutoCloseable {

    /** How long a thread looks for work before it sleeps: about as long as it takes to wake it. */
    private static final long LOOK_NANOS = 50_000;

    /** Tasks that were given together. */
    private static final class Job {

        private final IntConsumer task;
        private final int count;
        private final Thread owner;
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicInteger left;
        private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

        Job(int count, IntConsumer task) {
            this.task = task;
            this.count = count;
            this.left = new AtomicInteger(count);
            this.owner = Thread.currentThread();
        }

        boolean isOpen() {
            return next.get() < count;
        }

        boolean isDone() {
            return left.get() == 0;
        }

        /** Runs tasks as long as there are any. */
        void work() {
            for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                try {
                    task.accept(i);
                } catch (RuntimeException | Error e) {
                    failure.compareAndSet(null, e);
                } finally {
                    if (left.decrementAndGet() == 0) {
                        LockSupport.unpark(owner);
                    }
                }
            }
        }
    }

    /** Jobs with tasks that nobody has begun, the latest first; and some that have none any more. */
    private final ConcurrentLinkedDeque<Job> jobs = new ConcurrentLinkedDeque<>();

    private final ConcurrentLinkedDeque<Thread> sleeping = new ConcurrentLinkedDeque<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean closed;

    Helpers(int count) {
        for (int i = 0; i < count; i++) {
            threads.add(Thread.ofPlatform().daemon().name("prover-", i).start(this::help));
        }
    }

    /** Runs tasks 0 to {@code count} - 1 together with the calling thread. */
    void run(int count, IntConsumer task) {
        Job job = new Job(count, task);
        jobs.addFirst(job);
        for (int i = 1; i < count; i++) {
            Thread sleeper = sleeping.poll();
            if (sleeper == null) {
                break;
            }
            LockSupport.unpark(sleeper);
        }
        job.work();
        jobs.remove(job);
        await(job);
        Throwable failure = job.failure.get();
        if (failure instanceof RuntimeException e) {
            throw e;
        }
        if (failure instanceof Error e) {
            throw e;
        }
    }

    /** Waits for the tasks of a job that others have begun; helps them meanwhile, and others where that takes long. */
    private void await(Job job) {
        long start = System.nanoTime();
        while (!job.isDone()) {
            boolean patient = System.nanoTime() - start < LOOK_NANOS;
            Job other = patient ? latest() : earliest();
            if (other != null && (!patient || !other.owner.equals(job.owner))) {
                other.work();
            } else if (patient) {
                Thread.onSpinWait();
            } else {
                // The last of its tasks wakes this thread; so may others, for no reason.
                LockSupport.parkNanos(job, LOOK_NANOS);
            }
        }
    }

    private void help() {
        long idle = System.nanoTime();
        while (!closed) {
            Job job = earliest();
            if (job != null) {
                job.work();
                idle = System.nanoTime();
            } else if (System.nanoTime() - idle < LOOK_NANOS) {
                Thread.onSpinWait();
            } else {
                sleep();
                idle = System.nanoTime();
            }
        }
    }

    private void sleep() {
        Thread self = Thread.currentThread();
        sleeping.add(self);
        // Whoever adds a job after this look sees that this thread sleeps.
        if (earliest() == null && !closed) {
            LockSupport.park(this);
        }
        sleeping.remove(self);
    }

    private @Nullable Job earliest() {
        for (var job = jobs.descendingIterator(); job.hasNext(); ) {
            Job next = job.next();
            if (next.isOpen()) {
                return next;
            }
        }
        return null;
    }

    private @Nullable Job latest() {
        for (Job job : jobs) {
            if (job.isOpen()) {
                return job;
            }
        }
        return null;
    }

    @Override
    public void close() {
        closed = true;
        threads.forEach(LockSupport::unpark);
        for (Thread thread : threads) {
            boolean interrupted = false;
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException _) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
