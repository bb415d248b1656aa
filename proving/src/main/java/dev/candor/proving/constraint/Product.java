package dev.candor.proving.constraint;

import dev.candor.proving.field.Extension;
import dev.candor.proving.field.Field;
import java.util.ArrayList;
import java.util.List;

/**
 * A demanded product {@code F(a) = c} with its masks a' and its cross terms: with {@code A = a + gamma a'} for a later gamma,
 * {@code F(A) = c + gamma c0 + gamma^2 c1} where {@code c0 = F(a, a') + F(a', a)} and {@code c1 = F(a')}.
 *
 * @param check what it is for
 * @param form F
 * @param factors a
 * @param product c
 * @param masks a', as many as the factors, each a pad cell of its own
 * @param cross c0
 * @param masked c1
 */
public record Product(
        Check check,
        Quadratic form,
        List<Hidden> factors,
        Hidden product,
        List<Hidden> masks,
        Hidden cross,
        Hidden masked) {

    public Product {
        factors = List.copyOf(factors);
        masks = List.copyOf(masks);
    }

    /** c0 and c1: what is sent, padded, before gamma. */
    public static List<Extension> crossTerms(Field field, Quadratic form, List<Hidden> factors, List<Hidden> masks) {
        List<Extension> a = factors.stream().map(Hidden::value).toList();
        List<Extension> m = masks.stream().map(Hidden::value).toList();
        return List.of(field.add(form.polar(field, a, m), form.polar(field, m, a)), form.polar(field, m, m));
    }

    /** A: what is opened, in the clear, after gamma. */
    public List<Extension> open(Field field, Extension gamma) {
        List<Extension> opened = new ArrayList<>(factors.size());
        for (int i = 0; i < factors.size(); i++) {
            opened.add(field.add(
                    factors.get(i).value(), field.mul(gamma, masks.get(i).value())));
        }
        return opened;
    }

    /** The linear equations that the openings A have to fulfil: one for each factor, and one for the product. */
    public void demand(Field field, Extension gamma, List<Extension> opened, DemandSink sink) {
        for (int i = 0; i < factors.size(); i++) {
            LinearForm expected =
                    factors.get(i).form().plus(field, masks.get(i).form().times(field, gamma));
            sink.zero(check, Check.PRODUCT_OPENING, expected.plus(field, field.neg(opened.get(i))));
        }
        LinearForm value = product.form()
                .plus(field, cross.form().times(field, gamma))
                .plus(field, masked.form().times(field, field.square(gamma)));
        sink.zero(check, Check.PRODUCT_VALUE, value.plus(field, field.neg(form.polar(field, opened, opened))));
    }

    /** Takes the equations of a product. */
    @FunctionalInterface
    public interface DemandSink {

        /**
         * Demands that {@code form} is zero.
         *
         * @param purpose what the product is for
         * @param step which of its equations this is
         */
        void zero(Check purpose, Check step, LinearForm form);
    }
}
