package dev.candor.gpuconfig.language;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.inference.RefusedException;
import dev.candor.gpuconfig.language.SequenceEnd.Reason;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Continuous batching (iteration-level scheduling, Yu et al., Orca, OSDI 2022): sequences of one model share its device step by step. Before each step those that
 * ended, were cancelled or are late leave, and waiting ones join while there are rows; prompts are read in parts between steps, so that a long one holds up the
 * others by no more than {@link EngineSettings#readTokens}. Both rows and waiting places are bounded.
 *
 * <p>One platform thread owns the model and calls listeners; everything public is thread-safe.
 */
public final class SequenceEngine implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SequenceEngine.class);
    private static final Duration SHORTEST_RETRY = Duration.ofMillis(100);

    private final LanguageDescription description;
    private final EngineSettings settings;
    private final SequenceModel.Opener opener;
    private final Consumer<List<SequenceEnd>> ends;
    private final LongSupplier nanoTime;
    private final int end;
    private final Thread thread;

    private final Object lock = new Object();
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private final Set<UUID> cancelled = new HashSet<>();
    private final Set<UUID> known = new HashSet<>();
    private volatile boolean closed;
    private volatile long meanNanos;
    private volatile @Nullable Refusal broken;
    private volatile String device = "";

    /** Rows in order; only the engine's thread touches it. */
    private final List<RunningSequence> running = new ArrayList<>();

    private record Waiting(SequenceRequest request, long arrivedAt) {}

    /**
     * An engine that loads its model on its own thread, at once.
     *
     * @param end the token with which the model ends an answer
     * @param ends gets the sequences that ended with one step, on the engine's thread: it must not block; each request ends exactly once
     */
    public SequenceEngine(
            LanguageDescription description,
            int end,
            EngineSettings settings,
            SequenceModel.Opener opener,
            Consumer<List<SequenceEnd>> ends,
            LongSupplier nanoTime) {
        this.description = description;
        this.end = end;
        this.settings = settings;
        this.opener = opener;
        this.ends = ends;
        this.nanoTime = nanoTime;
        this.thread = Thread.ofPlatform()
                .name("candor-language-" + description.name())
                .daemon()
                .start(this::run);
    }

    /** The model's device, once it is loaded. */
    public String device() {
        return device;
    }

    /** Takes a sequence, whose end then comes; or says why not, and nothing comes. */
    public @Nullable Refusal submit(SequenceRequest request) {
        if (request.prompt().isEmpty()
                || request.prompt().size() + request.sampling().maxTokens() > description.context()) {
            return Refusal.of(
                    ErrorCode.INVALID_REQUEST,
                    "a prompt of " + request.prompt().size() + " tokens and "
                            + request.sampling().maxTokens() + " tokens of answer do not fit the model's context of "
                            + description.context());
        }
        for (int token : request.prompt()) {
            if (token < 0 || token >= description.vocabulary()) {
                return Refusal.of(
                        ErrorCode.INVALID_TENSOR,
                        "token " + token + " is none of the model's " + description.vocabulary());
            }
        }
        synchronized (lock) {
            Refusal failed = broken;
            if (failed != null) {
                return failed;
            }
            if (closed) {
                return Refusal.of(ErrorCode.NOT_READY, "the node is stopping; send the request to another one");
            }
            if (waiting.size() >= settings.waiting()) {
                return Refusal.retryable(
                        ErrorCode.OVERLOADED,
                        waiting.size() + " sequences wait for " + description.name()
                                + " already, as many as may; try again later",
                        Duration.ofNanos(Math.max(SHORTEST_RETRY.toNanos(), meanNanos)));
            }
            waiting.add(new Waiting(request, nanoTime.getAsLong()));
            known.add(request.id());
            lock.notifyAll();
        }
        return null;
    }

    /** Nobody waits for this sequence any more: its row is free before the next step. */
    public void cancel(UUID id) {
        synchronized (lock) {
            if (known.contains(id)) {
                cancelled.add(id);
                lock.notifyAll();
            }
        }
    }

    private void run() {
        try (SequenceModel model = opener.open(settings.rows())) {
            device = model.device();
            while (await()) {
                List<SequenceEnd> ended = new ArrayList<>();
                leave(model, ended);
                join(ended);
                try {
                    read(model, ended);
                    step(model, ended);
                } catch (RuntimeException e) {
                    fail(e, ended);
                }
                pass(ended);
            }
            fail(
                    new RefusedException(ErrorCode.NOT_READY, "the node is stopping; send the request to another one"),
                    new ArrayList<>());
        } catch (RuntimeException | LinkageError e) {
            LOG.error("Language model {} cannot run", description.name(), e);
            Refusal why = Refusal.of(
                    ErrorCode.NOT_READY, "model " + description.name() + " cannot run on this node: " + e.getMessage());
            synchronized (lock) {
                broken = why;
            }
            fail(new RefusedException(why), new ArrayList<>());
        }
    }

    /** Waits for work; false once closed. */
    private boolean await() {
        synchronized (lock) {
            while (!closed && running.isEmpty() && waiting.isEmpty()) {
                cancelled.clear();
                try {
                    lock.wait();
                } catch (InterruptedException e) {
                    closed = true;
                    Thread.currentThread().interrupt();
                }
            }
            return !closed;
        }
    }

    /** Those that nobody waits for leave, from rows and from the queue. */
    private void leave(SequenceModel model, List<SequenceEnd> ended) {
        Set<UUID> gone;
        synchronized (lock) {
            gone = Set.copyOf(cancelled);
            cancelled.clear();
            waiting.removeIf(each -> {
                Refusal why = unwanted(each.request(), gone);
                return why != null && ended.add(new SequenceEnd.Refused(each.request(), why));
            });
        }
        for (int row = running.size() - 1; row >= 0; row--) {
            SequenceRequest request = running.get(row).request();
            Refusal why = unwanted(request, gone);
            if (why != null) {
                ended.add(new SequenceEnd.Refused(request, why));
                free(model, row);
            }
        }
    }

    private @Nullable Refusal unwanted(SequenceRequest request, Set<UUID> gone) {
        if (gone.contains(request.id())) {
            return Refusal.of(ErrorCode.CANCELLED, "the client went away before the answer");
        }
        return request.deadline() - nanoTime.getAsLong() <= 0
                ? Refusal.of(
                        ErrorCode.DEADLINE_EXCEEDED,
                        "the deadline passed before the answer was written; ask for fewer tokens")
                : null;
    }

    private void join(List<SequenceEnd> ended) {
        if (!settings.continuous() && !running.isEmpty()) {
            return;
        }
        synchronized (lock) {
            while (running.size() < settings.rows() && !waiting.isEmpty()) {
                Waiting next = waiting.remove();
                try {
                    running.add(new RunningSequence(
                            next.request(), description.tokenizer(), end, next.arrivedAt(), nanoTime.getAsLong()));
                } catch (RuntimeException e) {
                    ended.add(new SequenceEnd.Refused(next.request(), refusal(e)));
                }
            }
        }
    }

    /** Reads parts of prompts, the oldest sequence's first. */
    private void read(SequenceModel model, List<SequenceEnd> ended) {
        int left = settings.readTokens();
        for (int row = 0; row < running.size() && left > 0; row++) {
            RunningSequence sequence = running.get(row);
            if (!sequence.isRead()) {
                int past = sequence.past();
                int[] tokens = sequence.take(left);
                left -= tokens.length;
                float[] logits = model.read(row, tokens, past);
                if (sequence.isRead() && advance(model, row, logits, ended)) {
                    row--;
                }
            }
        }
    }

    /** One token for every sequence whose prompt is read. */
    private void step(SequenceModel model, List<SequenceEnd> ended) {
        int rows = running.size();
        if (running.stream().noneMatch(RunningSequence::isRead)) {
            return;
        }
        int[] tokens = new int[rows];
        int[] past = new int[rows];
        for (int row = 0; row < rows; row++) {
            tokens[row] = running.get(row).last();
            // What a step writes behind a prompt that is still being read is overwritten by the prompt's next part.
            past[row] = running.get(row).past();
        }
        List<float[]> logits = model.step(tokens, past);
        for (int row = rows - 1; row >= 0; row--) {
            if (running.get(row).isRead()) {
                advance(model, row, logits.get(row), ended);
            }
        }
    }

    /** Whether the sequence in the row ended. */
    private boolean advance(SequenceModel model, int row, float[] logits, List<SequenceEnd> ended) {
        RunningSequence sequence = running.get(row);
        Reason reason = sequence.advance(logits);
        if (reason == null) {
            return false;
        }
        SequenceEnd.Written written = sequence.written(reason, nanoTime.getAsLong());
        long mean = meanNanos;
        meanNanos = mean == 0 ? written.runNanos() : mean + (written.runNanos() - mean) / 8;
        ended.add(written);
        free(model, row);
        return true;
    }

    /** The last row takes the place of one that is free, so that rows have no gaps. */
    private void free(SequenceModel model, int row) {
        int last = running.size() - 1;
        RunningSequence moved = running.remove(last);
        if (row != last) {
            model.move(last, row);
            running.set(row, moved);
        }
    }

    private void fail(RuntimeException e, List<SequenceEnd> ended) {
        if (!(e instanceof RefusedException)) {
            LOG.error("A step of {} fails", description.name(), e);
        }
        running.forEach(each -> ended.add(new SequenceEnd.Refused(each.request(), refusal(e))));
        running.clear();
        synchronized (lock) {
            if (closed || broken != null) {
                waiting.forEach(each -> ended.add(new SequenceEnd.Refused(each.request(), refusal(e))));
                waiting.clear();
            }
        }
        if (closed || broken != null) {
            pass(ended);
        }
    }

    private void pass(List<SequenceEnd> ended) {
        if (ended.isEmpty()) {
            return;
        }
        synchronized (lock) {
            ended.forEach(each -> known.remove(each.request().id()));
        }
        try {
            ends.accept(List.copyOf(ended));
        } catch (RuntimeException e) {
            LOG.error("Sequences of {} ended and could not be passed on", description.name(), e);
        }
    }

    private static Refusal refusal(RuntimeException e) {
        return e instanceof RefusedException refused
                ? refused.refusal()
                : Refusal.of(ErrorCode.EXECUTION_FAILED, "the model failed: " + e.getMessage());
    }

    /** Refuses what runs and waits, and ends the thread; waits for that. */
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            lock.notifyAll();
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
