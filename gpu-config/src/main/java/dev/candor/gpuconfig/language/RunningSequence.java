package dev.candor.gpuconfig.language;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** A sequence that has a row of the cache. For the device's thread. */
final class RunningSequence {
    private final SequenceRequest request;
    private final Sampler sampler;
    private final TextStream text;
    private final JsonShape.@Nullable Cursor json;
    private final Tokenizer tokenizer;
    private final int end;
    private final long arrivedAt;
    private final long joinedAt;
    private final List<Integer> written = new ArrayList<>();
    private int read;

    RunningSequence(SequenceRequest request, Tokenizer tokenizer, int end, long arrivedAt, long joinedAt) {
        this.request = request;
        this.sampler = new Sampler(request.sampling());
        this.text = new TextStream(tokenizer, request.sampling().stops());
        this.json = request.sampling().constraint().map(JsonShape::cursor).orElse(null);
        this.tokenizer = tokenizer;
        this.end = end;
        this.arrivedAt = arrivedAt;
        this.joinedAt = joinedAt;
    }

    SequenceRequest request() {
        return request;
    }

    /** Whether the whole prompt was read. */
    boolean isRead() {
        return read == request.prompt().size();
    }

    /** Takes the next tokens of the prompt to be read, at most {@code most}. */
    int[] take(int most) {
        int count = Math.min(most, request.prompt().size() - read);
        int[] tokens = request.prompt().subList(read, read + count).stream()
                .mapToInt(Integer::intValue)
                .toArray();
        read += count;
        return tokens;
    }

    /** Tokens whose keys and values the row holds: all but the last one chosen. */
    int past() {
        return read + Math.max(0, written.size() - 1);
    }

    /** The token to go on from; any for a sequence whose prompt is still being read. */
    int last() {
        return written.isEmpty() ? 0 : written.getLast();
    }

    /** Chooses the next token; returns why it is the last one, or null. */
    SequenceEnd.@Nullable Reason advance(float[] logits) {
        int token = sampler.choose(logits, allowed());
        written.add(token);
        request.listener().token(written.size() - 1, token);
        if (token == end) {
            return SequenceEnd.Reason.STOP;
        }
        if (json != null) {
            json.accept(token);
        } else {
            var _ = text.push(token);
        }
        if (text.stopped()) {
            return SequenceEnd.Reason.STOP;
        }
        return written.size() >= request.sampling().maxTokens() ? SequenceEnd.Reason.LENGTH : null;
    }

    /** Bytes of the JSON that must come out, and then the end; without one any text, and its end. */
    private IntPredicate allowed() {
        JsonShape.Cursor cursor = json;
        if (cursor == null) {
            return token -> token == end || !tokenizer.isSpecial(token);
        }
        if (cursor.complete()) {
            return token -> token == end;
        }
        return token -> token < 0x80 && cursor.allows(token);
    }

    SequenceEnd.Written written(SequenceEnd.Reason reason, long now) {
        return new SequenceEnd.Written(request, written, reason, joinedAt - arrivedAt, now - joinedAt);
    }
}
