package dev.candor.cluster.openai;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Refusal;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Refusals in OpenAI's form: {@code {"error": {"message", "type", "param", "code"}}}, with Candor's own code beside them as {@code candor_code}. */
public final class OpenAiErrors {
    private OpenAiErrors() {}

    /** The status of a refusal: a full queue is 429 here, which OpenAI's clients wait for and try again. */
    public static int status(Refusal refusal) {
        return refusal.code() == ErrorCode.OVERLOADED ? 429 : refusal.code().httpStatus();
    }

    /** A refusal's body. */
    public static ObjectNode body(Refusal refusal) {
        return body(refusal, null, code(refusal));
    }

    /** A refusal's body, about a parameter. */
    public static ObjectNode body(OpenAiException refused) {
        return body(refused.refusal(), refused.parameter(), refused.code());
    }

    private static ObjectNode body(Refusal refusal, @Nullable String parameter, String code) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.putObject("error")
                .put("message", refusal.sentence())
                .put("type", type(status(refusal)))
                .put("param", parameter)
                .put("code", code)
                .put("candor_code", refusal.code().name());
        return body;
    }

    private static String code(Refusal refusal) {
        if (refusal.sentence().startsWith("the context of ")) {
            return "context_length_exceeded";
        }
        return switch (refusal.code()) {
            case UNAUTHENTICATED -> "invalid_api_key";
            case MODEL_NOT_FOUND, MODEL_DISABLED -> "model_not_found";
            case RATE_LIMITED -> "rate_limit_exceeded";
            case OVERLOADED -> "queue_full";
            case PAYMENT_REQUIRED -> "insufficient_quota";
            case INVALID_REQUEST,
                    INVALID_TENSOR,
                    INVALID_MODEL,
                    PERMISSION_DENIED,
                    NOT_FOUND,
                    METHOD_NOT_ALLOWED,
                    IDEMPOTENCY_CONFLICT,
                    CONFLICT,
                    ANSWER_EXPIRED,
                    TOO_LARGE,
                    UNSUPPORTED_MEDIA_TYPE,
                    MODE_UNAVAILABLE,
                    UNIMPLEMENTED,
                    NOT_READY,
                    JOURNAL_UNAVAILABLE,
                    COMMIT_UNKNOWN,
                    DEADLINE_EXCEEDED,
                    CANCELLED,
                    EXECUTION_FAILED,
                    INTERNAL -> refusal.code().name().toLowerCase(Locale.ROOT);
        };
    }

    private static String type(int status) {
        return switch (status) {
            case 401 -> "authentication_error";
            case 402 -> "insufficient_quota";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 429 -> "rate_limit_error";
            default -> status >= 500 ? "server_error" : "invalid_request_error";
        };
    }
}
