package dev.candor.actors.inference;

/**
 * The stable codes of refusals, each with the status it has in HTTP and gRPC (by the canonical name of the gRPC status). Codes are only ever added.
 */
public enum ErrorCode {
    /** The request cannot be read or contradicts itself. */
    INVALID_REQUEST(400, "INVALID_ARGUMENT"),
    /** A tensor's name, datatype, shape, size or value does not fit the model. */
    INVALID_TENSOR(400, "INVALID_ARGUMENT"),
    /** The file is not a model that can be served. */
    INVALID_MODEL(400, "INVALID_ARGUMENT"),
    /** No credentials, or ones that are not known. */
    UNAUTHENTICATED(401, "UNAUTHENTICATED"),
    /** The caller's balance does not cover what the answer may cost. */
    PAYMENT_REQUIRED(402, "FAILED_PRECONDITION"),
    /** The caller may not do this. */
    PERMISSION_DENIED(403, "PERMISSION_DENIED"),
    /** No model of this name or version. */
    MODEL_NOT_FOUND(404, "NOT_FOUND"),
    /** No such resource. */
    NOT_FOUND(404, "NOT_FOUND"),
    /** The resource is there, the method is not. */
    METHOD_NOT_ALLOWED(405, "UNIMPLEMENTED"),
    /** The idempotency key was used with another body. */
    IDEMPOTENCY_CONFLICT(409, "ALREADY_EXISTS"),
    /** Somebody changed the resource at the same time, or it is there already. */
    CONFLICT(409, "ABORTED"),
    /** The answer under this idempotency key is past its retention; the receipt remains. */
    ANSWER_EXPIRED(410, "FAILED_PRECONDITION"),
    /** The body is over the limit. */
    TOO_LARGE(413, "RESOURCE_EXHAUSTED"),
    /** The content type or encoding is none that is served. */
    UNSUPPORTED_MEDIA_TYPE(415, "INVALID_ARGUMENT"),
    /** The verification mode is known, but this cluster or model cannot serve it. */
    MODE_UNAVAILABLE(422, "FAILED_PRECONDITION"),
    /** The caller sends more than its share. */
    RATE_LIMITED(429, "RESOURCE_EXHAUSTED"),
    /** A part of the protocol that is not served. */
    UNIMPLEMENTED(501, "UNIMPLEMENTED"),
    /** The model is there but disabled. */
    MODEL_DISABLED(503, "UNAVAILABLE"),
    /** The node, the model or every executor is not ready. */
    NOT_READY(503, "UNAVAILABLE"),
    /** A queue is full. */
    OVERLOADED(503, "UNAVAILABLE"),
    /** The journal cannot be reached: nothing is answered that could be lost. */
    JOURNAL_UNAVAILABLE(503, "UNAVAILABLE"),
    /** The answer may or may not be in the journal: a retry under the same key tells. */
    COMMIT_UNKNOWN(503, "UNAVAILABLE"),
    /** The deadline passed. */
    DEADLINE_EXCEEDED(504, "DEADLINE_EXCEEDED"),
    /** The caller went away. */
    CANCELLED(499, "CANCELLED"),
    /** The model failed on this input. */
    EXECUTION_FAILED(500, "INTERNAL"),
    /** A defect of ours. */
    INTERNAL(500, "INTERNAL");

    private final int httpStatus;
    private final String grpcStatus;

    ErrorCode(int httpStatus, String grpcStatus) {
        this.httpStatus = httpStatus;
        this.grpcStatus = grpcStatus;
    }

    /** The HTTP status. */
    public int httpStatus() {
        return httpStatus;
    }

    /** The canonical name of the gRPC status. */
    public String grpcStatus() {
        return grpcStatus;
    }
}
