package dev.candor.proving.layer;

import dev.candor.proving.constraint.LinearForm;
import dev.candor.proving.constraint.Point;
import dev.candor.proving.constraint.Session;
import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import dev.candor.proving.network.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Rows that are multiplied by a factor each: what softmax and normalise have in common. A row is the innermost dimension. */
final class RowFactor {

    private final String place;
    private final int samples;
    private final Shape shape;
    private final int rows;

    RowFactor(String place, int samples, Shape shape) {
        this.place = place;
        this.samples = samples;
        this.shape = shape;
        this.rows = shape.elements() / shape.last();
    }

    /** The number of rows of a sample. */
    int rows() {
        return rows;
    }

    /** Something of which functionals with coefficients for each row and for each element of it are known. */
    @FunctionalInterface
    interface Elements {
        LinearForm evaluate(Point samples, ExtensionVector rows, ExtensionVector elements);
    }

    /** Something with one value for each row. */
    @FunctionalInterface
    interface Factors {
        LinearForm evaluate(Point samples, ExtensionVector rows);
    }

    /** The functional of {@code element * factor of its row} with any coefficients that are products of one vector a dimension. */
    LinearForm evaluate(
            Session session,
            Point at,
            Weights coefficients,
            Elements elements,
            Factors factors,
            @Nullable Supplier<long[]> elementCells,
            @Nullable Supplier<ExtensionVector> factorValues) {
        Field f = session.field();
        Weights known = coefficients.by(f, shape.sizes());
        if (!known.has(shape.rank())) {
            throw new UnprovableException(place + ": its output is reshaped before it is requantised");
        }
        ExtensionVector v = known.last();
        HiddenProduct.Operand left = operand(
                (samplesAt, outer) -> elements.evaluate(samplesAt, outer, v),
                elementCells == null ? null : () -> HiddenProduct.foldColumns(f, elementCells.get(), v));
        return product()
                .run(session, at, known.outer(f, 1), left, operand(factors, factorValues), factorValues != null)
                .sum();
    }

    /** The product of two values for each row. */
    HiddenProduct product() {
        return new HiddenProduct(samples, rows, 1);
    }

    /** Values, one for each row, as a factor of {@link #product}. */
    HiddenProduct.Operand operand(Factors factors, @Nullable Supplier<ExtensionVector> values) {
        return new HiddenProduct.Operand() {
            @Override
            public LinearForm evaluate(Point at, ExtensionVector outer, ExtensionVector inner) {
                return factors.evaluate(at, outer);
            }

            @Override
            public ExtensionVector values() {
                if (values == null) {
                    throw new IllegalStateException("A product is proven from its factors.");
                }
                return values.get();
            }
        };
    }

    /** The sum of {@code eq(at, b) outer[h]} over all samples and rows: the functional of ones. */
    Extension ones(Field f, Point at, ExtensionVector outer) {
        return f.mul(at.indicator(f, samples), Weights.sum(f, outer));
    }

    /** Coefficients of rows and elements as those of a functional. */
    static Weights weights(ExtensionVector rows, ExtensionVector elements) {
        return new Weights(List.of(rows, elements));
    }

    static ExtensionVector ones(int size) {
        ExtensionVector ones = new ExtensionVector(size);
        Arrays.fill(ones.plane(0), 1);
        return ones;
    }
}
