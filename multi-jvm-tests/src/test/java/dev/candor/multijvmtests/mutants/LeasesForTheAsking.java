package dev.candor.multijvmtests.mutants;

import dev.candor.actors.value.Bytes;
import dev.candor.persistence.control.ControlStore;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A store in which a lease can always be renewed: whoever once held one believes that it still does. */
final class LeasesForTheAsking implements ControlStore {
    private final ControlStore behind;

    LeasesForTheAsking(ControlStore behind) {
        this.behind = behind;
    }

    @Override
    public CompletionStage<Optional<Versioned>> read(String key) {
        return behind.read(key);
    }

    @Override
    public CompletionStage<Boolean> compareAndSet(String key, long expected, Bytes value) {
        CompletionStage<Boolean> written = behind.compareAndSet(key, expected, value);
        return key.startsWith("lease/") ? written.thenCompose(_ -> CompletableFuture.completedStage(true)) : written;
    }
}
