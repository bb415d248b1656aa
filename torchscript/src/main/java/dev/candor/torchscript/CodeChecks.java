package dev.candor.torchscript;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The checks that need the code of the whole archive. */
final class CodeChecks {
    /** How many classes and functions may mention each other in a row: libtorch imports them recursively. */
    static final int MOST_DEPTH = 64;

    private CodeChecks() {}

    /** Refuses attributes that are neither declared nor harmless operators, and declarations that hang on each other too deeply. */
    static void check(CodeIndex index, OperatorList operators) {
        index.uses().forEach((attribute, place) -> {
            if (!index.names().contains(attribute) && !operators.allowsTorch(attribute)) {
                throw InvalidModelException.because(
                        place + " takes the attribute " + InvalidModelException.shown(attribute)
                                + ", which the archive does not declare and which is not among the operators that a served model may call");
            }
        });
        refuseDeepReferences(index.references());
    }

    /** A declaration that is being visited. */
    private static final class Visit {
        private final String unit;
        private final Iterator<String> next;
        private int deepest;

        private Visit(String unit, Iterator<String> next) {
            this.unit = unit;
            this.next = next;
        }
    }

    private static void refuseDeepReferences(Map<String, Set<String>> references) {
        Map<String, Integer> depths = new HashMap<>();
        for (String unit : references.keySet()) {
            Deque<Visit> path = new ArrayDeque<>();
            enter(unit, references, depths, path);
            while (!path.isEmpty()) {
                Visit visit = path.peek();
                if (visit.next.hasNext()) {
                    String target = resolve(visit.next.next(), references);
                    if (depths.containsKey(target)) {
                        visit.deepest = Math.max(visit.deepest, depths.get(target));
                    } else if (!target.isEmpty()) {
                        enter(target, references, depths, path);
                    }
                    continue;
                }
                path.pop();
                depths.put(visit.unit, visit.deepest + 1);
                if (!path.isEmpty()) {
                    path.peek().deepest = Math.max(path.peek().deepest, visit.deepest + 1);
                }
                if (visit.deepest + 1 > MOST_DEPTH) {
                    throw InvalidModelException.because(
                            "the model's classes and functions refer to each other more than " + MOST_DEPTH
                                    + " levels deep");
                }
            }
        }
    }

    private static void enter(
            String unit, Map<String, Set<String>> references, Map<String, Integer> depths, Deque<Visit> path) {
        if (depths.putIfAbsent(unit, 0) == null) {
            path.push(new Visit(unit, references.getOrDefault(unit, Set.of()).iterator()));
        }
    }

    /** The declaration that a mention means: itself, or the class whose method it names; empty where there is none. */
    private static String resolve(String mention, Map<String, Set<String>> references) {
        if (references.containsKey(mention)) {
            return mention;
        }
        String owner = mention.substring(0, Math.max(0, mention.lastIndexOf('.')));
        return List.of(owner).stream()
                .filter(references::containsKey)
                .findFirst()
                .orElse("");
    }
}
