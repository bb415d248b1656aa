package dev.candor.gpuconfig.inference;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.TensorSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs a new model on zeros at every rung, so that no request pays for a first time, and refuses it where it fails on them (batches are
 * padded with zeros) or returns something other than its specification says.
 */
final class WarmUp {
    /** First calls choose kernels, second ones still build what the first chose. */
    private static final int CALLS = 2;

    /** Sizes tried for dimensions that the specification leaves open: a model may need one that its kernels fit into. */
    private static final List<Integer> OPEN_SIZES = List.of(1, 8, 32, 64, 224);

    private final DjlModel model;

    private WarmUp(DjlModel model) {
        this.model = model;
    }

    /** Warms {@code model} up; a refusal with INVALID_MODEL where it cannot be served by its specification. */
    static void run(DjlModel model) {
        WarmUp warmUp = new WarmUp(model);
        int size = warmUp.openSize();
        for (int rung : model.ladder().rungs()) {
            for (int call = 0; call < CALLS; call++) {
                warmUp.call(rung, size);
            }
        }
    }

    private int openSize() {
        int first = model.ladder().rungs().getFirst();
        boolean open = model.spec().inputs().stream().anyMatch(WarmUp::isOpen);
        @Nullable RefusedException refusal = null;
        for (int size : open ? OPEN_SIZES : List.of(1)) {
            try {
                call(first, size);
                return size;
            } catch (RefusedException e) {
                refusal = e;
            }
        }
        throw refusal == null ? new IllegalStateException("no size was tried") : refusal;
    }

    private static boolean isOpen(TensorSpec input) {
        for (int axis = 1; axis < input.shape().rank(); axis++) {
            if (input.shape().at(axis) < 0) {
                return true;
            }
        }
        return false;
    }

    private void call(int rung, int openSize) {
        ModelSpec spec = model.spec();
        List<Shape> shapes = spec.inputs().stream()
                .map(input -> closed(input.shape(), rung, openSize))
                .toList();
        try {
            model.tryZeros(shapes, rung);
        } catch (OutputMismatchException e) {
            throw new RefusedException(
                    ErrorCode.INVALID_MODEL,
                    "the model does not fit its specification: " + e.getMessage() + "; correct the specification");
        } catch (IllegalArgumentException | UnsupportedOperationException | ai.djl.engine.EngineException e) {
            throw new RefusedException(
                    ErrorCode.INVALID_MODEL,
                    "the model fails on a batch of " + rung + " with inputs of zeros shaped " + shapes + ": "
                            + Sentences.of(e) + "; check the shapes and datatypes of its inputs");
        }
    }

    private static Shape closed(Shape shape, int rung, int openSize) {
        long[] dimensions = shape.toArray();
        for (int axis = 1; axis < dimensions.length; axis++) {
            dimensions[axis] = dimensions[axis] < 0 ? openSize : dimensions[axis];
        }
        dimensions[0] = rung;
        return Shape.of(dimensions);
    }
}
