package dev.candor.cluster.rest;

import dev.candor.actors.inference.InferenceRequest;
import java.util.List;
import java.util.Optional;

/**
 * A request to infer, and how its answer is wanted.
 *
 * @param request what goes to the cluster
 * @param id the caller's own name for the request, which is only echoed
 * @param wishes one for each output asked for; empty for all
 * @param binaryByDefault whether outputs without a wish of their own are wanted in binary
 */
record ParsedInference(
        InferenceRequest request, Optional<String> id, List<OutputWish> wishes, boolean binaryByDefault) {

    /** How the output of this name at this place of the answer is wanted. */
    OutputWish wish(int place, String name) {
        if (place < wishes.size() && wishes.get(place).name().equals(name)) {
            return wishes.get(place);
        }
        for (OutputWish wish : wishes) {
            if (wish.name().equals(name)) {
                return wish;
            }
        }
        return new OutputWish(name, binaryByDefault, 0);
    }
}
