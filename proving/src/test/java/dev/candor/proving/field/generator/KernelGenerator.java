package dev.candor.proving.field.generator;

import dev.candor.proving.field.generator.Arithmetic.Pair;
import dev.candor.proving.field.generator.Arithmetic.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the flat loops of a field. They are generated because helper methods that take or return vectors stop being inlined in large loops
 * and then box every value: what is written here by calls ends up as one method without any.
 */
final class KernelGenerator {

    private static final String INNER = "            ";

    private final Arithmetic f;
    private final StringBuilder out = new StringBuilder();
    private final List<String> preamble = new ArrayList<>();
    private final List<String> sums = new ArrayList<>();

    KernelGenerator(Arithmetic arithmetic) {
        this.f = arithmetic;
    }

    String generate() {
        out.append("""
                package dev.candor.proving.field;

                import jdk.incubator.vector.LongVector;
                import jdk.incubator.vector.VectorOperators;
                import jdk.incubator.vector.VectorSpecies;

                /**
                 * The loops of {@link %s}. Written by KernelGenerator, which is among the tests, and compared with it by one.
                 */
                final class %s implements VectorLoops {

                    private static final VectorSpecies<Long> S = LongVector.SPECIES_PREFERRED;

                    @Override
                    public int lanes() {
                        return S.length();
                    }
                """.formatted(f.fieldName(), f.className()));
        base();
        transforms();
        extensions();
        rounds();
        return out.append("}\n").toString();
    }

    private void base() {
        loop(
                "add",
                "long[] a, int aAt, long[] b, int bAt, long[] out, int outAt",
                () -> store(f.add(load("a", "aAt"), load("b", "bAt")), "out", "outAt"));
        loop(
                "sub",
                "long[] a, int aAt, long[] b, int bAt, long[] out, int outAt",
                () -> store(f.sub(load("a", "aAt"), load("b", "bAt")), "out", "outAt"));
        loop(
                "mul",
                "long[] a, int aAt, long[] b, int bAt, long[] out, int outAt",
                () -> store(f.mul(load("a", "aAt"), load("b", "bAt")), "out", "outAt"));
        loop(
                "scale",
                "long c, long[] a, int aAt, long[] out, int outAt",
                () -> store(f.mul(constant("c"), load("a", "aAt")), "out", "outAt"));
        loop("addScaled", "long c, long[] a, int aAt, long[] acc, int accAt", () -> {
            Value product = f.mul(constant("c"), load("a", "aAt"));
            store(f.add(product, load("acc", "accAt")), "acc", "accAt");
        });
        loop("addProduct", "long[] a, int aAt, long[] b, int bAt, long[] acc, int accAt", () -> {
            Value product = f.mul(load("a", "aAt"), load("b", "bAt"));
            store(f.add(product, load("acc", "accAt")), "acc", "accAt");
        });
        sum(
                "innerProduct",
                "long[] a, int aAt, long[] b, int bAt",
                () -> accumulate("sum", f.mul(load("a", "aAt"), load("b", "bAt"))));
        loop("fold", "long[] a, int aAt, long r0, long r1, long[] out0, long[] out1, int outAt, int half", () -> {
            Value low = load("a", "aAt");
            Value difference = f.reduce(f.sub(load("a", "aAt + half"), low));
            store(f.add(f.mul(constant("r0"), difference), low), "out0", "outAt");
            store(f.mul(constant("r1"), difference), "out1", "outAt");
        });
    }

    private void transforms() {
        blocks("split", () -> {
            Value low = load("a", "start");
            Value high = f.reduce(f.mul(constant("c"), load("a", "start + h")));
            store(f.add(low, high), "a", "start");
            store(f.sub(low, high), "a", "start + h");
        });
        blocks("join", () -> {
            Value low = load("a", "start");
            Value high = load("a", "start + h");
            store(f.add(low, high), "a", "start");
            store(f.mul(constant("c"), f.sub(low, high)), "a", "start + h");
        });
    }

