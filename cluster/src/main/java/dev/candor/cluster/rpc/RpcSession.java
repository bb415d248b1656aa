package dev.candor.cluster.rpc;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.actors.gateway.Caller;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.cluster.http.WebSocketListener;
import dev.candor.cluster.http.WebSocketPeer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * JSON-RPC over one WebSocket: each message is an envelope, answered when it is done. At most {@link #MOST_UNDER_WAY} messages are under way, then no more are read;
 * at most {@link #MOST_SUBSCRIPTIONS} subscriptions are there, each with one reading of its value under way.
 */
public final class RpcSession implements WebSocketListener {
    /** Messages under way. */
    public static final int MOST_UNDER_WAY = 16;

    /** Subscriptions of a connection. */
    public static final int MOST_SUBSCRIPTIONS = 16;

    private final RpcService service;
    private final Caller caller;
    private final WebSocketPeer peer;
    private final Duration interval;
    private final Runnable onClosed;
    private final Map<String, Subscription> subscriptions = new HashMap<>();
    private final Set<Runnable> cancels = ConcurrentHashMap.newKeySet();
    private int underWay;
    private long named;
    private volatile boolean closed;

    /**
     * A session.
     *
     * @param interval between two readings of a subscription's value
     * @param onClosed runs once, when the connection is over
     */
    public RpcSession(RpcService service, Caller caller, WebSocketPeer peer, Duration interval, Runnable onClosed) {
        this.service = service;
        this.caller = caller;
        this.peer = peer;
        this.interval = interval;
        this.onClosed = onClosed;
    }

    @Override
    public void message(byte[] utf8) {
        underWay++;
        if (underWay == MOST_UNDER_WAY) {
            peer.pause();
        }
        Begun begun = new Begun();
        List<Runnable> own = new ArrayList<>();
        CompletableFuture<byte[]> answer = service.answer(
                utf8,
                utf8.length,
                caller,
                false,
                cancel -> {
                    own.add(cancel);
                    cancels.add(cancel);
                },
                Optional.of(begun));
        var _ = answer.thenAcceptAsync(
                json -> {
                    own.forEach(cancels::remove);
                    if (json.length > 0) {
                        peer.send(json);
                    }
                    begun.start();
                    if (underWay-- == MOST_UNDER_WAY) {
                        peer.resume();
                    }
                },
                peer.thread());
    }

    @Override
    public void closed() {
        closed = true;
        Collection<Subscription> open;
        synchronized (subscriptions) {
            open = List.copyOf(subscriptions.values());
            subscriptions.clear();
        }
        open.forEach(Subscription::stop);
        cancels.forEach(Runnable::run);
        onClosed.run();
    }

    /** The subscriptions that one message begins: they speak once it is answered. */
    private final class Begun implements Subscriptions {
        private final List<Subscription> begun = new ArrayList<>();

        @Override
        public CompletionStage<String> begin(Supplier<CompletionStage<JsonNode>> value) {
            Subscription subscription;
            synchronized (subscriptions) {
                if (subscriptions.size() >= MOST_SUBSCRIPTIONS) {
                    return CompletableFuture.failedStage(new RefusedException(
                            ErrorCode.OVERLOADED,
                            "a connection has at most " + MOST_SUBSCRIPTIONS + " subscriptions; end one first"));
                }
                subscription = new Subscription("0x" + Long.toHexString(++named), value);
                subscriptions.put(subscription.name, subscription);
                begun.add(subscription);
            }
            return subscription.first().thenApply(read -> subscription.name);
        }

        @Override
        public boolean end(String name) {
            Subscription ended;
            synchronized (subscriptions) {
                ended = subscriptions.remove(name);
            }
            if (ended != null) {
                ended.stop();
            }
            return ended != null;
        }

        private void start() {
            List<Subscription> all;
            synchronized (subscriptions) {
                all = List.copyOf(begun);
            }
            all.forEach(Subscription::start);
        }
    }

    /** One subscription. Its steps are for the connection's thread, but for the first reading. */
    private final class Subscription {
        private final String name;
        private final Supplier<CompletionStage<JsonNode>> value;
        private volatile JsonNode told = RpcJson.object();
        private volatile boolean over;

        private Subscription(String name, Supplier<CompletionStage<JsonNode>> value) {
            this.name = name;
            this.value = value;
        }

        private CompletionStage<JsonNode> first() {
            CompletionStage<JsonNode> read;
            try {
                read = value.get();
            } catch (RuntimeException e) {
                read = CompletableFuture.failedStage(e);
            }
            return read.whenComplete((json, failure) -> {
                if (failure == null) {
                    told = json;
                } else {
                    drop();
                }
            });
        }

        /** Tells the first value, then goes on. */
        private void start() {
            if (!over && !closed) {
                tell("result", told);
                later();
            }
        }

        private void later() {
            Executor delayed = CompletableFuture.delayedExecutor(interval.toNanos(), NANOSECONDS, peer.thread());
            delayed.execute(this::look);
        }

        private void look() {
            if (over || closed) {
                return;
            }
            CompletionStage<JsonNode> read;
            try {
                read = value.get();
            } catch (RuntimeException e) {
                read = CompletableFuture.failedStage(e);
            }
            var _ = read.whenCompleteAsync(
                    (json, failure) -> {
                        if (over || closed) {
                            return;
                        }
                        if (failure != null) {
                            tell("error", RpcError.of(failure, "a subscription").json());
                            drop();
                            return;
                        }
                        if (!json.equals(told)) {
                            told = json;
                            tell("result", json);
                        }
                        later();
                    },
                    peer.thread());
        }

        private void tell(String member, JsonNode json) {
            ObjectNode message = RpcJson.object().put("jsonrpc", "2.0").put("method", "candor_subscription");
            message.putObject("params").put("subscription", name).set(member, json);
            peer.send(RpcJson.bytes(message));
        }

        private void drop() {
            over = true;
            synchronized (subscriptions) {
                subscriptions.remove(name);
            }
        }

        private void stop() {
            over = true;
        }
    }
}
