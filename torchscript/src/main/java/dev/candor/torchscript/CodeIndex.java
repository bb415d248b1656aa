package dev.candor.torchscript;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What the code of an archive declares and names. Filled by {@link CodeScanner}; confined to one inspection. */
final class CodeIndex {
    private final Map<String, ClassDeclaration> classes = new TreeMap<>();
    private final Set<String> names = new TreeSet<>();
    private final Map<String, String> uses = new TreeMap<>();
    private final SortedSet<String> operators = new TreeSet<>();
    private final Map<String, Set<String>> references = new TreeMap<>();

    /** What kind of class a declaration is. */
    enum ClassKind {
        MODULE,
        NAMED_TUPLE,
        PLAIN
    }

    /**
     * A class.
     *
     * @param fields types by name, as written but without spaces, in order
     * @param methods names of its methods
     */
    record ClassDeclaration(String name, ClassKind kind, Map<String, String> fields, Set<String> methods) {
        ClassDeclaration(String name, ClassKind kind) {
            this(name, kind, new LinkedHashMap<>(), new TreeSet<>());
        }
    }

    /** Classes by qualified name. */
    Map<String, ClassDeclaration> classes() {
        return classes;
    }

    /** Names of all fields, methods, constants and functions. */
    Set<String> names() {
        return names;
    }

    /** Attributes that the code takes of values, each with the place where it first does. */
    Map<String, String> uses() {
        return uses;
    }

    /** Operators that the code names. */
    SortedSet<String> operators() {
        return operators;
    }

    /** For each class and function the qualified names that it mentions. */
    Map<String, Set<String>> references() {
        return references;
    }
}
