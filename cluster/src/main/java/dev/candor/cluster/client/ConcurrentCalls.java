package dev.candor.cluster.client;

import dev.candor.actors.value.Bytes;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Sends many calls with a bounded number in flight. */
public final class ConcurrentCalls {
    private ConcurrentCalls() {}

    /**
     * Sends all {@code calls}, at most {@code inFlight} at a time, and waits for all answers.
     *
     * @param progress told after each answer how many there are
     * @return an exchange a call, in the order of the calls
     */
    public static List<Exchange> run(NodeClient client, List<InferCall> calls, int inFlight, IntConsumer progress)
            throws InterruptedException {
        AtomicReferenceArray<Exchange> exchanges = new AtomicReferenceArray<>(calls.size());
        Semaphore slots = new Semaphore(inFlight);
        CountDownLatch left = new CountDownLatch(calls.size());
        for (int i = 0; i < calls.size(); i++) {
            slots.acquire();
            int index = i;
            long start = System.nanoTime();
            var _ = client.infer(calls.get(i)).whenComplete((response, error) -> {
                exchanges.set(index, exchange(calls.get(index), response, error, System.nanoTime() - start));
                slots.release();
                left.countDown();
                progress.accept((int) (calls.size() - left.getCount()));
            });
        }
        left.await();
        return IntStream.range(0, calls.size()).mapToObj(exchanges::get).toList();
    }

    private static Exchange exchange(
            InferCall call, @Nullable HttpResponse<byte[]> response, @Nullable Throwable error, long nanos) {
        if (response == null) {
            return new Exchange(call, 0, Bytes.wrap(String.valueOf(error).getBytes(StandardCharsets.UTF_8)), "", nanos);
        }
        return new Exchange(
                call,
                response.statusCode(),
                Bytes.wrap(response.body()),
                response.headers().firstValue("Candor-Receipt").orElse(""),
                nanos);
    }
}
