package dev.candor.cluster.rest;

import dev.candor.actors.model.ModelSpec;
import java.io.IOException;
import java.nio.file.Path;

/** Looks at a model file before it is registered. May block; thread-safe. */
@FunctionalInterface
public interface ModelInspector {
    /**
     * The specification to register where the file is a model that can be served as {@code spec} says: that one, with what the file itself says of its arithmetic.
     *
     * @param file a private copy, gone after the call
     * @throws dev.candor.actors.inference.RefusedException with INVALID_MODEL and what is wrong with it
     * @throws IOException where it cannot be read
     */
    ModelSpec inspect(Path file, ModelSpec spec) throws IOException;
}
