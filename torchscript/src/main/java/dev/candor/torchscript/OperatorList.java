package dev.candor.torchscript;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The operators that a served model may call: {@code operators.txt} beside this class, and those that the node's operator adds. */
final class OperatorList {
    private static final Map<String, Set<String>> SECTIONS = load();

    private final Set<String> extra;

    OperatorList(Set<String> extra) {
        this.extra = extra;
    }

    /** Whether {@code torch.<name>} may be called. */
    boolean allowsTorch(String name) {
        return section("aten").contains(name) || extra.contains(name);
    }

    /** Whether {@code ops.<namespace>.<name>} may be called. */
    boolean allowsOps(String namespace, String name) {
        return switch (namespace) {
            case "aten" -> allowsTorch(name);
            case "prim" -> section("prim").contains(name);
            default -> extra.contains(namespace + "." + name);
        };
    }

    /** Whether {@code name} may be called without a namespace. */
    boolean allowsBuiltin(String name) {
        return section("builtin").contains(name);
    }

    /** Whether {@code name} may not even be declared. */
    boolean reserves(String name) {
        return section("reserved").contains(name) && !extra.contains(name);
    }

    private static Set<String> section(String name) {
        return SECTIONS.getOrDefault(name, Set.of());
    }

    private static Map<String, Set<String>> load() {
        Map<String, Set<String>> sections = new HashMap<>();
        try (InputStream in = OperatorList.class.getResourceAsStream("operators.txt")) {
            if (in == null) {
                throw new IllegalStateException("operators.txt is missing from the class path");
            }
            Set<String> names = new HashSet<>();
            for (String line : new String(in.readAllBytes(), StandardCharsets.US_ASCII).split("\n", -1)) {
                if (line.startsWith("[")) {
                    names = new HashSet<>();
                    sections.put(line.substring(1, line.indexOf(']')), names);
                } else if (!line.startsWith("#") && !line.isBlank()) {
                    names.addAll(Set.of(line.strip().split(" +", -1)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return sections;
    }
}
