package dev.candor.cluster.rest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.inference.VerificationMode;
import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads {@code parameters} of a request. Those that nobody here knows are skipped, as the protocol wants it. */
final class RequestParameters {
    /** Beyond this a timeout means none: 365 days. */
    private static final long MAX_TIMEOUT_MICROS = 365L * 24 * 3600 * 1_000_000;

    private static final int MAX_KEY = 128;

    int priority;
    Optional<Duration> timeout = Optional.empty();
    boolean binaryOutput;
    VerificationMode mode = VerificationMode.VANILLA;

    @Nullable
    String idempotencyKey;

    /** Stands on the token behind {@code "parameters":}. */
    void read(JsonParser in) throws IOException {
        if (in.currentToken() == JsonToken.VALUE_NULL) {
            return;
        }
        if (in.currentToken() != JsonToken.START_OBJECT) {
            throw invalid("\"parameters\" must be an object");
        }
        for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
            JsonToken value = in.nextToken();
            if (value == JsonToken.VALUE_NULL) {
                continue;
            }
            switch (name) {
                case "priority" -> priority = (int) integer(in, name, Integer.MAX_VALUE);
                case "timeout" -> timeout = timeout(integer(in, name, Long.MAX_VALUE));
                case "binary_data_output" -> binaryOutput = bool(in, name);
                case "verification" -> mode = mode(text(in, name));
                case "idempotency_key" -> idempotencyKey = idempotencyKey(text(in, name));
                case "sequence_id", "sequence_start", "sequence_end" -> refuseSequence(in, name);
                default -> in.skipChildren();
            }
        }
    }

    private static Optional<Duration> timeout(long micros) {
        return micros == 0
                ? Optional.empty()
                : Optional.of(Duration.of(Math.min(micros, MAX_TIMEOUT_MICROS), ChronoUnit.MICROS));
    }

    private static VerificationMode mode(String name) {
        return switch (name) {
            case "vanilla" -> VerificationMode.VANILLA;
            case "tee" -> VerificationMode.TEE;
            case "zkml" -> VerificationMode.ZKML;
            default ->
                throw invalid("the parameter \"verification\" is vanilla, tee or zkml, not \""
                        + name.substring(0, Math.min(40, name.length())) + "\"");
        };
    }

    /** Holds a key against its form: 1 to 128 printable ASCII characters. */
    static String idempotencyKey(String key) {
        boolean fits = !key.isEmpty() && key.length() <= MAX_KEY;
        for (int i = 0; fits && i < key.length(); i++) {
            fits = key.charAt(i) >= 0x20 && key.charAt(i) <= 0x7e;
        }
        if (!fits) {
            throw invalid("an idempotency key has 1 to " + MAX_KEY + " printable ASCII characters");
        }
        return key;
    }

    private static void refuseSequence(JsonParser in, String name) throws IOException {
        boolean absent = switch (in.currentToken()) {
            case VALUE_FALSE -> true;
            case VALUE_NUMBER_INT -> in.getTextLength() == 1 && in.getLongValue() == 0;
            case VALUE_STRING -> in.getTextLength() == 0;
            default -> false;
        };
        if (!absent) {
            throw new RefusedException(
                    ErrorCode.UNIMPLEMENTED,
                    "the parameter \"" + name
                            + "\" is not served: models here keep no state between requests; leave it out");
        }
    }

    /** A whole number from 0 to {@code most}. */
    static long integer(JsonParser in, String name, long most) throws IOException {
        if (in.currentToken() == JsonToken.VALUE_NUMBER_INT) {
            try {
                long value = in.getLongValue();
                if (value >= 0 && value <= most) {
                    return value;
                }
            } catch (InputCoercionException e) {
                throw wanted(name, "a whole number from 0 to " + most);
            }
        }
        throw wanted(name, "a whole number from 0 to " + most);
    }

    static boolean bool(JsonParser in, String name) {
        if (in.currentToken() == JsonToken.VALUE_TRUE) {
            return true;
        }
        if (in.currentToken() == JsonToken.VALUE_FALSE) {
            return false;
        }
        throw wanted(name, "true or false");
    }

    private static String text(JsonParser in, String name) throws IOException {
        if (in.currentToken() != JsonToken.VALUE_STRING) {
            throw wanted(name, "a string");
        }
        return in.getText();
    }

    private static RefusedException wanted(String name, String what) {
        return invalid("the parameter \"" + name + "\" must be " + what);
    }

    private static RefusedException invalid(String sentence) {
        return new RefusedException(ErrorCode.INVALID_REQUEST, sentence);
    }
}
