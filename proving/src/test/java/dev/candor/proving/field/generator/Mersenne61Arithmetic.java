package dev.candor.proving.field.generator;

import java.math.BigInteger;
import java.util.Map;
import java.util.TreeMap;

/** 2^61 = 1, so three bits of a word are room for sums that nobody reduces. */
final class Mersenne61Arithmetic extends Arithmetic {

    private static final BigInteger P = BigInteger.ONE.shiftLeft(61).subtract(BigInteger.ONE);
    private static final BigInteger LOW = BigInteger.ONE.shiftLeft(31);

    @Override
    String className() {
        return "Mersenne61Loops";
    }

    @Override
    String fieldName() {
        return "Mersenne61";
    }

    @Override
    BigInteger modulus() {
        return P;
    }

    @Override
    Map<String, String> constants() {
        return new TreeMap<>(Map.of(
                "m", "LongVector m = LongVector.broadcast(S, 0xFFFF_FFFFL);",
                "m31", "LongVector m31 = LongVector.broadcast(S, 0x7FFF_FFFFL);",
                "m30", "LongVector m30 = LongVector.broadcast(S, 0x3FFF_FFFFL);",
                "p", "LongVector p = LongVector.broadcast(S, 0x1FFF_FFFF_FFFF_FFFFL);"));
    }

    @Override
    Value add(Value a, Value b) {
        BigInteger below = a.below().add(b.below());
        if (below.compareTo(WORD) > 0) {
            return a.below().compareTo(b.below()) >= 0 ? add(fold(a), b) : add(a, fold(b));
        }
        return new Value(let(a.name() + ".add(" + b.name() + ")"), below);
    }

    @Override
    Value sub(Value a, Value b) {
        BigInteger multiples = b.below().add(P).subtract(BigInteger.TWO).divide(P);
        BigInteger offset = multiples.multiply(P);
        BigInteger below = a.below().add(offset);
        if (multiples.intValue() > 3) {
            return sub(a, fold(b));
        }
        if (below.compareTo(WORD) > 0) {
            return sub(fold(a), b);
        }
        String shifted = let(a.name() + ".add(" + offset + "L)");
        return new Value(let(shifted + ".sub(" + b.name() + ")"), below);
    }

    private Value fold(Value a) {
        BigInteger below = P.add(a.below().shiftRight(61)).add(BigInteger.TWO);
        String high = let(a.name() + ".lanewise(VectorOperators.LSHR, 61)");
        return new Value(let(a.name() + ".and(p).add(" + high + ")"), below);
    }

    @Override
    Value reduce(Value a) {
        if (a.below().compareTo(P) <= 0) {
            return a;
        }
        if (a.below().compareTo(P.shiftLeft(1)) > 0) {
            return reduce(fold(a));
        }
        String less = let(a.name() + ".sub(p)");
        return new Value(let(a.name() + ".lanewise(VectorOperators.UMIN, " + less + ")"), P);
    }

    @Override
    BigInteger settled() {
        return P.add(BigInteger.valueOf(16));
    }

    @Override
    Value settle(Value a) {
        return a.below().compareTo(settled()) <= 0 ? a : settle(fold(a));
    }

    @Override
    Value mul(Value a, Value b) {
        BigInteger aHigh = a.below().shiftRight(31).add(BigInteger.ONE);
        BigInteger bHigh = b.below().shiftRight(31).add(BigInteger.ONE);
        BigInteger middle = LOW.multiply(aHigh).add(LOW.multiply(bHigh));
        BigInteger below = LOW.pow(2)
                .add(aHigh.multiply(bHigh).shiftLeft(1))
                .add(middle.shiftRight(30))
                .add(BigInteger.ONE.shiftLeft(61));
        if (middle.compareTo(WORD) > 0 || below.compareTo(WORD) > 0) {
            return a.below().compareTo(b.below()) >= 0 ? mul(fold(a), b) : mul(a, fold(b));
        }
        String a0 = part(a.name(), ".and(m31)");
        String a1 = part(a.name(), ".lanewise(VectorOperators.LSHR, 31).and(m)");
        String b0 = part(b.name(), ".and(m31)");
        String b1 = part(b.name(), ".lanewise(VectorOperators.LSHR, 31).and(m)");
        String ll = let(a0 + ".mul(" + b0 + ")");
        String hh = let(a1 + ".mul(" + b1 + ")");
        String cross = let(a0 + ".mul(" + b1 + ").add(" + a1 + ".mul(" + b0 + "))");
        String crossLow = let(cross + ".and(m30).lanewise(VectorOperators.LSHL, 31)");
        String crossHigh = let(cross + ".lanewise(VectorOperators.LSHR, 30)");
        String sum = let(ll + ".add(" + hh + ").add(" + hh + ")");
        return fold(new Value(let(sum + ".add(" + crossLow + ").add(" + crossHigh + ")"), below));
    }

    /** X^2 = -1. */
    @Override
    Value timesNonResidue(Value a) {
        Value small = a.below().compareTo(P.multiply(BigInteger.TWO)) > 0 ? fold(a) : a;
        BigInteger offset =
                P.multiply(small.below().add(P).subtract(BigInteger.TWO).divide(P));
        String constant = let("LongVector.broadcast(S, " + offset + "L)");
        return new Value(let(constant + ".sub(" + small.name() + ")"), offset.add(BigInteger.ONE));
    }
}
