package dev.candor.torchscript;

import dev.candor.torchscript.Code.Expression;
import dev.candor.torchscript.CodeLexer.Kind;
import dev.candor.torchscript.CodeLexer.Token;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Recursive descent over the tokens of one line. The caller has bounded the nesting, which bounds the recursion: see
 * {@link ExpressionDepth}.
 */
final class ExpressionParser {
    /** Binary operators from the loosest to the tightest; all of them group to the left, but for the power. */
    private static final List<List<String>> LEVELS = List.of(
            List.of("or"),
            List.of("and"),
            List.of("==", "!=", "<", ">", "<=", ">=", "is", "in"),
            List.of("|"),
            List.of("^"),
            List.of("&"),
            List.of("<<", ">>"),
            List.of("+", "-"),
            List.of("*", "/", "//", "%"));

    private static final int COMPARISON = 2;

    private final String entry;
    private final int line;
    private final List<Token> tokens;
    private int at;

    ExpressionParser(String entry, int line, List<Token> tokens, int from) {
        this.entry = entry;
        this.line = line;
        this.tokens = tokens;
        this.at = from;
    }

    /** The expression that the rest of the line is; several with commas between are a tuple. */
    Expression whole() {
        Expression first = expression();
        if (!takes(",")) {
            end();
            return first;
        }
        List<Expression> items = new ArrayList<>(List.of(first));
        while (!atEnd()) {
            items.add(expression());
            if (!takes(",")) {
                break;
            }
        }
        end();
        return new Expression.TupleOf(items);
    }

    /** One expression. */
    Expression expression() {
        return binary(0);
    }

    /** A name that has to stand here. */
    String name() {
        if (atEnd() || tokens.get(at).kind() != Kind.NAME) {
            throw refuse("has something else where a name has to stand");
        }
        return tokens.get(at++).text();
    }

    /** Takes {@code sign} if it stands here. */
    boolean takes(String sign) {
        if (atEnd() || !(tokens.get(at).is(sign) || tokens.get(at).named(sign))) {
            return false;
        }
        at++;
        return true;
    }

    /** Takes {@code sign}, which has to stand here. */
    void expect(String sign) {
        if (!takes(sign)) {
            throw refuse("misses \"" + sign + "\"");
        }
    }

    /** Whether nothing is left. */
    boolean atEnd() {
        return at == tokens.size();
    }

    /** Refuses whatever is left. */
    void end() {
        if (!atEnd()) {
            throw refuse("has \"" + InvalidModelException.shown(tokens.get(at).text())
                    + "\" where the statement should end");
        }
    }

    private Expression binary(int level) {
        if (level == LEVELS.size()) {
            return unary();
        }
        if (level == COMPARISON && takes("not")) {
            return new Expression.Operation("not", List.of(binary(level)));
        }
        Expression left = binary(level + 1);
        while (true) {
            String sign = operator(LEVELS.get(level));
            if (sign.isEmpty()) {
                return left;
            }
            if (sign.equals("is") && takes("not")) {
                sign = "is not";
            }
            left = new Expression.Operation(sign, List.of(left, binary(level + 1)));
        }
    }

    private String operator(List<String> signs) {
        for (String sign : signs) {
            if (takes(sign)) {
                return sign;
            }
        }
        return "";
    }

    private Expression unary() {
        String sign = operator(List.of("-", "~"));
        if (!sign.isEmpty()) {
            return new Expression.Operation(sign, List.of(unary()));
        }
        Expression base = postfix();
        return takes("**") ? new Expression.Operation("**", List.of(base, unary())) : base;
    }

    private Expression postfix() {
        Expression value = primary();
        while (true) {
            if (takes(".")) {
                value = new Expression.Attribute(value, name());
            } else if (takes("(")) {
                value = call(value);
            } else if (takes("[")) {
                value = new Expression.Index(value, closed("]"));
            } else {
                return value;
            }
        }
    }

    private Expression call(Expression callee) {
        List<Expression> arguments = new ArrayList<>();
        Map<String, Expression> named = new LinkedHashMap<>();
        while (!takes(")")) {
            boolean byName = at + 1 < tokens.size()
                    && tokens.get(at).kind() == Kind.NAME
                    && tokens.get(at + 1).is("=");
            if (byName) {
                String name = name();
                expect("=");
                if (named.put(name, expression()) != null) {
                    throw refuse("gives the argument " + InvalidModelException.shown(name) + " twice");
                }
            } else {
                arguments.add(expression());
            }
            if (!takes(",")) {
                expect(")");
                break;
            }
        }
        return new Expression.Call(callee, arguments, named);
    }

    /** One expression, or a tuple of several, up to {@code sign}. */
    private Expression closed(String sign) {
        List<Expression> items = items(sign);
        return items.size() == 1 && !tokens.get(at - 2).is(",") ? items.getFirst() : new Expression.TupleOf(items);
    }

    private List<Expression> items(String sign) {
        List<Expression> items = new ArrayList<>();
        while (!takes(sign)) {
            items.add(expression());
            if (!takes(",")) {
                expect(sign);
                break;
            }
        }
        return items;
    }

    private Expression primary() {
        if (atEnd()) {
            throw refuse("ends in the middle of an expression");
        }
        Token token = tokens.get(at++);
        return switch (token.kind()) {
            case NUMBER -> new Expression.Numeral(token.text());
            case STRING -> new Expression.Text(token.text());
            case NAME ->
                switch (token.text()) {
                    case "None" -> new Expression.Nothing();
                    case "True" -> new Expression.Truth(true);
                    case "False" -> new Expression.Truth(false);
                    default -> new Expression.Name(token.text());
                };
            case SIGN ->
                switch (token.text()) {
                    case "(" -> closed(")");
                    case "[" -> new Expression.ListOf(items("]"));
                    default ->
                        throw refuse("has \"" + InvalidModelException.shown(token.text())
                                + "\" where an expression has to stand");
                };
        };
    }

    private InvalidModelException refuse(String sentence) {
        return InvalidModelException.in(entry, "line " + line + " " + sentence);
    }
}
