package dev.candor.persistence.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.value.Bytes;
import dev.candor.persistence.control.ControlStore;
import dev.candor.persistence.control.ControlStore.Versioned;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What leases and the genesis record rely on; every kind of store runs it. */
public abstract class ControlStoreContract {
    private String key;

    /** The store under test; the same for all tests of a class. */
    protected abstract ControlStore store();

    @BeforeEach
    void newKey() {
        key = "contract/" + UUID.randomUUID();
    }

    @Test
    void hasNothingAtFirst() throws Exception {
        assertThat(await(store().read(key))).isEmpty();
    }

    @Test
    void createsARecordOnce() throws Exception {
        assertThat(await(store().compareAndSet(key, 0, bytes("first")))).isTrue();
        assertThat(await(store().compareAndSet(key, 0, bytes("second")))).isFalse();
        assertThat(await(store().read(key))).contains(new Versioned(1, bytes("first")));
    }

    @Test
    void countsVersions() throws Exception {
        for (int version = 0; version < 5; version++) {
            assertThat(await(store().compareAndSet(key, version, bytes("value " + version))))
                    .isTrue();
        }
        assertThat(await(store().read(key))).contains(new Versioned(5, bytes("value 4")));
    }

    @Test
    void refusesAnotherVersionThanTheRecordHas() throws Exception {
        assertThat(await(store().compareAndSet(key, 1, bytes("x"))))
                .as("there is none")
                .isFalse();
        assertThat(await(store().compareAndSet(key, 0, bytes("a")))).isTrue();
        assertThat(await(store().compareAndSet(key, 1, bytes("b")))).isTrue();
        assertThat(await(store().compareAndSet(key, 1, bytes("late"))))
                .as("behind")
                .isFalse();
        assertThat(await(store().compareAndSet(key, 3, bytes("early"))))
                .as("ahead")
                .isFalse();
        assertThat(await(store().read(key))).contains(new Versioned(2, bytes("b")));
    }

    @Test
    void keepsAnEmptyValue() throws Exception {
        assertThat(await(store().compareAndSet(key, 0, Bytes.EMPTY))).isTrue();
        assertThat(await(store().read(key))).contains(new Versioned(1, Bytes.EMPTY));
    }

    @Test
    void letsExactlyOneOfManyWin() throws Exception {
        for (long version = 0; version < 3; version++) {
            List<CompletionStage<Boolean>> attempts = new ArrayList<>();
            for (int writer = 0; writer < 8; writer++) {
                attempts.add(store().compareAndSet(key, version, bytes("writer " + writer)));
            }
            int won = 0;
            Bytes winner = Bytes.EMPTY;
            for (int writer = 0; writer < attempts.size(); writer++) {
                if (await(attempts.get(writer))) {
                    won++;
                    winner = bytes("writer " + writer);
                }
            }
            assertThat(won).isEqualTo(1);
            assertThat(await(store().read(key))).contains(new Versioned(version + 1, winner));
        }
    }

    private static Bytes bytes(String text) {
        return Bytes.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static <T> T await(CompletionStage<T> stage) throws Exception {
        CompletableFuture<T> future = stage.toCompletableFuture();
        return future.get(30, TimeUnit.SECONDS);
    }
}
