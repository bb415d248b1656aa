package dev.candor.proving.constraint;

import dev.candor.proving.field.Extension;
import dev.candor.proving.field.Field;

/**
 * A hidden quantity: the affine form that it is, and its value for whoever proves. On the verifying side the value is zero and means
 * nothing.
 *
 * @param form what it is
 * @param value what it amounts to; a secret
 */
public record Hidden(LinearForm form, Extension value) {

    /** A public value. */
    public static Hidden constant(Extension value) {
        return new Hidden(LinearForm.constant(value), value);
    }

    public Hidden plus(Field field, Hidden other) {
        return new Hidden(form.plus(field, other.form), field.add(value, other.value));
    }

    public Hidden minus(Field field, Hidden other) {
        return new Hidden(form.minus(field, other.form), field.sub(value, other.value));
    }

    public Hidden times(Field field, Extension factor) {
        return new Hidden(form.times(field, factor), field.mul(value, factor));
    }

    @Override
    public String toString() {
        return "Hidden[" + form + "]";
    }
}
