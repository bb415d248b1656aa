package dev.candor.cluster.rest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.cluster.call.CallParameters;
import dev.candor.cluster.call.CallParameters.Value;
import java.io.IOException;

/** Reads {@code parameters} of a request: those of every protocol and {@code binary_data_output}. Others are skipped, as the protocol wants it. */
final class RequestParameters {
    final CallParameters shared = new CallParameters();
    boolean binaryOutput;

    /** Stands on the token behind {@code "parameters":}. */
    void read(JsonParser in) throws IOException {
        if (in.currentToken() == JsonToken.VALUE_NULL) {
            return;
        }
        if (in.currentToken() != JsonToken.START_OBJECT) {
            throw new RefusedException(ErrorCode.INVALID_REQUEST, "\"parameters\" must be an object");
        }
        for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
            JsonToken value = in.nextToken();
            if (value == JsonToken.VALUE_NULL) {
                continue;
            }
            if (name.equals("binary_data_output")) {
                binaryOutput = bool(in, name);
            } else if (CallParameters.knows(name)) {
                shared.take(name, value(in));
            } else {
                in.skipChildren();
            }
        }
    }

    private static Value value(JsonParser in) throws IOException {
        return switch (in.currentToken()) {
            case VALUE_TRUE -> new Value.Truth(true);
            case VALUE_FALSE -> new Value.Truth(false);
            case VALUE_STRING -> new Value.Text(in.getText());
            case VALUE_NUMBER_INT -> {
                try {
                    yield new Value.Whole(in.getLongValue());
                } catch (InputCoercionException e) {
                    yield new Value.Other();
                }
            }
            default -> new Value.Other();
        };
    }

    /** A whole number from 0 to {@code most}. */
    static long integer(JsonParser in, String name, long most) throws IOException {
        if (in.currentToken() == JsonToken.VALUE_NUMBER_INT
                && value(in) instanceof Value.Whole(long value)
                && value >= 0
                && value <= most) {
            return value;
        }
        throw CallParameters.wanted(name, "a whole number from 0 to " + most);
    }

    static boolean bool(JsonParser in, String name) {
        if (in.currentToken() == JsonToken.VALUE_TRUE) {
            return true;
        }
        if (in.currentToken() == JsonToken.VALUE_FALSE) {
            return false;
        }
        throw CallParameters.wanted(name, "true or false");
    }
}
