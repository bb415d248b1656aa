package dev.candor.proving.field;

import java.util.List;
import java.util.Optional;

/** The fields in which proofs are made, by their names. */
public final class Fields {

    private static final List<Field> ALL = List.of(Goldilocks.INSTANCE, Mersenne61.INSTANCE);

    private Fields() {}

    /** The field of that name, if there is one. */
    public static Optional<Field> named(String name) {
        return ALL.stream().filter(field -> field.name().equals(name)).findFirst();
    }
}
