package dev.candor.torchscript;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Splits TorchScript code into logical lines of tokens. It takes only the notation in which PyTorch writes code into archives (ASCII,
 * spaces, strings in double quotes on one line, no comments, no continuation lines), so that it cannot see other tokens than libtorch's
 * lexer does.
 */
final class CodeLexer {
    private static final int MOST_TOKENS = 400_000;
    private static final List<String> OPERATORS = List.of(
            "**=", "//=", "<<=", ">>=", "->", "==", "!=", "<=", ">=", "**", "//", "<<", ">>", "+=", "-=", "*=", "/=",
            "%=", "&=", "|=", "^=", "(", ")", "[", "]", "{", "}", ",", ":", ".", "=", "<", ">", "+", "-", "*", "/", "%",
            "~", "&", "|", "^");

    private final String entry;
    private final byte[] code;
    private int at;
    private int line = 1;

    CodeLexer(String entry, byte[] code) {
        this.entry = entry;
        this.code = code;
    }

    /** What a token is. */
    enum Kind {
        NAME,
        NUMBER,
        STRING,
        SIGN
    }

    /**
     * A token.
     *
     * @param text as written; of a string what is between the quotes
     */
    record Token(Kind kind, String text) {
        /** Whether this is the operator or bracket {@code sign}. */
        boolean is(String sign) {
            return kind == Kind.SIGN && text.equals(sign);
        }

        /** Whether this is the name or keyword {@code name}. */
        boolean named(String name) {
            return kind == Kind.NAME && text.equals(name);
        }
    }

    /**
     * A logical line.
     *
     * @param number of its first physical line, from 1
     * @param indent spaces before it
     */
    record Line(int number, int indent, List<Token> tokens) {}

    /** The next line that is not blank, or empty at the end. */
    Optional<Line> next() {
        int indent = 0;
        while (at < code.length && (code[at] == ' ' || code[at] == '\n')) {
            indent = code[at] == ' ' ? indent + 1 : 0;
            line += code[at++] == '\n' ? 1 : 0;
        }
        if (at == code.length) {
            return Optional.empty();
        }
        int number = line;
        int open = 0;
        List<Token> tokens = new ArrayList<>();
        while (at < code.length) {
            byte c = code[at];
            if (c == '\n' && open == 0) {
                break;
            }
            if (c == ' ' || c == '\n') {
                line += c == '\n' ? 1 : 0;
                at++;
                continue;
            }
            Token token = token(c);
            open += token.is("(") || token.is("[") || token.is("{") ? 1 : 0;
            open -= token.is(")") || token.is("]") || token.is("}") ? 1 : 0;
            if (open < 0) {
                throw refuse("closes a bracket that is not open");
            }
            tokens.add(token);
            if (tokens.size() > MOST_TOKENS) {
                throw refuse("is longer than " + MOST_TOKENS + " tokens");
            }
        }
        if (open > 0) {
            throw refuse("leaves a bracket open");
        }
        return Optional.of(new Line(number, indent, tokens));
    }

    private Token token(byte c) {
        if (isNameStart(c)) {
            int start = at;
            while (at < code.length && (isNameStart(code[at]) || isDigit(code[at]))) {
                at++;
            }
            return new Token(Kind.NAME, text(start, at));
        }
        if (isDigit(c) || (c == '.' && at + 1 < code.length && isDigit(code[at + 1]))) {
            return number();
        }
        if (c == '"') {
            return string();
        }
        for (String operator : OPERATORS) {
            if (startsWith(operator)) {
                at += operator.length();
                return new Token(Kind.SIGN, operator);
            }
        }
        throw refuse(String.format("has the character 0x%02x, which PyTorch does not write into archives", c & 0xff));
    }

    private Token number() {
        int start = at;
        skipDigits();
        if (at < code.length && code[at] == '.') {
            at++;
            skipDigits();
        }
        if (at < code.length && (code[at] == 'e' || code[at] == 'E')) {
            at++;
            if (at < code.length && (code[at] == '+' || code[at] == '-')) {
                at++;
            }
            if (at == code.length || !isDigit(code[at])) {
                throw refuse("has a number with an empty exponent");
            }
            skipDigits();
        }
        if (at < code.length && code[at] == 'j') {
            at++;
        }
        if (at < code.length && (isNameStart(code[at]) || code[at] == '.' || isDigit(code[at]))) {
            throw refuse("has a number that runs into a name");
        }
        return new Token(Kind.NUMBER, text(start, at));
    }

    private Token string() {
        int start = ++at;
        while (at < code.length && code[at] != '"') {
            if (code[at] == '\\') {
                at++;
            }
            if (at < code.length && (code[at] < ' ' || code[at] > '~')) {
                throw refuse("has text with a character that is written as an escape in archives");
            }
            at++;
        }
        if (at >= code.length) {
            throw refuse("has text without an end");
        }
        at++;
        // Three quotes in a row begin a string of another kind for libtorch.
        if (at - start == 1 && at < code.length && code[at] == '"') {
            throw refuse("has text in triple quotes");
        }
        return new Token(Kind.STRING, text(start, at - 1));
    }

    private void skipDigits() {
        while (at < code.length && isDigit(code[at])) {
            at++;
        }
    }

    private boolean startsWith(String operator) {
        if (operator.length() > code.length - at) {
            return false;
        }
        for (int i = 0; i < operator.length(); i++) {
            if (code[at + i] != operator.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private String text(int from, int to) {
        StringBuilder text = new StringBuilder(to - from);
        for (int i = from; i < to; i++) {
            text.append((char) code[i]);
        }
        return text.toString();
    }

    private static boolean isNameStart(byte c) {
        return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static boolean isDigit(byte c) {
        return c >= '0' && c <= '9';
    }

    private InvalidModelException refuse(String sentence) {
        return InvalidModelException.in(entry, "line " + line + " " + sentence);
    }
}
