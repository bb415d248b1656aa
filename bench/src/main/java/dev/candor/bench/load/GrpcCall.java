package dev.candor.bench.load;

import io.grpc.Metadata;
import java.util.Map;

/** A {@code ModelInfer} request, serialised. Thread-safe. */
public final class GrpcCall implements PreparedCall {
    private final byte[] message;
    private final Map<String, String> headers;
    private final AnswerCheck check;

    /**
     * A request.
     *
     * @param message a serialised {@code ModelInferRequest}; not copied
     * @param headers sent as metadata, names in lower case
     */
    GrpcCall(byte[] message, Map<String, String> headers, AnswerCheck check) {
        this.message = message;
        this.headers = Map.copyOf(headers);
        this.check = check;
    }

    /** The serialised request; not to be changed. */
    byte[] message() {
        return message;
    }

    /** New metadata for one call: a call consumes its own. */
    Metadata metadata() {
        Metadata metadata = new Metadata();
        headers.forEach((name, value) -> metadata.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value));
        return metadata;
    }

    @Override
    public AnswerCheck check() {
        return check;
    }

    @Override
    public int size() {
        return message.length;
    }
}
