package dev.candor.cluster.language;

import dev.candor.actors.gateway.Caller;
import dev.candor.actors.gateway.InferenceService;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.InferenceRequest;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The inputs of one request, in batches that run beside each other; the first refusal ends all of them. Thread-safe. */
final class EmbeddingRun {
    private static final int ROWS = 32;
    private static final int LENGTH_STEP = 16;

    private final EmbeddingRequest request;
    private final List<int[]> texts;
    private final Consumer<Embeddings> onOutcome;
    private final List<InferenceRequest> asked = new ArrayList<>();
    private final SortedMap<Integer, InferenceOutcome.Answered> answers = new TreeMap<>();
    private final List<Runnable> cancels = new CopyOnWriteArrayList<>();
    private boolean over;

    EmbeddingRun(EmbeddingRequest request, List<int[]> texts, Consumer<Embeddings> onOutcome) {
        this.request = request;
        this.texts = texts;
        this.onOutcome = onOutcome;
        for (int from = 0; from < texts.size(); from += ROWS) {
            asked.add(batch(texts.subList(from, Math.min(texts.size(), from + ROWS)), asked.size()));
        }
    }

    /** Runs; the returned ends it for a client that has gone. */
    Runnable start(InferenceService inference, Caller caller) {
        for (int i = 0; i < asked.size() && !isOver(); i++) {
            int place = i;
            cancels.add(inference.infer(asked.get(i), caller, outcome -> outcome(place, outcome)));
        }
        return this::cancel;
    }

    private void cancel() {
        cancels.forEach(Runnable::run);
    }

    private InferenceRequest batch(List<int[]> rows, int number) {
        int longest = rows.stream().mapToInt(row -> row.length).max().orElse(1);
        int length = (longest + LENGTH_STEP - 1) / LENGTH_STEP * LENGTH_STEP;
        ByteBuffer tokens = ByteBuffer.allocate(8 * rows.size() * length).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer lengths = ByteBuffer.allocate(8 * rows.size()).order(ByteOrder.LITTLE_ENDIAN);
        for (int[] row : rows) {
            for (int at = 0; at < length; at++) {
                tokens.putLong(at < row.length ? row[at] : 0);
            }
            lengths.putLong(row.length);
        }
        // One key names one answer: further batches have keys of their own.
        Optional<String> key = request.idempotencyKey().map(each -> number == 0 ? each : each + "/" + number);
        return GatewayLanguageService.request(
                request.model(),
                List.of(
                        new Tensor("tokens", DataType.INT64, Shape.of(rows.size(), length), Bytes.wrap(tokens.array())),
                        new Tensor("length", DataType.INT64, Shape.of(rows.size(), 1), Bytes.wrap(lengths.array()))),
                key);
    }

    private synchronized boolean isOver() {
        return over;
    }

    private void outcome(int place, InferenceOutcome outcome) {
        Embeddings result;
        synchronized (this) {
            if (over) {
                return;
            }
            switch (outcome) {
                case InferenceOutcome.Answered answered -> {
                    answers.put(place, answered);
                    if (answers.size() < asked.size()) {
                        return;
                    }
                    result = whole();
                }
                case InferenceOutcome.Refused refused -> result = new Embeddings.Refused(refused.refusal());
            }
            over = true;
        }
        if (result instanceof Embeddings.Refused) {
            cancel();
        }
        onOutcome.accept(result);
    }

    private Embeddings whole() {
        List<Bytes> vectors = new ArrayList<>();
        List<Embeddings.Batch> batches = new ArrayList<>();
        answers.forEach((place, answered) -> {
            Tensor output = answered.answer().outputs().getFirst();
            int bytes = Math.toIntExact(4 * output.shape().at(1));
            for (int row = 0; row < output.shape().at(0); row++) {
                vectors.add(output.data().slice(row * bytes, bytes));
            }
            batches.add(new Embeddings.Batch(asked.get(place), answered));
        });
        return new Embeddings.Embedded(
                vectors, texts.stream().mapToInt(text -> text.length).sum(), batches);
    }
}
