package dev.candor.proving.layer;

import dev.candor.proving.constraint.LinearForm;
import dev.candor.proving.constraint.Point;
import dev.candor.proving.constraint.Session;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import dev.candor.proving.network.Shape;
import dev.candor.proving.network.Window;
import org.jspecify.annotations.Nullable;

/** Sums over windows: linear, so nothing is committed and nothing shown. Unique: a function of x over the integers, below 2^59. */
final class SumPoolGadget implements Gadget {

    private final NetworkCircuit.Input input;
    private final Window window;
    private final Shape from;
    private final Shape to;

    SumPoolGadget(Window window, Shape from, Shape to, NetworkCircuit.Input input) {
        this.input = input;
        this.window = window;
        this.from = from;
        this.to = to;
    }

    @Override
    public LinearForm evaluate(Session session, Point rows, Weights weights, @Nullable NetworkWitness witness) {
        return input.evaluate(
                session, rows, Weights.of(spread(session.field(), weights.flat(session.field()))), witness);
    }

    private ExtensionVector spread(Field f, ExtensionVector weights) {
        int height = from.size(1);
        int width = from.size(2);
        ExtensionVector result = new ExtensionVector(from.elements());
        int at = 0;
        for (int c = 0; c < from.size(0); c++) {
            for (int i = 0; i < to.size(1); i++) {
                for (int j = 0; j < to.size(2); j++) {
                    for (int cell = 0; cell < window.area(); cell++) {
                        int row = i * window.strideHeight() + cell / window.kernelWidth() - window.paddingHeight();
                        int column = j * window.strideWidth() + cell % window.kernelWidth() - window.paddingWidth();
                        if (row >= 0 && row < height && column >= 0 && column < width) {
                            int source = (c * height + row) * width + column;
                            result.set(source, f.add(result.get(source), weights.get(at)));
                        }
                    }
                    at++;
                }
            }
        }
        return result;
    }
}
