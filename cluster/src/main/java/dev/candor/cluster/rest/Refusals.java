package dev.candor.cluster.rest;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.inference.RefusedException;
import dev.candor.cluster.http.HttpReply;
import dev.candor.cluster.http.Utf8Buffer;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a refusal looks in HTTP: the only place that says so. */
final class Refusals {
    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);
    private static final byte[] RETRY_AFTER = Utf8Buffer.ascii("Retry-After");
    private static final byte[] RETRY_AFTER_MS = Utf8Buffer.ascii("Retry-After-Ms");
    private static final byte[] AUTHENTICATE = Utf8Buffer.ascii("WWW-Authenticate");
    private static final byte[] ERROR = Utf8Buffer.ascii("{\"error\":");
    private static final byte[] CODE = Utf8Buffer.ascii(",\"code\":\"");
    private static final byte[] END = Utf8Buffer.ascii("\"}");

    private Refusals() {}

    /** Renders a refusal into this thread's reply. */
    static HttpReply render(Refusal refusal) {
        HttpReply reply = HttpReply.start(refusal.code().httpStatus());
        render(refusal, reply);
        return reply;
    }

    /** Renders a refusal into a reply that has its status. */
    static void render(Refusal refusal, HttpReply reply) {
        reply.body()
                .raw(ERROR)
                .jsonString(refusal.sentence())
                .raw(CODE)
                .printable(refusal.code().name())
                .raw(END);
        headers(refusal, reply);
    }

    /** The headers that go with a refusal, whatever its body looks like. */
    static void headers(Refusal refusal, HttpReply reply) {
        if (refusal.retryAfter().isPresent()) {
            Duration after = refusal.retryAfter().get();
            long millis = Math.max(0, after.toMillis());
            reply.header(RETRY_AFTER, Math.max(1, (millis + 999) / 1000));
            reply.header(RETRY_AFTER_MS, millis);
        }
        if (refusal.receipt().isPresent()) {
            InferReply.receiptHeader(
                    Base64.getEncoder().encode(refusal.receipt().get().toArray()), reply);
        }
        if (refusal.code() == ErrorCode.UNAUTHENTICATED) {
            reply.header(AUTHENTICATE, "Bearer");
        }
    }

    /** The refusal inside {@code failure}; anything else is a defect, which is logged. */
    static Refusal of(Throwable failure, String what) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof RefusedException refused) {
            return refused.refusal();
        }
        LOG.error("{} fails", what, cause);
        return Refusal.of(ErrorCode.INTERNAL, "a defect of the node kept it from answering; its log has the details");
    }
}
