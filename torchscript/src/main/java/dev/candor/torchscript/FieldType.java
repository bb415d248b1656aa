package dev.candor.torchscript;

import java.util.ArrayList;
import java.util.List;

/** The type of a field, as TorchScript writes it; only those that a served model may have. */
sealed interface FieldType {
    /** Levels of nesting: libtorch parses types recursively. */
    int MOST_DEPTH = 16;

    /** Types without arguments. */
    enum Plain implements FieldType {
        TENSOR("Tensor"),
        INT("int"),
        FLOAT("float"),
        BOOL("bool"),
        STR("str"),
        COMPLEX("complex"),
        NONE("NoneType"),
        DEVICE("Device");

        private final String name;

        Plain(String name) {
            this.name = name;
        }
    }

    /** {@code Optional[T]}. */
    record Maybe(FieldType type) implements FieldType {}

    /** {@code List[T]}. */
    record ListOf(FieldType item) implements FieldType {}

    /** {@code Dict[K,V]}. */
    record DictOf(FieldType key, FieldType value) implements FieldType {}

    /** {@code Tuple[A,B]}. */
    record TupleOf(List<FieldType> items) implements FieldType {}

    /** A class of the archive's own code. */
    record Own(String name) implements FieldType {}

    /**
     * Parses a type without spaces; a refusal where it is none that is served.
     *
     * @param entry blamed in the refusal
     */
    static FieldType parse(String text, String entry) {
        Parser parser = new Parser(text, entry);
        FieldType type = parser.type(0);
        if (parser.at != text.length()) {
            throw parser.unsupported();
        }
        return type;
    }

    /** Refuses classes that the archive does not declare. */
    default void requireKnown(CodeIndex code, String entry) {
        switch (this) {
            case Plain _ -> {}
            case Maybe(FieldType type) -> type.requireKnown(code, entry);
            case ListOf(FieldType item) -> item.requireKnown(code, entry);
            case DictOf(FieldType key, FieldType value) -> {
                key.requireKnown(code, entry);
                value.requireKnown(code, entry);
            }
            case TupleOf(List<FieldType> items) -> items.forEach(item -> item.requireKnown(code, entry));
            case Own(String name) -> {
                if (!code.classes().containsKey(name)) {
                    throw InvalidModelException.in(
                            entry,
                            "has a value of class " + InvalidModelException.shown(name)
                                    + ", which the archive does not declare");
                }
            }
        }
    }

    /** A recursive-descent parser with a bound on its recursion. */
    final class Parser {
        private final String text;
        private final String entry;
        private int at;

        private Parser(String text, String entry) {
            this.text = text;
            this.entry = entry;
        }

        private FieldType type(int depth) {
            if (depth > MOST_DEPTH) {
                throw unsupported();
            }
            int start = at;
            while (at < text.length()
                    && (Character.isLetterOrDigit(text.charAt(at)) || "_.".indexOf(text.charAt(at)) >= 0)) {
                at++;
            }
            String name = text.substring(start, at);
            if (at == text.length() || text.charAt(at) != '[') {
                return simple(name);
            }
            at++;
            List<FieldType> arguments = new ArrayList<>();
            if (name.equals("Tuple") && text.startsWith("()]", at)) {
                at += 3;
                return new TupleOf(List.of());
            }
            do {
                arguments.add(type(depth + 1));
            } while (take(','));
            if (!take(']')) {
                throw unsupported();
            }
            return generic(name, arguments);
        }

        private FieldType simple(String name) {
            for (Plain plain : Plain.values()) {
                if (plain.name.equals(name)) {
                    return plain;
                }
            }
            if (!name.startsWith("__torch__.") || CodeNames.isNative(name)) {
                throw unsupported();
            }
            return new Own(name);
        }

        private FieldType generic(String name, List<FieldType> arguments) {
            int count = arguments.size();
            if (name.equals("Optional") && count == 1) {
                return new Maybe(arguments.getFirst());
            }
            if (name.equals("List") && count == 1) {
                return new ListOf(arguments.getFirst());
            }
            if (name.equals("Dict") && count == 2) {
                return new DictOf(arguments.get(0), arguments.get(1));
            }
            if (name.equals("Tuple")) {
                return new TupleOf(List.copyOf(arguments));
            }
            throw unsupported();
        }

        private boolean take(char expected) {
            boolean there = at < text.length() && text.charAt(at) == expected;
            at += there ? 1 : 0;
            return there;
        }

        private RuntimeException unsupported() {
            return InvalidModelException.in(
                    entry,
                    "has a field of type " + InvalidModelException.shown(text)
                            + ", which is not served; use tensors, numbers, text,"
                            + " lists, dictionaries, tuples and modules");
        }
    }
}
