package dev.candor.cluster.rpc;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.inference.RefusedException;
import java.util.Base64;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An error as JSON-RPC has it: a number, and in {@code data} the refusal's stable code, status and time to come back. {@code docs/errors.md} is the catalogue.
 *
 * @param code the number
 * @param refusal what was refused
 */
public record RpcError(int code, Refusal refusal) {
    /** What was sent is no JSON. */
    public static final int PARSE_ERROR = -32700;

    /** What was sent is no request. */
    public static final int INVALID_REQUEST = -32600;

    /** There is no such method. */
    public static final int METHOD_NOT_FOUND = -32601;

    /** The method's parameters are wrong. */
    public static final int INVALID_PARAMS = -32602;

    /** A defect of the node. */
    public static final int INTERNAL_ERROR = -32603;

    private static final Logger LOG = LoggerFactory.getLogger(RpcError.class);

    /** The number of a refusal; never changed once given out. */
    public static int number(ErrorCode code) {
        return switch (code) {
            case INVALID_REQUEST, INVALID_TENSOR, INVALID_MODEL -> INVALID_PARAMS;
            case INTERNAL -> INTERNAL_ERROR;
            case UNAUTHENTICATED -> -32001;
            case PAYMENT_REQUIRED -> -32002;
            case PERMISSION_DENIED -> -32003;
            case MODEL_NOT_FOUND -> -32004;
            case NOT_FOUND -> -32005;
            case METHOD_NOT_ALLOWED -> -32006;
            case IDEMPOTENCY_CONFLICT -> -32007;
            case CONFLICT -> -32008;
            case ANSWER_EXPIRED -> -32009;
            case TOO_LARGE -> -32010;
            case UNSUPPORTED_MEDIA_TYPE -> -32011;
            case MODE_UNAVAILABLE -> -32012;
            case RATE_LIMITED -> -32013;
            case UNIMPLEMENTED -> -32014;
            case MODEL_DISABLED -> -32015;
            case NOT_READY -> -32016;
            case OVERLOADED -> -32017;
            case JOURNAL_UNAVAILABLE -> -32018;
            case COMMIT_UNKNOWN -> -32019;
            case DEADLINE_EXCEEDED -> -32020;
            case CANCELLED -> -32021;
            case EXECUTION_FAILED -> -32022;
        };
    }

    /** The error of a refusal. */
    public static RpcError of(Refusal refusal) {
        return new RpcError(number(refusal.code()), refusal);
    }

    static RpcError of(int code, ErrorCode stable, String sentence) {
        return new RpcError(code, Refusal.of(stable, sentence));
    }

    /** The refusal inside {@code failure}; anything else is a defect, which is logged. */
    static RpcError of(Throwable failure, String method) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof RefusedException refused) {
            return of(refused.refusal());
        }
        LOG.error("{} fails", method, cause);
        return of(
                Refusal.of(ErrorCode.INTERNAL, "a defect of the node kept it from answering; its log has the details"));
    }

    /** The member {@code error}. */
    ObjectNode json() {
        ObjectNode json = RpcJson.object().put("code", code).put("message", refusal.sentence());
        ObjectNode data = json.putObject("data")
                .put("code", refusal.code().name())
                .put("http_status", refusal.code().httpStatus());
        refusal.retryAfter().ifPresent(after -> data.put("retry_after_ms", Math.max(0, after.toMillis())));
        refusal.receipt()
                .ifPresent(receipt -> data.put("receipt", Base64.getEncoder().encodeToString(receipt.toArray())));
        return json;
    }
}
