package dev.candor.torchscript;

import java.util.List;
import java.util.Map;

/**
 * The syntax of a traced module's code: classes with fields and methods, functions, and bodies that assign and return. Branches and loops,
 * which tracing does not leave behind, are kept as {@link Statement.Other}, for whoever runs the code to refuse.
 */
public final class Code {
    private Code() {}

    /**
     * A place in an archive.
     *
     * @param entry the file, such as {@code code/__torch__.py}
     * @param line counted from 1
     */
    public record Position(String entry, int line) {
        /** Such as {@code code/__torch__.py line 7}. */
        @Override
        public String toString() {
            return entry + " line " + line;
        }
    }

    /**
     * What an archive's code declares.
     *
     * @param classes by qualified name, such as {@code __torch__.Mlp}
     * @param functions by qualified name
     */
    public record Program(Map<String, ClassDefinition> classes, Map<String, Function> functions) {
        public Program {
            classes = Map.copyOf(classes);
            functions = Map.copyOf(functions);
        }
    }

    /**
     * A class.
     *
     * @param methods by name
     */
    public record ClassDefinition(String name, Map<String, Function> methods) {
        public ClassDefinition {
            methods = Map.copyOf(methods);
        }
    }

    /**
     * A function or method.
     *
     * @param parameters their names, {@code self} among them
     */
    public record Function(String name, List<String> parameters, List<Statement> body, Position position) {
        public Function {
            parameters = List.copyOf(parameters);
            body = List.copyOf(body);
        }
    }

    /** A statement. */
    public sealed interface Statement {
        /** Where it stands. */
        Position position();

        /** Assigns the value, or its parts where there are several targets. */
        record Assign(List<String> targets, Expression value, Position position) implements Statement {
            public Assign {
                targets = List.copyOf(targets);
            }
        }

        /** Ends the function with this value. */
        record Return(Expression value, Position position) implements Statement {}

        /** Computes and forgets. */
        record Evaluate(Expression value, Position position) implements Statement {}

        /** A statement of another kind, by its first word. */
        record Other(String word, Position position) implements Statement {}
    }

    /** An expression. */
    public sealed interface Expression {
        /** A name. */
        record Name(String name) implements Expression {}

        /** A number as it is written. */
        record Numeral(String text) implements Expression {
            /** Whether it is written without a point, an exponent and an imaginary unit. */
            public boolean whole() {
                return text.chars().allMatch(c -> c >= '0' && c <= '9');
            }
        }

        /** What is between quotes, with its escapes as they are. */
        record Text(String text) implements Expression {}

        /** {@code None}. */
        record Nothing() implements Expression {}

        /** {@code True} or {@code False}. */
        record Truth(boolean value) implements Expression {}

        /** {@code [a, b]}. */
        record ListOf(List<Expression> items) implements Expression {
            public ListOf {
                items = List.copyOf(items);
            }
        }

        /** {@code (a, b)}. */
        record TupleOf(List<Expression> items) implements Expression {
            public TupleOf {
                items = List.copyOf(items);
            }
        }

        /** {@code object.name}. */
        record Attribute(Expression object, String name) implements Expression {}

        /** {@code object[index]}. */
        record Index(Expression object, Expression index) implements Expression {}

        /** {@code callee(a, name=b)}. */
        record Call(Expression callee, List<Expression> arguments, Map<String, Expression> named)
                implements Expression {
            public Call {
                arguments = List.copyOf(arguments);
                named = Map.copyOf(named);
            }
        }

        /** An operator between two operands, or before one (then there is one operand). */
        record Operation(String sign, List<Expression> operands) implements Expression {
            public Operation {
                operands = List.copyOf(operands);
            }
        }
    }
}
