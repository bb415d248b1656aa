package dev.candor.cluster.rest;

import dev.candor.actors.gateway.Caller;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.model.ModelVersion;
import dev.candor.cluster.http.HttpExchange;
import java.util.List;

/**
 * A request that has found its endpoint.
 *
 * @param exchange the request itself
 * @param endpoint what it found
 * @param arguments what the segments in braces matched, in their order
 * @param caller who sent it
 */
record RestRequest(HttpExchange exchange, Endpoint endpoint, List<String> arguments, Caller caller) {
    /** What a segment in braces matched, or empty where the template has no such segment. */
    String argument(int index) {
        return index < arguments.size() ? arguments.get(index) : "";
    }

    /** What a segment in braces matched, as a version. */
    ModelVersion version(int index) {
        return parseVersion(argument(index));
    }

    static ModelVersion parseVersion(String text) {
        try {
            return ModelVersion.parse(text);
        } catch (IllegalArgumentException e) {
            throw new RefusedException(ErrorCode.INVALID_REQUEST, String.valueOf(e.getMessage()));
        }
    }
}
