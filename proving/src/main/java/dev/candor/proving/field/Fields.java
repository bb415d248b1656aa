package dev.candor.proving.field;

import java.util.List;
import java.util.Optional;

/** The fields that files may name: those for whose code the bounds are argued in the security document. */
public final class Fields {

    private static final List<Field> ALL = List.of(Goldilocks.INSTANCE);

    private Fields() {}

    /** The field of that name, if there is one. */
    public static Optional<Field> named(String name) {
        return ALL.stream().filter(field -> field.name().equals(name)).findFirst();
    }
}