    private void extensions() {
        loop(
                "addScaled",
                "long c0, long c1, long[] a0, long[] a1, int aAt, long[] acc0, long[] acc1, int accAt",
                () -> {
                    Pair product = f.mul(pair("a", "aAt"), new Pair(constant("c0"), constant("c1")));
                    store(f.add(product, pair("acc", "accAt")), "acc", "accAt");
                });
        loop(
                "addProduct",
                "long[] a0, long[] a1, int aAt, long[] b0, long[] b1, int bAt, long[] acc0, long[] acc1, int accAt",
                () -> {
                    Pair product = f.mul(pair("a", "aAt"), pair("b", "bAt"));
                    store(f.add(product, pair("acc", "accAt")), "acc", "accAt");
                });
        sum(
                "innerProduct",
                "long[] a0, long[] a1, int aAt, long[] b0, long[] b1, int bAt",
                () -> accumulate("sum", f.mul(pair("a", "aAt"), pair("b", "bAt"))));
        loop("expand", "long[] a0, long[] a1, int half, long r0, long r1", () -> {
            Pair whole = pair("a", "0");
            Pair one = reduce(f.mul(whole, new Pair(constant("r0"), constant("r1"))));
            store(one, "a", "half");
            store(f.sub(whole, one), "a", "0");
        });
        loop("fold", "long[] a0, long[] a1, int aAt, int half, long r0, long r1", () -> {
            Pair low = pair("a", "aAt");
            Pair difference = f.sub(pair("a", "aAt + half"), low);
            Pair product = f.mul(difference, new Pair(constant("r0"), constant("r1")));
            store(f.add(product, low), "a", "aAt");
        });
    }

    private void rounds() {
        sum("productRound", "long[] a0, long[] a1, int aAt, long[] b0, long[] b1, int bAt, int half", () -> {
            Pair low = pair("a", "aAt");
            Pair high = pair("a", "aAt + half");
            Pair otherLow = pair("b", "bAt");
            Pair otherHigh = pair("b", "bAt + half");
            accumulate("zero", f.mul(low, otherLow));
            accumulate("one", f.mul(high, otherHigh));
            accumulate("square", f.mul(f.sub(high, low), f.sub(otherHigh, otherLow)));
        });
        sum("productRound", "long[] a, int aAt, long[] b, int bAt, int half", () -> {
            Value low = load("a", "aAt");
            Value high = load("a", "aAt + half");
            Value otherLow = load("b", "bAt");
            Value otherHigh = load("b", "bAt + half");
            accumulate("zero", f.mul(low, otherLow));
            accumulate("one", f.mul(high, otherHigh));
            accumulate("square", f.mul(f.sub(high, low), f.sub(otherHigh, otherLow)));
        });
        String fraction = "long[] p0, long[] p1, long[] q0, long[] q1, long[] e0, long[] e1, long l0, long l1";
        sum(
                "fractionValue",
                fraction + ", int at, int half",
                () -> fraction(
                        pair("p", "at"), pair("p", "at + 2 * half"), pair("q", "at"), pair("q", "at + 2 * half")));
        sum(
                "fractionSlope",
                fraction + ", int at, int half",
                () -> fraction(
                        f.sub(pair("p", "at + half"), pair("p", "at")),
                        f.sub(pair("p", "at + 3 * half"), pair("p", "at + 2 * half")),
                        f.sub(pair("q", "at + half"), pair("q", "at")),
                        f.sub(pair("q", "at + 3 * half"), pair("q", "at + 2 * half"))));
    }

    private void fraction(Pair pl, Pair pr, Pair ql, Pair qr) {
        Pair lambda = new Pair(constant("l0"), constant("l1"));
        Pair left = f.add(f.mul(ql, lambda), pl);
        Pair sum = f.add(f.mul(left, qr), reduce(f.mul(pr, ql)));
        accumulate("sum", f.mul(sum, pair("e", "at")));
    }

