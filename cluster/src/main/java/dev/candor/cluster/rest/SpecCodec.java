package dev.candor.cluster.rest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.candor.actors.model.ModelSpec;

/** A specification's form in JSON. Thread-safe. */
public interface SpecCodec {
    /**
     * Reads a specification.
     *
     * @throws dev.candor.actors.inference.RefusedException or {@link IllegalArgumentException} with what is wrong with it
     */
    ModelSpec parse(JsonNode json);

    /** Writes a specification. */
    JsonNode toJson(ModelSpec spec);
}
