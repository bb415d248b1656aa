package dev.candor.actors.lane;

import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;

/** What requests must have in common to share a batch: every dimension but the first. */
final class ShapeKey {
    private static final Object FIXED = "fixed";

    private final boolean fixed;

    ShapeKey(ModelSpec spec) {
        this.fixed = spec.inputs().stream().map(TensorSpec::shape).allMatch(ShapeKey::isFixed);
    }

    private static boolean isFixed(Shape shape) {
        for (int axis = 1; axis < shape.rank(); axis++) {
            if (shape.at(axis) < 0) {
                return false;
            }
        }
        return true;
    }

    /** Equal for requests that may share a batch. */
    Object of(List<Tensor> inputs) {
        if (fixed) {
            return FIXED;
        }
        List<Shape> shapes = new ArrayList<>(inputs.size());
        for (Tensor input : inputs) {
            shapes.add(input.shape().withBatch(0));
        }
        return shapes;
    }
}
