package dev.candor.cluster.evm;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.control.ControlStore;
import dev.candor.persistence.control.ControlStore.Versioned;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The next nonce of each signer, in the journal's own store: a transaction counts once on all nodes of the network, also after a restart. The last one of a signer may
 * come again, for a client that did not hear that it was taken. Thread-safe; never blocks.
 */
final class EvmNonces {
    private static final int ROUNDS = 8;
    private static final Duration COME_BACK = Duration.ofMillis(500);

    private final ControlStore store;

    EvmNonces(ControlStore store) {
        this.store = store;
    }

    /** What a transaction's nonce is found to be. */
    enum Taken {
        /** It was the next one, and is used up now, durably. */
        NEW,
        /** This very transaction was the signer's last. */
        AGAIN
    }

    private record Entry(long next, Digest last) {
        private static final Entry NONE = new Entry(0, Digest.ZERO);

        static Entry of(Optional<Versioned> found) {
            if (found.isEmpty()) {
                return NONE;
            }
            ByteBuffer in = found.get().value().asBuffer();
            long next = in.getLong();
            return new Entry(next, Digest.read(in));
        }

        Bytes bytes() {
            return Bytes.wrap(ByteBuffer.allocate(Long.BYTES + Digest.SIZE)
                    .putLong(next)
                    .put(last.toArray())
                    .array());
        }
    }

    private static String key(Bytes signer) {
        return "evm-nonce/" + signer.toHex();
    }

    /** The next nonce of a signer. */
    CompletionStage<Long> next(Bytes signer) {
        return store.read(key(signer)).thenApply(found -> Entry.of(found).next());
    }

    /** Uses up a transaction's nonce; fails as CONFLICT where it is not the signer's next. */
    CompletionStage<Taken> take(EvmTransaction transaction) {
        return take(transaction, ROUNDS);
    }

    private CompletionStage<Taken> take(EvmTransaction transaction, int rounds) {
        String key = key(transaction.signer());
        return store.read(key).thenCompose(found -> {
            Entry entry = Entry.of(found);
            if (entry.last().equals(transaction.hash())) {
                return CompletableFuture.completedStage(Taken.AGAIN);
            }
            if (transaction.nonce() != entry.next()) {
                return CompletableFuture.failedStage(wrong(transaction.nonce(), entry.next()));
            }
            return store.compareAndSet(
                            key,
                            found.map(Versioned::version).orElse(0L),
                            new Entry(entry.next() + 1, transaction.hash()).bytes())
                    .thenCompose(written -> {
                        if (written) {
                            return CompletableFuture.completedStage(Taken.NEW);
                        }
                        return rounds == 0 ? CompletableFuture.failedStage(crowded()) : take(transaction, rounds - 1);
                    });
        });
    }

    private static RefusedException wrong(long nonce, long next) {
        return new RefusedException(
                ErrorCode.CONFLICT,
                (nonce < next ? "nonce too low" : "nonce too high") + ": next nonce " + next + ", tx nonce " + nonce);
    }

    private static RefusedException crowded() {
        return new RefusedException(Refusal.retryable(
                ErrorCode.OVERLOADED, "this signer sends too much at once; send it again", COME_BACK));
    }
}
