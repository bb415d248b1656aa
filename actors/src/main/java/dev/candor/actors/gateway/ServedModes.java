package dev.candor.actors.gateway;

import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.model.ModelSpec;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** Which verification modes requests to a model may ask for, now. Thread-safe; never blocks. */
@FunctionalInterface
public interface ServedModes {
    /** A cluster that signs its answers and verifies them in no other way. */
    ServedModes VANILLA_ONLY = (mode, model, spec) -> switch (mode) {
        case VANILLA -> Optional.empty();
        case TEE -> Optional.of("no device of this cluster attests itself");
        case ZKML -> Optional.of("this cluster has no provers");
    };

    /** Empty where the mode is served; else why not, as the end of a sentence. */
    Optional<String> obstacle(VerificationMode mode, ModelRef model, ModelSpec spec);

    /** The modes that are served, in words. */
    default String served(ModelRef model, ModelSpec spec) {
        return Arrays.stream(VerificationMode.values())
                .filter(mode -> obstacle(mode, model, spec).isEmpty())
                .map(VerificationMode::word)
                .collect(Collectors.joining(", "));
    }
}
