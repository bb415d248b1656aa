package dev.candor.cluster.security;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.control.ControlStore;
import dev.candor.persistence.control.ControlStore.Versioned;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Which nonces of signed requests were used, one record a signer in the journal's own store: what one node took, no other takes, also after a restart. A record
 * holds the nonces whose deadlines have not passed, and {@link #MARGIN} longer, since nodes' clocks differ; a signer has so many of them at a time and no more.
 *
 * <p>Requests of one signer that come while a write is under way share the next. Thread-safe; never blocks.
 */
public final class NonceBook {
    /** Live nonces of one signer. */
    static final int MOST = 1024;

    /** How far behind the fastest clock a node's may be. */
    static final Duration MARGIN = Duration.ofSeconds(60);

    private static final int PART = 16;
    private static final int ENTRY = PART + Long.BYTES;
    private static final int ROUNDS = 16;
    private static final Duration COME_BACK = Duration.ofSeconds(1);

    private final ControlStore store;
    private final InstantSource clock;
    private final Map<Bytes, List<Wish>> waiting = new HashMap<>();

    private record Wish(Bytes nonce, long deadline, CompletableFuture<Void> done) {}

    /** Over a store. */
    public NonceBook(ControlStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /** Uses up a nonce; fails as UNAUTHENTICATED where it was used before. When the stage completes, the use is durable. */
    public CompletionStage<Void> use(Bytes signer, Digest nonce, long deadline) {
        Wish wish = new Wish(nonce.toBytes().slice(0, PART), deadline, new CompletableFuture<>());
        synchronized (waiting) {
            List<Wish> queue = waiting.get(signer);
            if (queue != null) {
                if (queue.size() >= MOST) {
                    return CompletableFuture.failedStage(crowded());
                }
                queue.add(wish);
                return wish.done();
            }
            waiting.put(signer, new ArrayList<>());
        }
        write(signer, List.of(wish), ROUNDS);
        return wish.done();
    }

    private void write(Bytes signer, List<Wish> wishes, int rounds) {
        String key = "nonces/" + signer.toHex();
        store.read(key)
                .thenCompose(found -> {
                    Map<Bytes, Long> live = live(found);
                    List<Wish> taken = new ArrayList<>();
                    for (Wish wish : wishes) {
                        if (live.containsKey(wish.nonce())) {
                            var _ = wish.done()
                                    .completeExceptionally(
                                            new RefusedException(
                                                    ErrorCode.UNAUTHENTICATED,
                                                    "this nonce was used already; a signed request counts once: sign it again with another nonce"));
                        } else if (live.size() >= MOST) {
                            var _ = wish.done().completeExceptionally(crowded());
                        } else {
                            live.put(wish.nonce(), wish.deadline());
                            taken.add(wish);
                        }
                    }
                    return taken.isEmpty()
                            ? CompletableFuture.completedStage(List.<Wish>of())
                            : store.compareAndSet(
                                            key, found.map(Versioned::version).orElse(0L), encode(live))
                                    .thenApply(written -> {
                                        if (!written) {
                                            return taken;
                                        }
                                        taken.forEach(wish -> {
                                            var _ = wish.done().complete(null);
                                        });
                                        return List.<Wish>of();
                                    });
                })
                .whenComplete((left, failure) -> {
                    if (failure != null) {
                        wishes.forEach(wish -> {
                            var _ = wish.done().completeExceptionally(unknown());
                        });
                        next(signer);
                    } else if (left.isEmpty()) {
                        next(signer);
                    } else if (rounds == 0) {
                        left.forEach(wish -> {
                            var _ = wish.done().completeExceptionally(unknown());
                        });
                        next(signer);
                    } else {
                        write(signer, left, rounds - 1);
                    }
                });
    }

    private void next(Bytes signer) {
        List<Wish> wishes;
        synchronized (waiting) {
            wishes = waiting.getOrDefault(signer, List.of());
            if (wishes.isEmpty()) {
                waiting.remove(signer);
                return;
            }
            waiting.put(signer, new ArrayList<>());
        }
        write(signer, wishes, ROUNDS);
    }

    private Map<Bytes, Long> live(Optional<Versioned> found) {
        Map<Bytes, Long> live = new LinkedHashMap<>();
        if (found.isPresent()) {
            long now = clock.instant().getEpochSecond() - MARGIN.toSeconds();
            ByteBuffer in = found.get().value().asBuffer();
            while (in.remaining() >= ENTRY) {
                byte[] nonce = new byte[PART];
                in.get(nonce);
                long deadline = in.getLong();
                if (deadline >= now) {
                    live.put(Bytes.wrap(nonce), deadline);
                }
            }
        }
        return live;
    }

    private static Bytes encode(Map<Bytes, Long> live) {
        ByteBuffer out = ByteBuffer.allocate(live.size() * ENTRY);
        live.forEach((nonce, deadline) -> {
            nonce.copyTo(out);
            out.putLong(deadline);
        });
        return Bytes.wrap(out.array());
    }

    private static RefusedException crowded() {
        return new RefusedException(Refusal.retryable(
                ErrorCode.RATE_LIMITED,
                "a signer has at most " + MOST
                        + " signed requests whose deadlines have not passed; sign nearer deadlines",
                COME_BACK));
    }

    private static RefusedException unknown() {
        return new RefusedException(Refusal.retryable(
                ErrorCode.JOURNAL_UNAVAILABLE,
                "the nonce could not be written down, so the request was not taken; sign it again with another nonce",
                COME_BACK));
    }
}
