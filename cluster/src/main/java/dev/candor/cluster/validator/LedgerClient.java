package dev.candor.cluster.validator;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.MalformedBytesException;
import dev.candor.persistence.ledger.block.Segment;
import dev.candor.persistence.ledger.consensus.Message;
import dev.candor.persistence.ledger.state.StateKey;
import dev.candor.persistence.ledger.stats.LedgerStats;
import dev.candor.persistence.ledger.stats.StatsJson;
import dev.candor.persistence.ledger.tx.Transaction;
import dev.candor.persistence.ledger.wire.Holdings;
import dev.candor.persistence.ledger.wire.HoldingsCodec;
import dev.candor.persistence.ledger.wire.Position;
import dev.candor.persistence.ledger.wire.QueryCodec;
import dev.candor.persistence.ledger.wire.Standing;
import dev.candor.persistence.ledger.wire.Submitted;
import io.grpc.CallOptions;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Asks one process of the ledger's network. Calls block until the answer is there, for their limit at most; nothing in an answer is checked here. Thread-safe. */
public final class LedgerClient implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final PeerAddress peer;
    private final ManagedChannel channel;

    private LedgerClient(PeerAddress peer, ManagedChannel channel) {
        this.peer = peer;
        this.channel = channel;
    }

    /** A client that has not connected yet. */
    public static LedgerClient of(PeerIdentity self, PeerAddress peer) throws IOException {
        return new LedgerClient(peer, PeerLink.channel(peer, self.toward(peer.key())));
    }

    /** As above with another idea of whom to trust. */
    static LedgerClient trusting(PeerIdentity self, PeerAddress peer, PeerTrust trust) throws IOException {
        return new LedgerClient(peer, PeerLink.channel(peer, self.toward(trust)));
    }

    /** Who is asked. */
    public PeerAddress peer() {
        return peer;
    }

    /** Where a validator stands. */
    public Standing standing() throws IOException {
        return call(LedgerMethods.STANDING, Bytes.EMPTY, LIMIT, QueryCodec::standing);
    }

    /** Blocks that a validator holds for final, from a height on. */
    public List<Message.Decided> blocks(long from) throws IOException {
        return call(LedgerMethods.BLOCKS, QueryCodec.encode(from), LIMIT, QueryCodec::blocks);
    }

    /** The block that a validator says made an event final. */
    public Optional<Message.Decided> blockOf(int partition, long sequenceNr) throws IOException {
        return call(
                        LedgerMethods.BLOCK_OF,
                        QueryCodec.encode(new QueryCodec.Place(partition, sequenceNr)),
                        LIMIT,
                        QueryCodec::blocks)
                .stream()
                .findFirst();
    }

    /** The nonce of an account's next transaction. */
    public long nonce(Digest account) throws IOException {
        return call(LedgerMethods.NONCE, QueryCodec.encode(account), LIMIT, QueryCodec::height);
    }

    /** The public figures that a validator states. */
    public LedgerStats stats() throws IOException {
        return call(LedgerMethods.STATS, Bytes.EMPTY, LIMIT, StatsJson::read);
    }

    /** What a validator says that the ledger holds under some keys. */
    Holdings holdings(List<StateKey> keys, Duration limit) throws IOException {
        return call(LedgerMethods.HOLDINGS, HoldingsCodec.encode(keys), limit, HoldingsCodec::holdings);
    }

    /** Hands a transaction in and waits until it is in a final block, or refused. */
    public Submitted submit(Transaction.Signed transaction, Duration limit) throws IOException {
        return call(LedgerMethods.SUBMIT, QueryCodec.encode(transaction), limit, QueryCodec::submitted);
    }

    /** Events behind these positions. */
    public List<Segment> events(List<Position> positions) throws IOException {
        return call(LedgerMethods.EVENTS, QueryCodec.encodePositions(positions), LIMIT, QueryCodec::events);
    }

    private <T> T call(MethodDescriptor<Bytes, Bytes> method, Bytes request, Duration limit, Function<Bytes, T> read)
            throws IOException {
        if (channel.getState(true) == ConnectivityState.TRANSIENT_FAILURE) {
            channel.resetConnectBackoff();
        }
        try {
            return read.apply(ClientCalls.blockingUnaryCall(
                    channel,
                    method,
                    CallOptions.DEFAULT.withDeadlineAfter(limit.toMillis(), TimeUnit.MILLISECONDS),
                    request));
        } catch (StatusRuntimeException e) {
            throw new IOException("the process " + peer + " does not answer: " + PeerLink.sentence(e.getStatus()), e);
        } catch (MalformedBytesException e) {
            throw new IOException("the process " + peer + " answers what cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        var _ = channel.shutdownNow();
    }
}
