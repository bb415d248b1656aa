package dev.candor.persistence.fakes;

import dev.candor.actors.value.Bytes;
import dev.candor.persistence.control.ControlStore;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Records in memory. Thread-safe. */
public final class FakeControl implements ControlStore {
    private final Map<String, Versioned> records = new HashMap<>();
    private boolean failing;

    /** Makes every call fail, or none. */
    public synchronized void failing(boolean fails) {
        failing = fails;
    }

    @Override
    public synchronized CompletionStage<Optional<Versioned>> read(String key) {
        return failing ? failed() : CompletableFuture.completedStage(Optional.ofNullable(records.get(key)));
    }

    @Override
    public synchronized CompletionStage<Boolean> compareAndSet(String key, long expected, Bytes value) {
        if (failing) {
            return failed();
        }
        long version =
                Optional.ofNullable(records.get(key)).map(Versioned::version).orElse(0L);
        if (version != expected) {
            return CompletableFuture.completedStage(false);
        }
        records.put(key, new Versioned(version + 1, value));
        return CompletableFuture.completedStage(true);
    }

    private static <T> CompletionStage<T> failed() {
        return CompletableFuture.failedStage(new IllegalStateException("the control store fails"));
    }
}
