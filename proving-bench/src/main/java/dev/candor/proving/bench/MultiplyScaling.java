package dev.candor.proving.bench;

import java.util.Locale;
import java.util.concurrent.CountDownLatch;

/**
 * How much more a loop of nothing but multiplications does on several threads than on one: what threads can give on this machine, whose cores
 * may be hyperthreads of one.
 */
public final class MultiplyScaling {

    private static final int BLOCK = 1 << 16;

    private MultiplyScaling() {}

    /**
     * Prints the ratio as JSON.
     *
     * @param args threads, seconds of each measurement
     */
    public static void main(String[] args) throws InterruptedException {
        int threads = Integer.parseInt(args[0]);
        double seconds = Double.parseDouble(args[1]);
        rate(1, seconds / 4);
        double one = rate(1, seconds);
        double many = rate(threads, seconds);
        System.out.printf(
                Locale.ROOT,
                "{\"threads\": %d, \"multiplies_a_second\": %.3e, \"scaling\": %.2f}%n",
                threads,
                one,
                many / one);
    }

    /** Multiplications a second of all threads together. */
    private static double rate(int threads, double seconds) throws InterruptedException {
        long[] counts = new long[threads];
        long[] results = new long[threads];
        CountDownLatch done = new CountDownLatch(threads);
        long start = System.nanoTime();
        long end = start + (long) (seconds * 1e9);
        for (int t = 0; t < threads; t++) {
            int index = t;
            Thread.ofPlatform().start(() -> {
                long[] x = {3, 5, 7, 11};
                long count = 0;
                while (System.nanoTime() < end) {
                    multiply(x);
                    count += BLOCK;
                }
                counts[index] = count;
                results[index] = x[0] ^ x[1] ^ x[2] ^ x[3];
                done.countDown();
            });
        }
        done.await();
        double elapsed = (System.nanoTime() - start) / 1e9;
        long total = 0;
        for (int t = 0; t < threads; t++) {
            total += counts[t] + (results[t] == 1 ? 1 : 0);
        }
        return total / elapsed;
    }

    private static void multiply(long[] x) {
        long a = x[0];
        long b = x[1];
        long c = x[2];
        long d = x[3];
        for (int i = 0; i < BLOCK / 4; i++) {
            a *= 0x9E3779B97F4A7C15L;
            b *= 0xC2B2AE3D27D4EB4FL;
            c *= 0x165667B19E3779F9L;
            d *= 0x27D4EB2F165667C5L;
        }
        x[0] = a;
        x[1] = b;
        x[2] = c;
        x[3] = d;
    }
}
