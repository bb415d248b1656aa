package dev.candor.torchscript;

import dev.candor.torchscript.CodeIndex.ClassDeclaration;
import dev.candor.torchscript.CodeIndex.ClassKind;
import dev.candor.torchscript.CodeLexer.Kind;
import dev.candor.torchscript.CodeLexer.Line;
import dev.candor.torchscript.CodeLexer.Token;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads one file of TorchScript code: what it declares goes into a {@link CodeIndex}, and every name that it calls or takes must be an
 * operator of the list, one of PyTorch's harmless built-in functions, or something the archive declares itself. The check is on tokens:
 * a name that could lead elsewhere is refused wherever it stands, called or not.
 */
final class CodeScanner {
    /** Nesting of one expression, counting operators, calls and brackets: libtorch's compiler recurses over it. */
    static final int MOST_NESTING = 256;

    /** Spaces before a line, two a block. */
    static final int MOST_INDENT = 200;

    private static final Set<String> ROOTS = Set.of("torch", "ops", "__torch__", "CONSTANTS");
    private static final Pattern CONSTANT = Pattern.compile("c[0-9]{1,9}");

    private final String entry;
    private final String namespace;
    private final CodeIndex index;
    private final OperatorList operators;
    private final Set<String> functionAliases = new HashSet<>();
    private @Nullable ClassDeclaration currentClass;
    private int classIndent;
    private boolean inFunction;
    private boolean inConstructor;
    private Set<String> references = new TreeSet<>();
    private int line;

    private CodeScanner(String entry, CodeIndex index, OperatorList operators) {
        this.entry = entry;
        this.namespace = CodeNames.namespace(entry);
        this.index = index;
        this.operators = operators;
    }

    /** Scans the code of {@code entry} into {@code index}. */
    static void scan(String entry, byte[] code, CodeIndex index, OperatorList operators) {
        CodeScanner scanner = new CodeScanner(entry, index, operators);
        CodeLexer lexer = new CodeLexer(entry, code);
        for (Optional<Line> line = lexer.next(); line.isPresent(); line = lexer.next()) {
            scanner.line(line.get());
        }
    }

    private void line(Line logical) {
        line = logical.number();
        List<Token> tokens = logical.tokens();
        if (logical.indent() > MOST_INDENT) {
            throw refuse("nests blocks deeper than " + MOST_INDENT / 2);
        }
        if (ExpressionDepth.of(tokens) > MOST_NESTING) {
            throw refuse("nests an expression deeper than " + MOST_NESTING);
        }
        if (logical.indent() == 0) {
            currentClass = null;
            classIndent = 0;
            inFunction = false;
            if (tokens.getFirst().named("class")) {
                openClass(tokens);
            } else {
                openFunction(tokens);
            }
            return;
        }
        if (currentClass != null && classIndent == 0) {
            classIndent = logical.indent();
        }
        if (currentClass != null && logical.indent() <= classIndent) {
            if (logical.indent() < classIndent) {
                throw refuse("is not indented as the class it follows");
            }
            inFunction = false;
            if (tokens.getFirst().named("def")) {
                openFunction(tokens);
            } else {
                field(currentClass, tokens);
            }
            return;
        }
        if (!inFunction) {
            throw refuse("has a statement outside of every function");
        }
        statement(tokens);
    }

    private void openClass(List<Token> tokens) {
        int size = tokens.size();
        boolean plain = size == 3;
        boolean based = size == 6 && tokens.get(2).is("(") && tokens.get(4).is(")");
        if (!(plain || based)
                || tokens.get(1).kind() != Kind.NAME
                || !tokens.get(size - 1).is(":")) {
            throw refuse("declares a class in a form that PyTorch does not write");
        }
        String base = plain ? "" : tokens.get(3).text();
        ClassKind kind = switch (base) {
            case "" -> ClassKind.PLAIN;
            case "Module" -> ClassKind.MODULE;
            case "NamedTuple" -> ClassKind.NAMED_TUPLE;
            default ->
                throw refuse("declares a class of kind " + InvalidModelException.shown(base)
                        + ", which is not served; use modules, named tuples and plain classes");
        };
        String name = namespace + "." + tokens.get(1).text();
        if (CodeNames.isNative(name)) {
            throw refuse("declares a class of PyTorch's own");
        }
        currentClass = new ClassDeclaration(name, kind);
        openUnit(name);
        if (index.classes().put(name, currentClass) != null) {
            throw refuse("declares " + InvalidModelException.shown(name) + " a second time");
        }
    }

