package dev.candor.cluster.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.value.Bytes;
import dev.candor.cluster.http.HttpReply;
import dev.candor.cluster.http.HttpStream;
import dev.candor.cluster.http.Utf8Buffer;
import dev.candor.cluster.language.Generation;
import dev.candor.cluster.language.GenerationListener;
import dev.candor.cluster.language.LanguageService;
import dev.candor.cluster.openai.OpenAiErrors;
import dev.candor.cluster.openai.TextAnswers;
import dev.candor.cluster.openai.TextCall;
import dev.candor.cluster.opengradient.AnswerSigning;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One request for text. A stream is server-sent events, each written as its text comes; while the client does not keep up, text is gathered into one event, so what is
 * held for it is never more than the text of one answer. A stream begins with its first text, so that what is refused before has its own status.
 */
final class GenerationCall extends OpenAiCall implements GenerationListener {
    private static final byte[] EVENTS = Utf8Buffer.ascii("text/event-stream; charset=utf-8");
    private static final byte[] CACHE_CONTROL = Utf8Buffer.ascii("Cache-Control");
    private static final byte[] DATA = Utf8Buffer.ascii("data: ");
    private static final byte[] EVENT_END = Utf8Buffer.ascii("\n\n");
    private static final byte[] DONE = Utf8Buffer.ascii("data: [DONE]\n\n");

    /** Reads a body. */
    @FunctionalInterface
    interface Reader {
        TextCall read(ObjectNode body, Optional<String> idempotencyKey);
    }

    private final LanguageService language;
    private final Reader reader;
    private final AnswerSigning signing;
    private final Executor blocking;
    private final StringBuilder gathered = new StringBuilder();
    private boolean scheduled;
    private @Nullable TextCall call;
    private @Nullable TextAnswers answers;
    private @Nullable HttpStream stream;
    private volatile Optional<SettledText> settled = Optional.empty();

    /**
     * A request for text.
     *
     * @param signing signs answers for OpenGradient's clients
     * @param blocking to sign on
     */
    GenerationCall(
            RestRequest request,
            RestMetrics metrics,
            LanguageService language,
            Reader reader,
            AnswerSigning signing,
            Executor blocking) {
        super(request, metrics);
        this.language = language;
        this.reader = reader;
        this.signing = signing;
        this.blocking = blocking;
    }

    @Override
    Runnable start(ObjectNode body, Optional<String> idempotencyKey) {
        settled = SettledText.of(exchange(), body.deepCopy(), signing, blocking);
        TextCall read = reader.read(body, idempotencyKey);
        call = read;
        if (read.stream() && !exchange().canStream()) {
            throw new RefusedException(
                    ErrorCode.INVALID_REQUEST, "a stream needs HTTP/1.1; leave \"stream\" out or send HTTP/1.1");
        }
        String id = (read.chat() ? "chatcmpl-" : "cmpl-") + UUID.randomUUID();
        answers = new TextAnswers(read, id, System.currentTimeMillis() / 1000);
        return language.generate(read.request(), request().caller(), this);
    }

    private TextCall call() {
        TextCall read = call;
        if (read == null) {
            throw new IllegalStateException("text before its request");
        }
        return read;
    }

    private TextAnswers answers() {
        TextAnswers made = answers;
        if (made == null) {
            throw new IllegalStateException("text before its request");
        }
        return made;
    }

    @Override
    public void text(String piece) {
        if (!call().stream()) {
            return;
        }
        synchronized (gathered) {
            gathered.append(piece);
            if (scheduled) {
                return;
            }
            scheduled = true;
        }
        onThread(this::write);
    }

    @Override
    public void writable() {
        if (stream != null) {
            write();
        }
    }

    /** On the connection's thread. */
    private void write() {
        synchronized (gathered) {
            scheduled = false;
        }
        if (!exchange().isGone() && (stream == null || stream.isWritable())) {
            flush();
        }
    }

    private void flush() {
        String text;
        synchronized (gathered) {
            text = gathered.toString();
            gathered.setLength(0);
        }
        if (!text.isEmpty()) {
            event(answers().piece(text));
        }
    }

    @Override
    public void ended(Generation generation) {
        if (generation instanceof Generation.Written written && settled.isPresent()) {
            sign(settled.get(), written);
            return;
        }
        onThread(() -> {
            if (exchange().isGone()) {
                return;
            }
            switch (generation) {
                case Generation.Written written
                when call().stream() -> {
                    flush();
                    event(answers().end(written));
                    if (call().includeUsage()) {
                        event(answers().used(written));
                    }
                    HttpStream open = stream();
                    open.hold(Bytes.wrap(DONE));
                    open.end();
                }
                case Generation.Written written -> send(200, answers().whole(written));
                case Generation.Refused refused -> {
                    if (stream == null) {
                        sendRefusal(refused.refusal());
                    } else {
                        event(OpenAiErrors.body(refused.refusal()));
                        stream().end();
                    }
                }
            }
        });
    }

    /** For a client that looks for a signature: finish, usage and signature come in one last event, and there is none behind it. */
    private void sign(SettledText settlement, Generation.Written written) {
        ObjectNode json = call().stream() ? answers().end(written) : answers().whole(written);
        if (call().stream()) {
            json.set("usage", answers().used(written).path("usage"));
        }
        settlement
                .signed(json, written.text())
                .whenComplete((signed, failure) -> onThread(() -> {
                    if (exchange().isGone()) {
                        return;
                    }
                    if (failure != null && stream != null) {
                        event(OpenAiErrors.body(
                                Refusals.of(failure, request().endpoint().toString())));
                        stream().end();
                        return;
                    }
                    if (failure != null) {
                        throw new IllegalStateException("an answer cannot be signed", failure);
                    }
                    if (call().stream()) {
                        flush();
                        event(signed);
                        HttpStream open = stream();
                        open.hold(Bytes.wrap(DONE));
                        open.end();
                    } else {
                        send(200, signed);
                    }
                }));
    }

    private HttpStream stream() {
        HttpStream open = stream;
        if (open == null) {
            open = exchange().stream(
                    HttpReply.start(200).contentType(EVENTS).header(CACHE_CONTROL, "no-cache"), () -> {});
            stream = open;
        }
        return open;
    }

    private void event(JsonNode json) {
        byte[] data = Json.bytes(json);
        byte[] event = new byte[DATA.length + data.length + EVENT_END.length];
        System.arraycopy(DATA, 0, event, 0, DATA.length);
        System.arraycopy(data, 0, event, DATA.length, data.length);
        System.arraycopy(EVENT_END, 0, event, DATA.length + data.length, EVENT_END.length);
        stream().hold(Bytes.wrap(event));
    }
}
