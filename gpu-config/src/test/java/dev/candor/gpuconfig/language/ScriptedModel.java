package dev.candor.gpuconfig.language;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * A model whose cache rows are lists of tokens, and whose logits are a hash of a row's: a row that holds anything but its own sequence's tokens, in order, gives other
 * tokens. Each step takes a permit.
 */
final class ScriptedModel implements SequenceModel {
    private final List<List<Integer>> rows = new ArrayList<>();
    private final int vocabulary;
    private final Semaphore permits;
    private final boolean forgetsToMove;
    final List<Integer> widths = Collections.synchronizedList(new ArrayList<>());
    volatile boolean fails;

    ScriptedModel(int rows, int vocabulary, Semaphore permits, boolean forgetsToMove) {
        this.vocabulary = vocabulary;
        this.permits = permits;
        this.forgetsToMove = forgetsToMove;
        for (int i = 0; i < rows; i++) {
            this.rows.add(new ArrayList<>());
        }
    }

    @Override
    public String device() {
        return "scripted:0";
    }

    @Override
    public float[] read(int row, int[] tokens, int past) {
        permits.acquireUninterruptibly();
        for (int i = 0; i < tokens.length; i++) {
            put(row, past + i, tokens[i]);
        }
        return logits(row, past + tokens.length);
    }

    @Override
    public List<float[]> step(int[] tokens, int[] past) {
        permits.acquireUninterruptibly();
        if (fails) {
            fails = false;
            throw new IllegalStateException("the device is on fire");
        }
        widths.add(tokens.length);
        List<float[]> all = new ArrayList<>();
        for (int row = 0; row < tokens.length; row++) {
            put(row, past[row], tokens[row]);
            all.add(logits(row, past[row] + 1));
        }
        return all;
    }

    @Override
    public void move(int from, int to) {
        if (!forgetsToMove) {
            rows.set(to, new ArrayList<>(rows.get(from)));
        }
    }

    private void put(int row, int at, int token) {
        List<Integer> held = rows.get(row);
        while (held.size() <= at) {
            held.add(-1);
        }
        held.set(at, token);
    }

    private float[] logits(int row, int length) {
        int hash = rows.get(row).subList(0, length).hashCode();
        float[] logits = new float[vocabulary];
        for (int token = 0; token < vocabulary; token++) {
            int mixed = (hash ^ token * 0x9e37_79b9) * 0x85eb_ca6b;
            logits[token] = (mixed >>> 8) / 1e6f;
        }
        logits[vocabulary - 1] = -1; // the end comes by max_tokens
        return logits;
    }

    @Override
    public void close() {}
}