    private void openFunction(List<Token> tokens) {
        boolean sound = tokens.size() >= 5
                && tokens.getFirst().named("def")
                && tokens.get(1).kind() == Kind.NAME
                && tokens.get(2).is("(")
                && tokens.getLast().is(":");
        if (!sound) {
            throw refuse("has a statement where only a class or a function may stand");
        }
        String name = tokens.get(1).text();
        if (name.equals("__setstate__") || name.equals("__getstate__")) {
            throw refuse("declares " + name
                    + ", code that runs while the model loads; packed (quantized) parameters are not served");
        }
        declare(name);
        inFunction = true;
        functionAliases.clear();
        if (currentClass == null) {
            openUnit(namespace + "." + name);
        } else if (!currentClass.methods().add(name)) {
            throw refuse("declares the method " + InvalidModelException.shown(name) + " a second time");
        }
        inConstructor = currentClass != null && currentClass.kind() == ClassKind.PLAIN && name.equals("__init__");
        expression(tokens, 3);
    }

    private void openUnit(String name) {
        references = index.references().computeIfAbsent(name, _ -> new TreeSet<>());
    }

    private void field(ClassDeclaration owner, List<Token> tokens) {
        Token first = tokens.getFirst();
        if (tokens.size() == 1 && first.named("pass")) {
            return;
        }
        if (tokens.size() > 2 && first.kind() == Kind.NAME && tokens.get(1).is(":")) {
            int assign = indexOf(tokens, "=");
            expression(tokens, 2);
            declare(first.text());
            if (assign < 0) {
                addField(owner, first.text(), text(tokens, 2));
            }
            return;
        }
        if (tokens.size() > 5 && first.named("__annotations__") && tokens.get(1).is("[")) {
            if (tokens.get(2).kind() == Kind.STRING
                    && tokens.get(3).is("]")
                    && tokens.get(4).is("=")) {
                expression(tokens, 5);
                declare(tokens.get(2).text());
                addField(owner, tokens.get(2).text(), text(tokens, 5));
                return;
            }
        }
        boolean names = tokens.size() >= 4
                && first.text().startsWith("__")
                && tokens.get(1).is("=")
                && tokens.get(2).is("[")
                && tokens.getLast().is("]")
                && tokens.subList(3, tokens.size() - 1).stream().allMatch(t -> t.kind() == Kind.STRING || t.is(","));
        if (!names) {
            throw refuse("declares a field in a form that PyTorch does not write");
        }
    }

    private void addField(ClassDeclaration owner, String name, String type) {
        if (owner.fields().put(name, type) != null) {
            throw refuse("declares the field " + InvalidModelException.shown(name) + " a second time");
        }
    }

    private void declare(String name) {
        if (operators.reserves(name)) {
            throw refuse("gives a name of its own to " + InvalidModelException.shown(name)
                    + ", an operator over memory or files; rename the field or method");
        }
        index.names().add(name);
    }

    private void statement(List<Token> tokens) {
        int assign = indexOf(tokens, "=");
        if (assign > 0 && !inConstructor && tokens.subList(0, assign).stream().anyMatch(t -> t.is("."))) {
            throw refuse(
                    "assigns to a field: a served model may not change its own state, so that no answer depends on earlier"
                            + " requests");
        }
        if (assign == 1 && tokens.size() > 2 && tokens.get(2).named("__torch__") && indexOf(tokens, "(") < 0) {
            functionAliases.add(tokens.getFirst().text());
        }
        expression(tokens, 0);
    }

    /** Checks every name from {@code from} on. */
    private void expression(List<Token> tokens, int from) {
        int i = from;
        while (i < tokens.size()) {
            Token token = tokens.get(i);
            if (token.kind() == Kind.NAME && !CodeNames.KEYWORDS.contains(token.text())) {
                i = name(tokens, i);
            } else if (token.is(".")) {
                boolean onValue = i > 0
                        && (tokens.get(i - 1).is(")")
                                || tokens.get(i - 1).is("]")
                                || tokens.get(i - 1).kind() == Kind.STRING);
                if (!onValue) {
                    throw refuse("has a dot that follows no value");
                }
                i = attributes(tokens, i);
            } else {
                i++;
            }
        }
    }

