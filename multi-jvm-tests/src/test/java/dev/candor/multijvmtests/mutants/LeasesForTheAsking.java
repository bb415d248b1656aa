package dev.candor.multijvmtests.mutants;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.persistence.control.ControlStore;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** A store in which every lease was given back and can be had: whoever asks believes that it is the owner. */
final class LeasesForTheAsking implements ControlStore {
    private static final String LEASE = "lease/";
    private static final int VERSION = 1;

    private final ControlStore behind;

    LeasesForTheAsking(ControlStore behind) {
        this.behind = behind;
    }

    @Override
    public CompletionStage<Optional<Versioned>> read(String key) {
        CompletionStage<Optional<Versioned>> found = behind.read(key);
        return key.startsWith(LEASE) ? found.thenApply(record -> record.map(LeasesForTheAsking::givenBack)) : found;
    }

    @Override
    public CompletionStage<Boolean> compareAndSet(String key, long expected, Bytes value) {
        CompletionStage<Boolean> written = behind.compareAndSet(key, expected, value);
        return key.startsWith(LEASE) ? written.thenApply(_ -> true) : written;
    }

    private static Versioned givenBack(Versioned record) {
        CanonicalReader in = new CanonicalReader(record.value());
        in.u8("version of the lease");
        in.text("owner");
        long epoch = in.i64("epoch");
        return new Versioned(
                record.version(),
                new CanonicalWriter(32).u8(VERSION).text("").i64(epoch).i64(0).toBytes());
    }
}
