package dev.candor.cluster.rest;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.InferenceRequest;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.model.ModelView;
import dev.candor.actors.tensor.Tensor;
import dev.candor.cluster.call.CallParameters;
import dev.candor.cluster.http.BodyPlan;
import dev.candor.cluster.http.ContentCoding;
import dev.candor.cluster.http.HttpReply;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request to infer. Its body is read, and its answer rendered, on the connection's thread; where either is large, or the body compressed, another
 * thread does it meanwhile.
 */
final class InferCall extends RestCall implements Consumer<InferenceOutcome> {
    private static final Logger LOG = LoggerFactory.getLogger(InferCall.class);
    private static final AsciiString JSON_LENGTH = AsciiString.cached("inference-header-content-length");
    private static final AsciiString IDEMPOTENCY_KEY = AsciiString.cached("idempotency-key");

    /** Bytes of binary data from which a body is looked at elsewhere: only BOOL and BYTES are looked at at all. */
    private static final int OFFLOAD_BINARY = 8 << 20;

    private final RestServices services;
    private final RestSettings settings;
    private final Executor codecs;
    private final String model;
    private final String version;
    private final ContentCoding coding;
    private final int jsonLength;
    private @Nullable ParsedInference wanted;
    private @Nullable Runnable cancel;

    /**
     * A request to infer.
     *
     * @param codecs refuses work it cannot take with a {@link RefusedException}
     */
    InferCall(RestRequest request, RestServices services, RestSettings settings, RestMetrics metrics, Executor codecs) {
        super(request, metrics);
        this.services = services;
        this.settings = settings;
        this.codecs = codecs;
        this.model = request.argument(0);
        this.version = request.argument(1);
        this.coding = ContentCoding.ofBody(exchange().header(HttpHeaderNames.CONTENT_ENCODING));
        this.jsonLength = jsonLength(exchange().header(JSON_LENGTH));
    }

    /** The header's value, or -1 without one. */
    private static int jsonLength(@Nullable String header) {
        if (header == null) {
            return -1;
        }
        long value = 0;
        boolean fits = !header.isEmpty() && header.length() <= 10;
        for (int i = 0; fits && i < header.length(); i++) {
            char c = header.charAt(i);
            fits = c >= '0' && c <= '9';
            value = 10 * value + (c - '0');
        }
        if (!fits || value > Integer.MAX_VALUE) {
            throw new RefusedException(
                    ErrorCode.INVALID_REQUEST,
                    "Inference-Header-Content-Length must be the number of bytes of the JSON before the binary data");
        }
        return (int) value;
    }

    @Override
    public BodyPlan plan() {
        return new BodyPlan.Buffered(settings.http().maxBody());
    }

    @Override
    public void run() {
        int length = exchange().bodyLength();
        int json = jsonLength < 0 ? length : Math.min(jsonLength, length);
        if (coding == ContentCoding.IDENTITY && json <= settings.offloadFrom() && length <= OFFLOAD_BINARY) {
            infer(read(exchange().body(), length));
            return;
        }
        byte[] body = exchange().body();
        codecs.execute(() -> readElsewhere(body, length));
    }

    private void readElsewhere(byte[] body, int length) {
        if (exchange().isGone()) {
            return;
        }
        try {
            ParsedInference parsed;
            if (coding == ContentCoding.IDENTITY) {
                parsed = read(body, length);
            } else {
                byte[] plain = coding.decode(
                        body, length, settings.http().maxBody(), settings.http().maxInflationRatio());
                parsed = read(plain, plain.length);
            }
            exchange().thread().execute(() -> inferOrRefuse(parsed));
        } catch (RejectedExecutionException e) {
            LOG.debug("{} was read after the server stopped", request().endpoint());
        } catch (RuntimeException e) {
            refuse(Refusals.of(e, request().endpoint().toString()));
        }
    }