    /** Checks the name at {@code at} with all attributes that follow; returns the index behind them. */
    private int name(List<Token> tokens, int at) {
        String root = tokens.get(at).text();
        if (root.equals("def")) {
            throw refuse(
                    "declares a function inside of a function, as torch.jit.fork does; a served model runs on one thread");
        }
        if (CodeNames.UNWRITTEN.contains(root)) {
            throw refuse("uses \"" + root + "\", which PyTorch does not write into archives");
        }
        if (ROOTS.contains(root)) {
            return rooted(tokens, at, root);
        }
        boolean called = at + 1 < tokens.size() && tokens.get(at + 1).is("(");
        if (called && root.equals("getattr")) {
            boolean sound = at + 5 < tokens.size()
                    && tokens.get(at + 2).kind() == Kind.NAME
                    && tokens.get(at + 3).is(",")
                    && tokens.get(at + 4).kind() == Kind.STRING
                    && tokens.get(at + 5).is(")");
            if (!sound) {
                throw refuse("calls getattr with something other than a value and a name in quotes");
            }
            use(tokens.get(at + 4).text());
        } else if (called && !operators.allowsBuiltin(root) && !functionAliases.contains(root)) {
            throw refused(root);
        }
        return attributes(tokens, at + 1);
    }

    private int attributes(List<Token> tokens, int at) {
        int i = at;
        while (i < tokens.size() && tokens.get(i).is(".")) {
            use(part(tokens, i + 1));
            i += 2;
        }
        return i;
    }

    /** Checks what hangs on one of the names that lead out of a function. */
    private int rooted(List<Token> tokens, int at, String root) {
        int end = at + 1;
        while (end < tokens.size() && tokens.get(end).is(".")) {
            part(tokens, end + 1);
            end += 2;
        }
        List<String> parts = tokens.subList(at, end).stream()
                .filter(token -> token.kind() == Kind.NAME)
                .map(Token::text)
                .toList();
        String name = String.join(".", parts);
        switch (root) {
            case "torch" -> {
                if (parts.size() != 2 || !operators.allowsTorch(parts.get(1))) {
                    throw refused(name);
                }
                index.operators().add(name);
            }
            case "ops" -> {
                if (parts.size() != 3 || !operators.allowsOps(parts.get(1), parts.get(2))) {
                    throw refused(name);
                }
                index.operators().add(name);
            }
            case "CONSTANTS" -> {
                if (parts.size() != 2 || !CONSTANT.matcher(parts.get(1)).matches()) {
                    throw refused(name);
                }
            }
            default -> {
                if (parts.size() < 2 || CodeNames.isNative(name)) {
                    throw refused(name);
                }
                references.add(name);
            }
        }
        return end;
    }

    private String part(List<Token> tokens, int at) {
        if (at >= tokens.size() || tokens.get(at).kind() != Kind.NAME) {
            throw refuse("has a dot that no name follows");
        }
        return tokens.get(at).text();
    }

    private void use(String attribute) {
        index.uses()
                .putIfAbsent(
                        attribute, "\"" + InvalidModelException.shown(entry) + "\" in the model file line " + line);
    }

    private static int indexOf(List<Token> tokens, String sign) {
        int open = 0;
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            if (open == 0 && token.is(sign)) {
                return i;
            }
            open += token.is("(") || token.is("[") || token.is("{") ? 1 : 0;
            open -= token.is(")") || token.is("]") || token.is("}") ? 1 : 0;
        }
        return -1;
    }

    private static String text(List<Token> tokens, int from) {
        return tokens.subList(from, tokens.size()).stream().map(Token::text).collect(Collectors.joining());
    }

    private InvalidModelException refused(String name) {
        return refuse("uses " + InvalidModelException.shown(name)
                + ", which is not among the operators that a served model may call"
                + " (it could reach files, processes, memory or random numbers); remove it, or add it to"
                + " candor.executor.inspection.extra-operators if you trust it");
    }

    private InvalidModelException refuse(String sentence) {
        return InvalidModelException.in(entry, "line " + line + " " + sentence);
    }
}
