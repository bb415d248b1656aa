package dev.candor.torchscript;

import dev.candor.torchscript.CodeLexer.Kind;
import dev.candor.torchscript.CodeLexer.Token;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Bounds the depth of the syntax tree that libtorch makes of a line, without making one. */
final class ExpressionDepth {
    private ExpressionDepth() {}

    /**
     * At least the depth of the tree of these tokens: every operator, dot, call and bracket counts one level, until the comma or bracket
     * that ends it. Chains such as {@code a + b + c} count in full, since their tree leans to one side.
     */
    static int of(List<Token> tokens) {
        int deepest = 0;
        int depth = 0;
        int level = 0;
        Deque<Integer> outer = new ArrayDeque<>();
        for (Token token : tokens) {
            if (token.is(")") || token.is("]") || token.is("}")) {
                depth -= level;
                level = outer.pop();
            } else if (token.is(",") || token.is(":")) {
                depth -= level;
                level = 0;
            } else if (token.kind() == Kind.SIGN || CodeNames.KEYWORDS.contains(token.text())) {
                depth++;
                level++;
                if (token.is("(") || token.is("[") || token.is("{")) {
                    outer.push(level);
                    level = 0;
                }
            }
            deepest = Math.max(deepest, depth);
        }
        return deepest;
    }
}
