package dev.candor.proving.field.generator;

import java.math.BigInteger;
import java.util.Map;
import java.util.TreeMap;

/** 2^64 = 2^32 - 1 and 2^96 = -1. A value is below p or anything that fits a word; products take both. */
final class GoldilocksArithmetic extends Arithmetic {

    private static final BigInteger P =
            WORD.subtract(BigInteger.ONE.shiftLeft(32)).add(BigInteger.ONE);

    @Override
    String className() {
        return "GoldilocksLoops";
    }

    @Override
    String fieldName() {
        return "Goldilocks";
    }

    @Override
    BigInteger modulus() {
        return P;
    }

    @Override
    Map<String, String> constants() {
        return new TreeMap<>(Map.of(
                "m", "LongVector m = LongVector.broadcast(S, 0xFFFF_FFFFL);",
                "p", "LongVector p = LongVector.broadcast(S, 0xFFFF_FFFF_0000_0001L);"));
    }

    private static boolean tight(Value a) {
        return a.below().compareTo(P) <= 0;
    }

    private Value word(String name) {
        return new Value(name, WORD);
    }

    /** One of the two must be below p, so that a carry can be made good without another one. */
    @Override
    Value add(Value a, Value b) {
        Value small = tight(a) ? a : tight(b) ? b : reduce(b);
        Value other = tight(a) ? b : a;
        String sum = let(other.name() + ".add(" + small.name() + ")");
        return word(let(sum + ".add(m, " + sum + ".compare(VectorOperators.ULT, " + small.name() + "))"));
    }

    @Override
    Value sub(Value a, Value b) {
        Value small = reduce(b);
        String difference = let(a.name() + ".sub(" + small.name() + ")");
        return word(let(difference + ".sub(m, " + a.name() + ".compare(VectorOperators.ULT, " + small.name() + "))"));
    }

    @Override
    Value reduce(Value a) {
        if (tight(a)) {
            return a;
        }
        String less = let(a.name() + ".sub(p)");
        return new Value(let(a.name() + ".lanewise(VectorOperators.UMIN, " + less + ")"), P);
    }

    @Override
    BigInteger settled() {
        return P;
    }

    @Override
    Value settle(Value a) {
        return reduce(a);
    }

    @Override
    Value mul(Value a, Value b) {
        String a0 = part(a.name(), ".and(m)");
        String a1 = part(a.name(), ".lanewise(VectorOperators.LSHR, 32)");
        String b0 = part(b.name(), ".and(m)");
        String b1 = part(b.name(), ".lanewise(VectorOperators.LSHR, 32)");
        String ll = let(a0 + ".mul(" + b0 + ")");
        String lh = let(a0 + ".mul(" + b1 + ").add(" + ll + ".lanewise(VectorOperators.LSHR, 32))");
        String hl = let(a1 + ".mul(" + b0 + ").add(" + lh + ".and(m))");
        String low = let(hl + ".lanewise(VectorOperators.LSHL, 32).or(" + ll + ".and(m))");
        String hh = let(a1 + ".mul(" + b1 + ").add(" + lh + ".lanewise(VectorOperators.LSHR, 32))");
        String high = let(hh + ".add(" + hl + ".lanewise(VectorOperators.LSHR, 32))");
        String top = let(high + ".lanewise(VectorOperators.LSHR, 32)");
        String t = let(low + ".sub(" + top + ")");
        String u = let(t + ".sub(m, " + low + ".compare(VectorOperators.ULT, " + top + "))");
        String x = let(high + ".and(m)");
        return addTimesEpsilon(u, x);
    }

    /** u + x (2^32 - 1) for x below 2^32. */
    private Value addTimesEpsilon(String u, String x) {
        String product = let(x + ".lanewise(VectorOperators.LSHL, 32).sub(" + x + ")");
        String sum = let(u + ".add(" + product + ")");
        return word(let(sum + ".add(m, " + sum + ".compare(VectorOperators.ULT, " + product + "))"));
    }

    /** 7 a = 8 a - a. */
    @Override
    Value timesNonResidue(Value a) {
        Value small = reduce(a);
        String top = let(small.name() + ".lanewise(VectorOperators.LSHR, 61)");
        String low = let(small.name() + ".lanewise(VectorOperators.LSHL, 3)");
        return sub(addTimesEpsilon(low, top), small);
    }
}
