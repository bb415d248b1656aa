package dev.candor.cluster.rest;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.TensorSpec;

/** Refuses what cannot be rendered as it is wanted, before it costs anything. Stateless. */
final class OutputForms {
    private OutputForms() {}

    static void require(ModelSpec spec, ParsedInference parsed) {
        for (TensorSpec output : spec.outputs()) {
            OutputWish wish = parsed.wish(Integer.MAX_VALUE, output.name());
            boolean half = output.datatype() == DataType.FP16 || output.datatype() == DataType.BF16;
            boolean isWanted = parsed.wishes().isEmpty() || parsed.wishes().contains(wish);
            if (isWanted && half && !wish.binary()) {
                throw new RefusedException(
                        ErrorCode.INVALID_REQUEST,
                        "output \"" + output.name() + "\" is " + output.datatype()
                                + ", which has no form in JSON; ask for it with binary_data");
            }
            if (wish.classes() > 0) {
                Classification.requireServed(output.name(), output.datatype());
            }
        }
    }
}
