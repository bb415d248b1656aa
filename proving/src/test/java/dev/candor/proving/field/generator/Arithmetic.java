package dev.candor.proving.field.generator;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;

/**
 * Writes the arithmetic of one field as straight-line statements of the Vector API. Every value carries the bound that it is known to stay
 * below, so reductions are written only where the next operation needs them, and no overflow is left to hope.
 */
abstract class Arithmetic {

    static final BigInteger WORD = BigInteger.ONE.shiftLeft(64);

    /**
     * A vector variable.
     *
     * @param below every lane is below this
     */
    record Value(String name, BigInteger below) {}

    /** An element of K. */
    record Pair(Value c0, Value c1) {}

    private final StringBuilder statements = new StringBuilder();
    private final Map<String, String> halves = new HashMap<>();
    private String indent = "";
    private int next;

    abstract BigInteger modulus();

    /** Constants that every method declares before its loop. */
    abstract Map<String, String> constants();

    abstract Value add(Value a, Value b);

    abstract Value sub(Value a, Value b);

    abstract Value mul(Value a, Value b);

    /** The same residue below the modulus. */
    abstract Value reduce(Value a);

    /** What a sum stays below from one turn of a loop to the next. */
    abstract BigInteger settled();

    /** The same residue below {@link #settled}. */
    abstract Value settle(Value a);

    /** The square of X times {@code a}. */
    abstract Value timesNonResidue(Value a);

    abstract String className();

    abstract String fieldName();

    void start(String indentation) {
        statements.setLength(0);
        halves.clear();
        indent = indentation;
        next = 0;
    }

    String text() {
        return statements.toString();
    }

    void indentBy(String indentation) {
        indent = indentation;
    }

    void statement(String line) {
        statements.append(indent).append(line).append('\n');
    }

    String let(String expression) {
        String name = "v" + next++;
        statement("LongVector " + name + " = " + expression + ";");
        return name;
    }

    /** A part of a variable, written down once. */
    String part(String name, String expression) {
        return halves.computeIfAbsent(name + expression, _ -> let(name + expression));
    }

    Value canonical(String expression) {
        return new Value(let(expression), modulus());
    }

    Pair add(Pair a, Pair b) {
        return new Pair(add(a.c0, b.c0), add(a.c1, b.c1));
    }

    Pair sub(Pair a, Pair b) {
        return new Pair(sub(a.c0, b.c0), sub(a.c1, b.c1));
    }

    /** Karatsuba: three products. */
    Pair mul(Pair a, Pair b) {
        Value low = mul(a.c0, b.c0);
        Value high = mul(a.c1, b.c1);
        Value both = mul(add(a.c0, a.c1), add(b.c0, b.c1));
        return new Pair(add(low, timesNonResidue(high)), sub(sub(both, low), high));
    }

    Pair mul(Pair a, Value b) {
        return new Pair(mul(a.c0, b), mul(a.c1, b));
    }
}
