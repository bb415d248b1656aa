package dev.candor.cluster.language;

import dev.candor.actors.model.ModelRef;
import dev.candor.gpuconfig.language.LanguageDescription;

/**
 * A language model that is served.
 *
 * @param ref name, registered version and content id
 * @param description what its file says
 * @param since milliseconds since 1970 when this node began to serve it
 */
public record LanguageModel(ModelRef ref, LanguageDescription description, long since) {
    /** Whether it writes text. */
    public boolean writes() {
        return description.kind() instanceof LanguageDescription.Kind.Text;
    }
}
