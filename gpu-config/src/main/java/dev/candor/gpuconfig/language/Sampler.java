package dev.candor.gpuconfig.language;

import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * Chooses a sequence's tokens. The same logits, parameters and seed give the same tokens on every machine: probabilities are computed in double precision with
 * {@link StrictMath}, ties go to the smaller token, and random numbers are SplitMix64's (Steele et al. 2014), one a token chosen at a temperature above 0.
 *
 * <p>Belongs to one sequence; for one thread.
 */
final class Sampler {
    private static final long GOLDEN = 0x9e37_79b9_7f4a_7c15L;

    private final double temperature;
    private final double topP;
    private long state;

    Sampler(Sampling sampling) {
        this.temperature = sampling.temperature();
        this.topP = sampling.topP();
        this.state = sampling.seed();
    }

    /**
     * The next token.
     *
     * @param logits one a token, finite
     * @param allowed whether a token may be chosen; at least one may
     */
    int choose(float[] logits, IntPredicate allowed) {
        return temperature == 0 ? likeliest(logits, allowed) : draw(logits, allowed);
    }

    private static int likeliest(float[] logits, IntPredicate allowed) {
        int best = -1;
        for (int token = 0; token < logits.length; token++) {
            if (allowed.test(token) && (best < 0 || logits[token] > logits[best])) {
                best = token;
            }
        }
        return require(best);
    }

    private int draw(float[] logits, IntPredicate allowed) {
        double highest = logits[likeliest(logits, allowed)];
        long[] order = new long[logits.length];
        double[] weights = new double[logits.length];
        int count = 0;
        double total = 0;
        for (int token = 0; token < logits.length; token++) {
            if (allowed.test(token)) {
                weights[token] = StrictMath.exp((logits[token] - highest) / temperature);
                total += weights[token];
                order[count++] = likelierFirst(logits[token], token);
            }
        }
        Arrays.sort(order, 0, count);
        double kept = 0;
        int most = 0;
        while (most < count && (most == 0 || kept < topP * total)) {
            kept += weights[(int) order[most]];
            most++;
        }
        double target = uniform() * kept;
        for (int i = 0; i < most; i++) {
            target -= weights[(int) order[i]];
            if (target < 0) {
                return (int) order[i];
            }
        }
        return (int) order[most - 1];
    }

    /** A number that sorts by falling logit, then by rising token, which its lower half is. */
    private static long likelierFirst(float logit, int token) {
        int bits = Float.floatToIntBits(logit + 0f); // without a negative zero
        int rising = bits < 0 ? bits ^ 0x7fff_ffff : bits;
        return (long) ~rising << 32 | token;
    }

    private double uniform() {
        state += GOLDEN;
        long mixed = (state ^ state >>> 30) * 0xbf58_476d_1ce4_e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d0_49bb_1331_11ebL;
        return ((mixed ^ mixed >>> 31) >>> 11) * 0x1.0p-53;
    }

    private static int require(int token) {
        if (token < 0) {
            throw new IllegalStateException("no token may be chosen");
        }
        return token;
    }
}
