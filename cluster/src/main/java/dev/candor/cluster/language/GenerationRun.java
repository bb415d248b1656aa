package dev.candor.cluster.language;

import dev.candor.actors.gateway.Caller;
import dev.candor.actors.gateway.InferenceService;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.InferenceRequest;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.receipt.Digests;
import dev.candor.actors.tensor.Tensor;
import dev.candor.gpuconfig.language.Sampling;
import dev.candor.gpuconfig.language.TextStream;
import dev.candor.gpuconfig.language.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One text on its way: tokens as they are heard, then the committed answer, which is what counts. What was heard must be its beginning; where it is not (a model whose
 * arithmetic depends on its neighbours), the caller gets a refusal in place of a receipt over another text. Thread-safe.
 */
final class GenerationRun {
    private static final Logger LOG = LoggerFactory.getLogger(GenerationRun.class);

    private final InferenceRequest asked;
    private final int promptTokens;
    private final Sampling sampling;
    private final TextStream text;
    private final GenerationListener listener;
    private final StringBuilder whole = new StringBuilder();
    private final List<Integer> heard = new ArrayList<>();
    private @Nullable Runnable closeTap;
    private boolean ended;

    GenerationRun(
            InferenceRequest asked,
            int promptTokens,
            Sampling sampling,
            Tokenizer tokenizer,
            GenerationListener listener) {
        this.asked = asked;
        this.promptTokens = promptTokens;
        this.sampling = sampling;
        this.text = new TextStream(tokenizer, sampling.stops());
        this.listener = listener;
    }

    /** Runs; the returned ends it for a client that has gone. */
    Runnable start(InferenceService inference, TokenTaps taps, Caller caller) {
        Runnable tap = taps.open(Digests.request(asked), this::heard);
        synchronized (this) {
            closeTap = tap;
        }
        return inference.infer(asked, caller, this::outcome);
    }

    private synchronized void heard(int index, int token) {
        // Another request of the same digest may be ahead or behind.
        if (!ended && index == heard.size()) {
            take(token);
        }
    }

    private void take(int token) {
        heard.add(token);
        give(text.push(token));
    }

    private void give(String piece) {
        if (!piece.isEmpty()) {
            whole.append(piece);
            listener.text(piece);
        }
    }

    private synchronized void outcome(InferenceOutcome outcome) {
        ended = true;
        Runnable tap = closeTap;
        if (tap != null) {
            tap.run();
        }
        switch (outcome) {
            case InferenceOutcome.Refused refused -> listener.ended(new Generation.Refused(refused.refusal()));
            case InferenceOutcome.Answered answered -> answered(answered);
        }
    }

    private void answered(InferenceOutcome.Answered answered) {
        List<Tensor> outputs = answered.answer().outputs();
        List<Integer> tokens = TextTensors.tokens(outputs);
        int known = heard.size();
        if (known > tokens.size() || !tokens.subList(0, known).equals(heard)) {
            LOG.error(
                    "Request {} was heard with other tokens than were committed",
                    answered.answer().id());
            listener.ended(new Generation.Refused(Refusal.of(
                    ErrorCode.INTERNAL,
                    "the text that was streamed is not the one that was committed as "
                            + answered.answer().id()
                            + "; ask again, with an idempotency key to get the committed one")));
            return;
        }
        tokens.subList(known, tokens.size()).forEach(this::take);
        give(text.end());
        listener.ended(new Generation.Written(
                whole.toString(),
                TextTensors.finish(outputs),
                promptTokens,
                tokens.size(),
                sampling.seed(),
                asked,
                answered));
    }
}
