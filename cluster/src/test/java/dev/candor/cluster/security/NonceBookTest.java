package dev.candor.cluster.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.control.ControlStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class NonceBookTest {
    private static final Bytes SIGNER = Bytes.ofHex("aa".repeat(20));
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.ofEpochSecond(1000));
    private final MemoryControl store = new MemoryControl();

    private static Digest nonce(int number) {
        return Digest.sha256(Bytes.wrap(new byte[] {(byte) number, (byte) (number >> 8)}));
    }

    private static boolean taken(CompletionStage<Void> use) throws Exception {
        try {
            use.toCompletableFuture().get(60, TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException e) {
            return false;
        }
    }

    private boolean use(int number, long deadline) throws Exception {
        return taken(new NonceBook(store, now::get).use(SIGNER, nonce(number), deadline));
    }

    @Test
    void takesEachNonceOnce() throws Exception {
        assertThat(use(1, 1010)).isTrue();
        assertThat(use(2, 1010)).isTrue();
        assertThat(use(1, 1010)).isFalse();
        assertThat(use(1, 1050)).isFalse();
    }

    @Test
    void forgetsANonceOnlyWhenNoClockCouldTakeItAgain() throws Exception {
        use(1, 1010);
        now.set(Instant.ofEpochSecond(1010 + NonceBook.MARGIN.toSeconds()));
        assertThat(use(1, 1010)).isFalse();
        now.set(Instant.ofEpochSecond(1011 + NonceBook.MARGIN.toSeconds()));
        assertThat(use(1, 2000)).isTrue();
    }

    @Test
    void hasNoRoomForMoreLiveNoncesThanItsBound() throws Exception {
        for (int i = 0; i < NonceBook.MOST; i++) {
            assertThat(use(i, 1010)).isTrue();
        }
        assertThat(use(NonceBook.MOST, 1010)).isFalse();
        now.set(Instant.ofEpochSecond(1011 + NonceBook.MARGIN.toSeconds()));
        assertThat(use(NonceBook.MOST, 2000)).isTrue();
    }

    /** Many threads of two nodes try the same nonces: each is taken by exactly one of them. */
    @Test
    void isTakenOnceByAllNodesTogether() throws Exception {
        try (var threads = Executors.newFixedThreadPool(4)) {
            assertThat(winners(store, threads)).isEqualTo(40);
        }
    }

    /** The check above would see a store that takes any write: a book over it takes nonces twice. */
    @Test
    void withoutCompareAndSetNoncesAreTakenTwice() throws Exception {
        ControlStore broken = new ControlStore() {
            @Override
            public CompletionStage<Optional<Versioned>> read(String key) {
                return CompletableFuture.completedStage(Optional.empty());
            }

            @Override
            public CompletionStage<Boolean> compareAndSet(String key, long expected, Bytes value) {
                return CompletableFuture.completedStage(true);
            }
        };
        assertThat(winners(broken, Runnable::run)).isGreaterThan(40);
    }

    private int winners(ControlStore over, Executor threads) throws Exception {
        ControlStore elsewhere = new ControlStore() {
            @Override
            public CompletionStage<Optional<Versioned>> read(String key) {
                return CompletableFuture.supplyAsync(() -> key, threads).thenCompose(over::read);
            }

            @Override
            public CompletionStage<Boolean> compareAndSet(String key, long expected, Bytes value) {
                return CompletableFuture.supplyAsync(() -> key, threads)
                        .thenCompose(same -> over.compareAndSet(same, expected, value));
            }
        };
        NonceBook one = new NonceBook(elsewhere, now::get);
        NonceBook other = new NonceBook(elsewhere, now::get);
        List<CompletionStage<Void>> uses = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            uses.add(one.use(SIGNER, nonce(i), 1010));
            uses.add(other.use(SIGNER, nonce(i), 1010));
        }
        int won = 0;
        for (CompletionStage<Void> use : uses) {
            won += taken(use) ? 1 : 0;
        }
        return won;
    }
}
