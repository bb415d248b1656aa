package dev.candor.gpuconfig.language;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
final class SequenceEngineTest {
    private static final Tokenizer BYTES = new Tokenizer(List.of(), List.of("<|end|>"));
    private static final int END = 256;
    private static final LanguageDescription DESCRIPTION = new LanguageDescription(
            "scripted", new LanguageDescription.Kind.Text(1, 1, 1), 64, 257, 1, BYTES, Optional.empty());
    private static final int UNBOUNDED = 1_000_000;

    private final Semaphore permits = new Semaphore(0);
    private final Map<UUID, SequenceEnd> ends = new ConcurrentHashMap<>();
    private @Nullable SequenceEngine engine;
    private @Nullable ScriptedModel model;

    @AfterEach
    void close() {
        permits.release(UNBOUNDED);
        if (engine != null) {
            engine.close();
        }
    }

    @Test
    void writesTheSameTokensWhoeverTheNeighboursAre() {
        Map<UUID, SequenceRequest> requests = requests(40, 11);
        assertThat(tokens(new EngineSettings(7, 64, 5, true), requests, false)).isEqualTo(alone(requests));
    }

    @Test
    void writesTheSameTokensWithoutContinuousBatching() {
        Map<UUID, SequenceRequest> requests = requests(25, 12);
        assertThat(tokens(new EngineSettings(4, 64, 64, false), requests, false))
                .isEqualTo(alone(requests));
    }

    /** The mutant: an engine that leaves a row's keys and values behind is found out. */
    @Test
    void noticesARowThatWasNotMoved() {
        Map<UUID, SequenceRequest> requests = requests(40, 11);
        assertThat(tokens(new EngineSettings(7, 64, 5, true), requests, true)).isNotEqualTo(alone(requests));
    }

    @Test
    void letsSequencesJoinABatchThatRuns() {
        start(new EngineSettings(4, 8, 64, true), 0);
        submit(request(30, 1));
        permits.release(4);
        Await.until(() -> model().widths.size() == 3);
        submit(request(30, 2));
        permits.release(UNBOUNDED);
        Await.until(() -> ends.size() == 2);
        assertThat(model().widths).contains(1, 2);
    }

    @Test
    void keepsSequencesOutOfABatchThatRunsWhereContinuousBatchingIsOff() {
        start(new EngineSettings(4, 8, 64, false), 0);
        submit(request(30, 1));
        permits.release(4);
        Await.until(() -> model().widths.size() == 3);
        submit(request(30, 2));
        permits.release(UNBOUNDED);
        Await.until(() -> ends.size() == 2);
        assertThat(model().widths).containsOnly(1);
    }

