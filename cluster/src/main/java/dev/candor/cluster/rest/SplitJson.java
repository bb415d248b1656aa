package dev.candor.cluster.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.model.Split;
import java.util.Map;
import java.util.TreeMap;

/** A split in a body: {@code {"weights": {"1.02": 90, "1.03": 10}}}. */
final class SplitJson {
    private SplitJson() {}

    static Split read(ObjectNode body) {
        JsonNode weights = body.path("weights");
        if (!weights.isObject() || body.size() != 1) {
            throw invalid(
                    "the body must be {\"weights\": {\"MAJOR.MM\": WEIGHT, ...}}, the versions that share the alias");
        }
        if (weights.size() > Split.MAX_VERSIONS) {
            throw invalid("at most " + Split.MAX_VERSIONS + " versions can share an alias");
        }
        TreeMap<ModelVersion, Integer> split = new TreeMap<>();
        for (Map.Entry<String, JsonNode> each : weights.properties()) {
            if (!each.getValue().isInt()) {
                throw invalid("the weight of version " + each.getKey() + " must be a whole number from 1 to "
                        + Split.MAX_WEIGHT);
            }
            split.put(RestRequest.parseVersion(each.getKey()), each.getValue().intValue());
        }
        try {
            return new Split(split);
        } catch (IllegalArgumentException e) {
            throw invalid(String.valueOf(e.getMessage()));
        }
    }

    private static RefusedException invalid(String sentence) {
        return new RefusedException(ErrorCode.INVALID_REQUEST, sentence);
    }
}