    private Value load(String array, String at) {
        String index = at.equals("0") ? "i" : at.equals("start + h") ? "i + h" : at.equals("start") ? "i" : at + " + i";
        return f.canonical("LongVector.fromArray(S, " + array + ", " + index + ")");
    }

    private Pair pair(String array, String at) {
        return new Pair(load(array + "0", at), load(array + "1", at));
    }

    private Pair reduce(Pair a) {
        return new Pair(f.reduce(a.c0()), f.reduce(a.c1()));
    }

    private void store(Value value, String array, String at) {
        String index = at.equals("0") ? "i" : at.equals("start + h") ? "i + h" : at.equals("start") ? "i" : at + " + i";
        f.statement(f.reduce(value).name() + ".intoArray(" + array + ", " + index + ");");
    }

    private void store(Pair value, String array, String at) {
        store(value.c0(), array + "0", at);
        store(value.c1(), array + "1", at);
    }

    private Value constant(String parameter) {
        String line = "LongVector " + parameter + "s = LongVector.broadcast(S, " + parameter + ");";
        if (!preamble.contains(line)) {
            preamble.add(line);
        }
        return new Value(parameter + "s", f.modulus());
    }

    private void accumulate(String name, Value value) {
        String variable = name + sums.size();
        sums.add(variable);
        Value sum = f.settle(f.add(f.settle(value), new Value(variable, f.settled())));
        f.statement(variable + " = " + sum.name() + ";");
    }

    private void accumulate(String name, Pair value) {
        accumulate(name, value.c0());
        accumulate(name, value.c1());
    }

    private void loop(String name, String parameters, Runnable body) {
        String text = body(body);
        open("public int " + name + "(" + parameters + ", int length)");
        constantsUsedBy(text);
        out.append("        int end = S.loopBound(length);\n");
        out.append("        for (int i = 0; i < end; i += S.length()) {\n")
                .append(text)
                .append("        }\n");
        out.append("        return end;\n    }\n");
    }

    /** A loop that leaves the lanes of its sums, in the order of their accumulation, in {@code lanes}. */
    private void sum(String name, String parameters, Runnable body) {
        String text = body(body);
        open("public int " + name + "(" + parameters + ", int length, long[][] lanes)");
        constantsUsedBy(text);
        for (String variable : sums) {
            out.append("        LongVector ").append(variable).append(" = LongVector.zero(S);\n");
        }
        out.append("        int end = S.loopBound(length);\n");
        out.append("        for (int i = 0; i < end; i += S.length()) {\n")
                .append(text)
                .append("        }\n");
        for (int i = 0; i < sums.size(); i++) {
            out.append("        ")
                    .append(sums.get(i))
                    .append(".intoArray(lanes[")
                    .append(i)
                    .append("], 0);\n");
        }
        out.append("        return end;\n    }\n");
    }

    private void blocks(String name, Runnable body) {
        String text = body(body).indent(4);
        preamble.clear();
        open("public void " + name + "(long[] a, int at, int h, int blocks, long[] constants, int constantsAt)");
        constantsUsedBy(text);
        out.append("        for (int block = 0; block < blocks; block++) {\n");
        out.append("            LongVector cs = LongVector.broadcast(S, constants[constantsAt + block]);\n");
        out.append("            int start = at + 2 * h * block;\n");
        out.append("            for (int i = start; i < start + h; i += S.length()) {\n")
                .append(text);
        out.append("            }\n        }\n    }\n");
    }

    private String body(Runnable body) {
        preamble.clear();
        sums.clear();
        f.start(INNER);
        body.run();
        return f.text();
    }

    private void open(String signature) {
        out.append("\n    @Override\n    ").append(signature).append(" {\n");
        for (String line : preamble) {
            out.append("        ").append(line).append('\n');
        }
    }

    private void constantsUsedBy(String text) {
        f.constants().forEach((name, line) -> {
            if (text.contains("(" + name + ")") || text.contains("(" + name + ",")) {
                out.append("        ").append(line).append('\n');
            }
        });
    }
}