    @Test
    void refusesMoreThanMayWaitAndSaysWhenToComeBack() {
        start(new EngineSettings(1, 2, 64, true), 0);
        submit(request(8, 1));
        permits.release(2);
        Await.until(() -> !model().widths.isEmpty());
        submit(request(8, 2));
        submit(request(8, 3));
        Refusal refusal = engine().submit(request(8, 4));
        assertThat(refusal).isNotNull();
        assertThat(refusal.code()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(refusal.retryAfter())
                .hasValueSatisfying(after -> assertThat(after).isGreaterThanOrEqualTo(Duration.ofMillis(100)));
        permits.release(UNBOUNDED);
        Await.until(() -> ends.size() == 3);
    }

    @Test
    void endsACancelledSequenceBeforeItsNextToken() {
        start(new EngineSettings(2, 8, 64, true), 0);
        SequenceRequest running = request(60, 1);
        submit(running);
        permits.release(3);
        Await.until(() -> model().widths.size() == 2);
        engine().cancel(running.id());
        permits.release(1);
        Await.until(() -> ends.containsKey(running.id()));
        assertThat(ends.get(running.id()))
                .isInstanceOfSatisfying(
                        SequenceEnd.Refused.class,
                        end -> assertThat(end.refusal().code()).isEqualTo(ErrorCode.CANCELLED));
        assertThat(model().widths).hasSizeLessThanOrEqualTo(3);
    }

    @Test
    void endsSequencesWhoseDeadlinePassed() {
        start(new EngineSettings(2, 8, 64, true), UNBOUNDED);
        SequenceRequest late = new SequenceRequest(
                UUID.randomUUID(), List.of(1), Sampling.greedy(8), System.nanoTime() - 1, (index, token) -> {});
        submit(late);
        Await.until(() -> ends.containsKey(late.id()));
        assertThat(ends.get(late.id()))
                .isInstanceOfSatisfying(
                        SequenceEnd.Refused.class,
                        end -> assertThat(end.refusal().code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED));
    }

    @Test
    void goesOnAfterAStepThatFailed() {
        start(new EngineSettings(2, 8, 64, true), 0);
        model().fails = true;
        SequenceRequest first = request(8, 1);
        submit(first);
        permits.release(UNBOUNDED);
        Await.until(() -> ends.containsKey(first.id()));
        SequenceRequest second = request(8, 2);
        submit(second);
        Await.until(() -> ends.containsKey(second.id()));
        assertThat(ends.get(first.id()))
                .isInstanceOfSatisfying(
                        SequenceEnd.Refused.class,
                        end -> assertThat(end.refusal().code()).isEqualTo(ErrorCode.EXECUTION_FAILED));
        assertThat(ends.get(second.id())).isInstanceOf(SequenceEnd.Written.class);
    }

    @Test
    void refusesWhatDoesNotFitTheContext() {
        start(new EngineSettings(2, 8, 64, true), UNBOUNDED);
        assertThat(engine().submit(new SequenceRequest(
                        UUID.randomUUID(), List.of(1, 2), Sampling.greedy(63), Long.MAX_VALUE, (index, token) -> {})))
                .isNotNull()
                .extracting(Refusal::code)
                .isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    @Test
    void refusesWhatWaitsWhenItCloses() {
        start(new EngineSettings(1, 8, 64, true), UNBOUNDED);
        engine().close();
        assertThat(engine().submit(request(4, 1)))
                .isNotNull()
                .extracting(Refusal::code)
                .isEqualTo(ErrorCode.NOT_READY);
    }

    private Map<UUID, List<Integer>> alone(Map<UUID, SequenceRequest> requests) {
        Map<UUID, List<Integer>> all = new HashMap<>();
        requests.forEach((id, request) -> {
            ScriptedModel single = new ScriptedModel(1, 257, new Semaphore(UNBOUNDED), false);
            RunningSequence sequence = new RunningSequence(request, BYTES, END, 0, 0);
            List<Integer> written = new ArrayList<>();
            SequenceEnd.Reason reason = sequence.advance(single.read(0, sequence.take(UNBOUNDED), 0));
            written.add(sequence.last());
            while (reason == null) {
                reason = sequence.advance(single.step(new int[] {sequence.last()}, new int[] {sequence.past()})
                        .getFirst());
                written.add(sequence.last());
            }
            all.put(id, written);
        });
        return all;
    }

    private Map<UUID, List<Integer>> tokens(
            EngineSettings settings, Map<UUID, SequenceRequest> requests, boolean forgetsToMove) {
        start(settings, UNBOUNDED, forgetsToMove);
        requests.values().forEach(this::submit);
        Await.until(() -> ends.size() == requests.size());
        Map<UUID, List<Integer>> all = new HashMap<>();
        ends.forEach((id, end) -> {
            if (end instanceof SequenceEnd.Written written) {
                all.put(id, written.tokens());
            }
        });
        return all;
    }

    /** Prompts and answers of many lengths, greedy and sampled. */
    private static Map<UUID, SequenceRequest> requests(int count, long seed) {
        Random random = new Random(seed);
        Map<UUID, SequenceRequest> requests = new HashMap<>();
        for (int i = 0; i < count; i++) {
            List<Integer> prompt = IntStream.range(0, 1 + random.nextInt(20))
                    .mapToObj(_ -> random.nextInt(256))
                    .toList();
            Sampling sampling = new Sampling(
                    random.nextBoolean() ? 0 : 1.5,
                    0.9,
                    random.nextLong(),
                    1 + random.nextInt(40),
                    List.of(),
                    Optional.empty());
            UUID id = new UUID(seed, i);
            requests.put(id, new SequenceRequest(id, prompt, sampling, deadline(), (index, token) -> {}));
        }
        return requests;
    }

    private static SequenceRequest request(int tokens, int first) {
        return new SequenceRequest(
                UUID.randomUUID(), List.of(first, 2), Sampling.greedy(tokens), deadline(), (index, token) -> {});
    }

    private static long deadline() {
        return System.nanoTime() + Duration.ofMinutes(5).toNanos();
    }

    private void start(EngineSettings settings, int steps) {
        start(settings, steps, false);
    }

    private void start(EngineSettings settings, int steps, boolean forgetsToMove) {
        permits.release(steps);
        ScriptedModel scripted = new ScriptedModel(settings.rows(), 257, permits, forgetsToMove);
        model = scripted;
        engine = new SequenceEngine(
                DESCRIPTION,
                END,
                settings,
                rows -> scripted,
                ended -> ended.forEach(end -> ends.put(end.request().id(), end)),
                System::nanoTime);
    }

    private void submit(SequenceRequest request) {
        assertThat(engine().submit(request)).isNull();
    }

    private SequenceEngine engine() {
        assertThat(engine).isNotNull();
        return engine;
    }

    private ScriptedModel model() {
        assertThat(model).isNotNull();
        return model;
    }
}
