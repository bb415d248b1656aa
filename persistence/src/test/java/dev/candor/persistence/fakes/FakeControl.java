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

    /** The same records, for somebody who reaches them whether this fails or not. */
    public ControlStore alwaysReached() {
        return new ControlStore() {
            @Override
            public CompletionStage<Optional<Versioned>> read(String key) {
                return CompletableFuture.completedStage(found(key));
            }

            @Override
            public CompletionStage<Boolean> compareAndSet(String key, long expected, Bytes value) {
                return CompletableFuture.completedStage(changed(key, expected, value));
            }
        };
    }

    @Override
    public synchronized CompletionStage<Optional<Versioned>> read(String key) {
        return failing ? failed() : CompletableFuture.completedStage(found(key));
    }

    @Override
    public synchronized CompletionStage<Boolean> compareAndSet(String key, long expected, Bytes value) {
        return failing ? failed() : CompletableFuture.completedStage(changed(key, expected, value));
    }

    private synchronized Optional<Versioned> found(String key) {
        return Optional.ofNullable(records.get(key));
    }

    private synchronized boolean changed(String key, long expected, Bytes value) {
        long version = found(key).map(Versioned::version).orElse(0L);
        if (version != expected) {
            return false;
        }
        records.put(key, new Versioned(version + 1, value));
        return true;
    }

    private static <T> CompletionStage<T> failed() {
        return CompletableFuture.failedStage(new IllegalStateException("the control store fails"));
    }
}
