package dev.candor.cluster.validator;

import dev.candor.actors.value.Bytes;
import dev.candor.persistence.ledger.wire.PeerCodec;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.SslContext;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to one other validator: frames wait in a bounded queue, the oldest goes where it is full, and a lost connection is made again. What was under way then is
 * lost: the consensus says everything again that still matters. Thread-safe; never blocks.
 */
final class PeerLink implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PeerLink.class);
    private static final int MOST_FRAMES = 1_024;
    private static final long MOST_BYTES = 2L * PeerCodec.MOST_BYTES;
    private static final long AGAIN_MILLIS = 250;

    private final PeerAddress to;
    private final ManagedChannel channel;
    private final ScheduledExecutorService timer;
    private final Deque<Bytes> queue = new ArrayDeque<>();
    private long bytes;
    private long dropped;
    private @Nullable ClientCall<Bytes, Bytes> call;
    private boolean closed;

    PeerLink(PeerAddress to, SslContext tls, ScheduledExecutorService timer) {
        this.to = to;
        this.timer = timer;
        channel = channel(to, tls);
        begin();
        var _ = timer.scheduleWithFixedDelay(this::hurry, AGAIN_MILLIS, AGAIN_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** A channel to a process of the ledger's network. */
    static ManagedChannel channel(PeerAddress to, SslContext tls) {
        return NettyChannelBuilder.forAddress(to.host(), to.port())
                .sslContext(tls)
                .maxInboundMessageSize(PeerCodec.MOST_BYTES)
                .maxInboundMetadataSize(16 << 10)
                .keepAliveTime(10, TimeUnit.SECONDS)
                .keepAliveTimeout(5, TimeUnit.SECONDS)
                .keepAliveWithoutCalls(true)
                .build();
    }

    /** A status in one line. */
    static String sentence(Status status) {
        Throwable cause = status.getCause();
        return status.getCode()
                + (status.getDescription() == null ? "" : ", " + status.getDescription())
                + (cause == null
                        ? ""
                        : ", "
                                + String.valueOf(cause.getMessage())
                                        .lines()
                                        .findFirst()
                                        .orElse(""));
    }

    /** Says something. */
    synchronized void send(Bytes frame) {
        if (closed) {
            return;
        }
        queue.add(frame);
        bytes += frame.length();
        while (queue.size() > MOST_FRAMES || (bytes > MOST_BYTES && queue.size() > 1)) {
            bytes -= queue.remove().length();
            dropped++;
        }
        drain();
    }

    /** How many frames were thrown away because the peer did not take them. */
    synchronized long dropped() {
        return dropped;
    }

    /** How many frames wait. */
    synchronized int waiting() {
        return queue.size();
    }

    private synchronized void begin() {
        if (closed) {
            return;
        }
        ClientCall<Bytes, Bytes> fresh = channel.newCall(LedgerMethods.SAY, CallOptions.DEFAULT.withWaitForReady());
        call = fresh;
        fresh.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onReady() {
                        drain();
                    }

                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        ended(fresh, status);
                    }
                },
                new Metadata());
        fresh.request(1);
    }

    private synchronized void drain() {
        ClientCall<Bytes, Bytes> now = call;
        while (now != null && !queue.isEmpty() && now.isReady()) {
            Bytes frame = queue.remove();
            bytes -= frame.length();
            now.sendMessage(frame);
        }
    }

    private synchronized void ended(ClientCall<Bytes, Bytes> which, Status status) {
        if (closed || !Objects.equals(call, which)) {
            return;
        }
        call = null;
        LOG.info("The connection to validator {} ended: {}", to, sentence(status));
        try {
            var _ = timer.schedule(this::begin, AGAIN_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("The validator has stopped", e);
        }
    }

    /** Tries again at once what gRPC would put off for up to two minutes. */
    private void hurry() {
        if (channel.getState(true) == ConnectivityState.TRANSIENT_FAILURE) {
            channel.resetConnectBackoff();
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            queue.clear();
        }
        var _ = channel.shutdownNow();
    }
}
