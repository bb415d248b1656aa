package dev.candor.cluster.security;

import dev.candor.actors.value.Bytes;
import dev.candor.persistence.control.ControlStore;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Control records in memory. */
public final class MemoryControl implements ControlStore {
    private final Map<String, Versioned> records = new HashMap<>();

    @Override
    public synchronized CompletionStage<Optional<Versioned>> read(String key) {
        return CompletableFuture.completedStage(Optional.ofNullable(records.get(key)));
    }

    @Override
    public synchronized CompletionStage<Boolean> compareAndSet(String key, long expected, Bytes value) {
        long version = records.containsKey(key) ? records.get(key).version() : 0;
        if (version == expected) {
            records.put(key, new Versioned(version + 1, value));
        }
        return CompletableFuture.completedStage(version == expected);
    }
}