    private ParsedInference read(byte[] body, int length) {
        String key = exchange().header(IDEMPOTENCY_KEY);
        if (jsonLength != 0) {
            return InferRequestReader.read(
                    model,
                    version,
                    body,
                    length,
                    jsonLength,
                    key,
                    settings.http().maxBody());
        }
        Tensor input = BinaryTensors.ofRawBody(spec(), body, length);
        CallParameters none = new CallParameters();
        InferenceRequest raw = new InferenceRequest(
                model,
                version,
                List.of(input),
                List.of(),
                none.priority(),
                none.timeout(),
                none.mode(),
                none.key(Optional.ofNullable(key), InferRequestReader.KEY_HEADER));
        return new ParsedInference(raw, Optional.empty(), List.of(), true);
    }

    private ModelSpec spec() {
        return findSpec()
                .orElseThrow(() -> new RefusedException(
                        ErrorCode.MODEL_NOT_FOUND,
                        "there is no model \"" + model + "\""
                                + (version.isEmpty() ? "" : " with version or alias \"" + version + "\"")
                                + " on this node; GET /v1/models lists the models"));
    }

    private Optional<ModelSpec> findSpec() {
        Optional<ModelView> view = services.catalog().find(model);
        return view.flatMap(known -> known.resolve(version))
                .map(resolved -> view.get().versions().get(resolved))
                .map(ModelView.Registered::spec);
    }

    private void inferOrRefuse(ParsedInference parsed) {
        try {
            infer(parsed);
        } catch (RuntimeException e) {
            refuse(Refusals.of(e, request().endpoint().toString()));
        }
    }

    private void infer(ParsedInference parsed) {
        if (exchange().isGone()) {
            return;
        }
        findSpec().ifPresent(spec -> OutputForms.require(spec, parsed));
        wanted = parsed;
        cancel = services.inference().infer(parsed.request(), request().caller(), this);
    }

    @Override
    public void cancel() {
        if (cancel != null) {
            cancel.run();
        }
    }

    @Override
    public void accept(InferenceOutcome outcome) {
        try {
            if (isLarge(outcome)) {
                codecs.execute(() -> finish(outcome));
                return;
            }
        } catch (RefusedException e) {
            LOG.debug("no thread renders a large answer apart; the connection's own does it");
        }
        try {
            exchange().thread().execute(() -> finish(outcome));
        } catch (RejectedExecutionException e) {
            LOG.debug("{} was answered after the server stopped", request().endpoint());
        }
    }

    private boolean isLarge(InferenceOutcome outcome) {
        return switch (outcome) {
            case InferenceOutcome.Refused refused -> false;
            case InferenceOutcome.Answered answered -> {
                long bytes = 0;
                for (Tensor output : answered.answer().outputs()) {
                    bytes += output.data().length();
                }
                yield bytes > settings.offloadFrom();
            }
        };
    }

    private void finish(InferenceOutcome outcome) {
        switch (outcome) {
            case InferenceOutcome.Refused refused -> refuse(refused.refusal());
            case InferenceOutcome.Answered answered -> {
                ParsedInference asked = wanted;
                if (asked == null) {
                    throw new IllegalStateException("an answer before its question");
                }
                HttpReply reply;
                try {
                    ModelSpec spec = asked.wishes().isEmpty()
                            ? null
                            : specOf(answered.answer().model());
                    reply = InferReply.render(
                            answered,
                            asked,
                            spec == null ? List.of() : spec.labels(),
                            spec == null ? "" : spec.outputs().getFirst().name());
                } catch (RuntimeException e) {
                    refuse(Refusals.of(e, request().endpoint().toString()));
                    return;
                }
                exchange().send(reply);
            }
        }
    }

    /** The specification of the version that answered. */
    private @Nullable ModelSpec specOf(ModelRef answered) {
        return services.catalog()
                .find(answered.name())
                .map(view -> view.versions().get(answered.version()))
                .map(ModelView.Registered::spec)
                .orElse(null);
    }
}
