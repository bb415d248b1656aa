package dev.candor.bench.load;

import java.util.List;
import java.util.random.RandomGenerator;

/** Draws requests by the weights of their shares; within a share they take turns. Not thread-safe. */
final class Shots {
    private final List<Share> shares;
    private final double[] upTo;
    private final int[] next;
    private final RandomGenerator random;
    private final int sampleEvery;
    private long drawn;

    Shots(List<Share> shares, RandomGenerator random, int sampleEvery) {
        this.shares = shares;
        this.random = random;
        this.sampleEvery = sampleEvery;
        this.next = new int[shares.size()];
        this.upTo = new double[shares.size()];
        double sum = 0;
        for (int i = 0; i < upTo.length; i++) {
            sum += shares.get(i).weight();
            upTo[i] = sum;
        }
    }

    /** The next request, due at {@code due}. */
    Shot draw(long due) {
        int share = 0;
        if (upTo.length > 1) {
            double point = random.nextDouble() * upTo[upTo.length - 1];
            while (share < upTo.length - 1 && point >= upTo[share]) {
                share++;
            }
        }
        List<PreparedCall> calls = shares.get(share).calls();
        int turn = next[share];
        next[share] = turn + 1 == calls.size() ? 0 : turn + 1;
        return new Shot(share, calls.get(turn), due, drawn++ % sampleEvery == 0);
    }
}
