package dev.candor.proving.layer;

import dev.candor.proving.constraint.Check;
import dev.candor.proving.constraint.Hidden;
import dev.candor.proving.constraint.LinearForm;
import dev.candor.proving.constraint.Point;
import dev.candor.proving.constraint.Quadratic;
import dev.candor.proving.constraint.Segment;
import dev.candor.proving.constraint.Session;
import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import dev.candor.proving.sumcheck.ProductSum;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code sum over b, h, k of eq(rows, b) outer[h] left(b, h, k) right(b, h, k)}, where left and right are hidden: b runs over the samples, h
 * over rows of them, k within. The sum is sent, hidden, and shown by one sum-check over all (b, h, k) of
 * {@code (eq(rows, b) outer[h] left(b, h, k)) * right(b, h, k)}. At its end (x, y, z), eq(rows, b) eq(x, b) is a multiple of eq at another
 * point, so that what is left of the first factor is again a functional of left.
 */
final class HiddenProduct {

    private final int samples;
    private final int outerSize;
    private final int innerSize;

    /** One of the two factors. */
    interface Operand {

        /** {@code sum over b, h, k of eq(rows, b) outer[h] inner[k] value(b, h, k)}. */
        LinearForm evaluate(Point rows, ExtensionVector outer, ExtensionVector inner);

        /** For whoever proves: its values, (b, h, k) row-major; to be read only. */
        ExtensionVector values();
    }

    /**
     * What is shown.
     *
     * @param sum the sum
     * @param rows x, the point of the samples at the end of the sum-check
     * @param outer the table of eq at y
     * @param right the functional of the right factor that was shown there
     */
    record Result(LinearForm sum, Point rows, ExtensionVector outer, LinearForm right) {}

    HiddenProduct(int samples, int outerSize, int innerSize) {
        this.samples = samples;
        this.outerSize = outerSize;
        this.innerSize = innerSize;
    }

    Result run(Session session, Point rows, ExtensionVector outer, Operand left, Operand right, boolean proving) {
        Field f = session.field();
        int outerVariables = Segment.logarithm(outerSize);
        int innerVariables = Segment.logarithm(innerSize);
        int variables = rows.size() + outerVariables + innerVariables;
        ProductSum.Tables tables = proving ? tables(f, rows, outer, left.values(), right.values()) : null;
        Hidden sum = session.message("sum", () -> {
            if (tables == null) {
                throw new IllegalStateException("A product is proven from its factors.");
            }
            return f.kernels().innerProduct(tables.a(), 0, tables.b(), 0, 1 << variables);
        });
        ProductSum.Result end = ProductSum.run(session, variables, sum, tables);
        Point x = end.point().slice(0, rows.size());
        ExtensionVector y =
                end.point().slice(rows.size(), rows.size() + outerVariables).table(f, outerSize);
        ExtensionVector z =
                end.point().slice(rows.size() + outerVariables, variables).table(f, innerSize);
        ExtensionVector weighted = new ExtensionVector(outerSize);
        f.kernels().addProduct(outer, 0, y, 0, weighted, 0, outerSize);
        Meeting meeting = Meeting.of(f, rows, x);
        LinearForm first = left.evaluate(meeting.point, weighted, z).times(f, meeting.factor);
        LinearForm second = right.evaluate(x, y, z);
        session.product(
                Check.HIDDEN_PRODUCT,
                Quadratic.PRODUCT,
                List.of(new Hidden(first, end.first()), new Hidden(second, end.second())),
                end.claim());
        return new Result(sum.form(), x, y, second);
    }

    /** {@code eq(a, b) eq(x, b) = factor * eq(point, b)} for all bits b. */
    private record Meeting(Point point, Extension factor) {

        static Meeting of(Field f, Point a, Point x) {
            if (a.size() == 0) {
                return new Meeting(Point.NONE, Extension.ONE);
            }
            List<Extension> coordinates = new ArrayList<>();
            Extension factor = Extension.ONE;
            for (int i = 0; i < a.size(); i++) {
                Extension one = f.mul(a.get(i), x.get(i));
                Extension zero = f.mul(f.sub(Extension.ONE, a.get(i)), f.sub(Extension.ONE, x.get(i)));
                Extension both = f.add(one, zero);
                factor = f.mul(factor, both);
                coordinates.add(f.mul(one, f.inv(both)));
            }
            return new Meeting(new Point(coordinates), factor);
        }
    }

    private ProductSum.Tables tables(
            Field f, Point rows, ExtensionVector outer, ExtensionVector left, ExtensionVector right) {
        int outerWidth = 1 << Segment.logarithm(outerSize);
        int innerWidth = 1 << Segment.logarithm(innerSize);
        int size = (innerWidth * outerWidth) << rows.size();
        ExtensionVector a = new ExtensionVector(size);
        ExtensionVector b = new ExtensionVector(size);
        ExtensionVector heads = rows.table(f, samples);
        for (int sample = 0; sample < samples; sample++) {
            for (int h = 0; h < outerSize; h++) {
                int from = (sample * outerSize + h) * innerSize;
                int to = (sample * outerWidth + h) * innerWidth;
                f.kernels().addScaled(f.mul(heads.get(sample), outer.get(h)), left, from, a, to, innerSize);
                for (int c = 0; c < Extension.DEGREE; c++) {
                    System.arraycopy(right.plane(c), from, b.plane(c), to, innerSize);
                }
            }
        }
        return new ProductSum.Tables(a, b);
    }

    /** Values over F as values over K. */
    static ExtensionVector embedded(long[] residues) {
        return new ExtensionVector(residues.clone(), new long[residues.length]);
    }

    /** {@code out[r] = sum over k of rows[r][k] weights[k]}. */
    static ExtensionVector foldColumns(Field f, long[] rows, ExtensionVector weights) {
        int columns = weights.size();
        ExtensionVector out = new ExtensionVector(rows.length / columns);
        for (int r = 0; r < out.size(); r++) {
            out.set(r, f.kernels().innerProduct(weights, 0, rows, r * columns, columns));
        }
        return out;
    }
}
