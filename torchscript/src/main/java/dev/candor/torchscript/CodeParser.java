package dev.candor.torchscript;

import dev.candor.torchscript.Code.ClassDefinition;
import dev.candor.torchscript.Code.Function;
import dev.candor.torchscript.Code.Position;
import dev.candor.torchscript.Code.Statement;
import dev.candor.torchscript.CodeLexer.Kind;
import dev.candor.torchscript.CodeLexer.Line;
import dev.candor.torchscript.CodeLexer.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Parses the files of code of one archive. Refuses what PyTorch does not write with {@link InvalidModelException}; memory and time are
 * proportional to the code's length.
 */
final class CodeParser {
    private static final List<String> BLOCKS =
            List.of("if", "else", "for", "while", "pass", "break", "continue", "def");

    private final String entry;
    private final String namespace;
    private final Map<String, ClassDefinition> classes;
    private final Map<String, Function> functions;
    private Optional<String> currentClass = Optional.empty();
    private Map<String, Function> methods = new TreeMap<>();
    private Optional<Open> open = Optional.empty();
    private int classIndent;

    private record Open(String name, List<String> parameters, List<Statement> body, Position position) {}

    private CodeParser(String entry, Map<String, ClassDefinition> classes, Map<String, Function> functions) {
        this.entry = entry;
        this.namespace = CodeNames.namespace(entry);
        this.classes = classes;
        this.functions = functions;
    }

    /** Parses all files, given by entry. */
    static Code.Program parse(Map<String, byte[]> files) {
        Map<String, ClassDefinition> classes = new TreeMap<>();
        Map<String, Function> functions = new TreeMap<>();
        files.forEach((entry, code) -> new CodeParser(entry, classes, functions).file(code));
        return new Code.Program(classes, functions);
    }

    private void file(byte[] code) {
        CodeLexer lexer = new CodeLexer(entry, code);
        for (Optional<Line> line = lexer.next(); line.isPresent(); line = lexer.next()) {
            if (ExpressionDepth.of(line.get().tokens()) > CodeScanner.MOST_NESTING) {
                throw refuse(line.get().number(), "nests an expression deeper than " + CodeScanner.MOST_NESTING);
            }
            line(line.get());
        }
        closeFunction();
        closeClass();
    }

    private void line(Line line) {
        List<Token> tokens = line.tokens();
        Token first = tokens.getFirst();
        if (line.indent() == 0) {
            closeFunction();
            closeClass();
            if (first.named("class") && tokens.size() >= 3 && tokens.get(1).kind() == Kind.NAME) {
                currentClass = Optional.of(namespace + "." + tokens.get(1).text());
                methods = new TreeMap<>();
                classIndent = 0;
            } else if (first.named("def")) {
                define(line);
            } else {
                throw refuse(line.number(), "has a statement where only a class or a function may stand");
            }
            return;
        }
        if (currentClass.isPresent() && classIndent == 0) {
            classIndent = line.indent();
        }
        if (currentClass.isPresent() && line.indent() <= classIndent) {
            closeFunction();
            if (first.named("def")) {
                define(line);
            }
            // Other lines of a class declare fields, whose values come from the pickle.
            return;
        }
        Open function = open.orElseThrow(() -> refuse(line.number(), "has a statement outside of every function"));
        function.body().add(statement(line));
    }

    private void define(Line line) {
        ExpressionParser parser = new ExpressionParser(entry, line.number(), line.tokens(), 1);
        String name = parser.name();
        parser.expect("(");
        List<String> parameters = new ArrayList<>();
        while (!parser.takes(")")) {
            parameters.add(parser.name());
            if (parser.takes(":")) {
                parser.expression();
            }
            if (parser.takes("=")) {
                parser.expression();
            }
            if (!parser.takes(",")) {
                parser.expect(")");
                break;
            }
        }
        if (parser.takes("->")) {
            parser.expression();
        }
        parser.expect(":");
        parser.end();
        open = Optional.of(new Open(name, parameters, new ArrayList<>(), new Position(entry, line.number())));
    }

    private Statement statement(Line line) {
        List<Token> tokens = line.tokens();
        Position position = new Position(entry, line.number());
        Token first = tokens.getFirst();
        if (first.kind() == Kind.NAME && BLOCKS.contains(first.text())) {
            return new Statement.Other(first.text(), position);
        }
        if (first.named("return")) {
            ExpressionParser parser = new ExpressionParser(entry, line.number(), tokens, 1);
            return new Statement.Return(parser.whole(), position);
        }
        int assign = topLevel(tokens, "=");
        if (assign < 0) {
            return new Statement.Evaluate(new ExpressionParser(entry, line.number(), tokens, 0).whole(), position);
        }
        List<String> targets = new ArrayList<>();
        ExpressionParser left = new ExpressionParser(entry, line.number(), tokens.subList(0, assign), 0);
        do {
            if (left.atEnd()) {
                break;
            }
            targets.add(left.name());
        } while (left.takes(","));
        if (!left.atEnd()) {
            return new Statement.Other("=", position);
        }
        return new Statement.Assign(
                targets, new ExpressionParser(entry, line.number(), tokens, assign + 1).whole(), position);
    }

    private static int topLevel(List<Token> tokens, String sign) {
        int depth = 0;
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            if (depth == 0 && token.is(sign)) {
                return i;
            }
            depth += token.is("(") || token.is("[") || token.is("{") ? 1 : 0;
            depth -= token.is(")") || token.is("]") || token.is("}") ? 1 : 0;
        }
        return -1;
    }

    private void closeFunction() {
        open.ifPresent(function -> {
            Function done = new Function(function.name(), function.parameters(), function.body(), function.position());
            boolean twice = currentClass.isPresent()
                    ? methods.put(done.name(), done) != null
                    : functions.put(namespace + "." + done.name(), done) != null;
            if (twice) {
                throw refuse(
                        done.position().line(),
                        "declares " + InvalidModelException.shown(done.name()) + " a second time");
            }
        });
        open = Optional.empty();
    }

    private void closeClass() {
        currentClass.ifPresent(name -> classes.put(name, new ClassDefinition(name, methods)));
        currentClass = Optional.empty();
    }

    private InvalidModelException refuse(int line, String sentence) {
        return InvalidModelException.in(entry, "line " + line + " " + sentence);
    }
}
