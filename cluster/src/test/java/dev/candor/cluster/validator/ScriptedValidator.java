package dev.candor.cluster.validator;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.MalformedBytesException;
import dev.candor.persistence.ledger.consensus.Message;
import dev.candor.persistence.ledger.state.StateKey;
import dev.candor.persistence.ledger.stats.LedgerStats;
import dev.candor.persistence.ledger.stats.MemoryFigures;
import dev.candor.persistence.ledger.stats.StatsJson;
import dev.candor.persistence.ledger.tx.Transaction;
import dev.candor.persistence.ledger.wire.Holdings;
import dev.candor.persistence.ledger.wire.HoldingsCodec;
import dev.candor.persistence.ledger.wire.QueryCodec;
import dev.candor.persistence.ledger.wire.Standing;
import dev.candor.persistence.ledger.wire.Submitted;
import io.grpc.ServerServiceDefinition;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;

/** Answers as a test says, with a key of its own behind a real door. */
final class ScriptedValidator implements AutoCloseable {
    volatile List<Message.Decided> blocks = List.of();
    volatile Supplier<Bytes> figures = () -> StatsJson.write(LedgerStats.of(new MemoryFigures()));

    volatile Function<List<StateKey>, Holdings> holdings = _ -> {
        throw new MalformedBytesException("there is no block yet");
    };
    volatile Function<Transaction.Signed, CompletableFuture<Submitted>> submitted =
            _ -> CompletableFuture.completedFuture(new Submitted.Refused("nothing is taken"));

    /** How often it was asked what the ledger holds. */
    final AtomicInteger looked = new AtomicInteger();

    /** How often it was asked for blocks. */
    final AtomicInteger read = new AtomicInteger();

    private final PeerAddress address;
    private final LedgerDoor door;

    ScriptedValidator(PeerIdentity self) throws IOException {
        ServerServiceDefinition.Builder service = ServerServiceDefinition.builder(LedgerMethods.VALIDATOR);
        LedgerDoor.answer(service, LedgerMethods.STANDING, _ -> now(QueryCodec.encode(standing())));
        LedgerDoor.answer(
                service, LedgerMethods.BLOCKS, bytes -> now(QueryCodec.encode(from(QueryCodec.height(bytes)))));
        LedgerDoor.answer(
                service, LedgerMethods.BLOCK_OF, bytes -> now(QueryCodec.encode(of(QueryCodec.place(bytes)))));
        LedgerDoor.answer(service, LedgerMethods.STATS, _ -> now(figures.get()));
        LedgerDoor.answer(service, LedgerMethods.HOLDINGS, bytes -> {
            looked.incrementAndGet();
            return now(HoldingsCodec.encode(holdings.apply(HoldingsCodec.keys(bytes))));
        });
        LedgerDoor.answer(
                service,
                LedgerMethods.SUBMIT,
                bytes -> submitted.apply(QueryCodec.transaction(bytes)).thenApply(QueryCodec::encode));
        door = LedgerDoor.open(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), self, _ -> true, List.of(service.build()));
        address = new PeerAddress(self.publicKey(), "127.0.0.1", door.port());
    }

    private static CompletableFuture<Bytes> now(Bytes bytes) {
        return CompletableFuture.completedFuture(bytes);
    }

    private Standing standing() {
        return new Standing(Digest.ZERO, blocks.size(), Digest.ZERO, Digest.ZERO, 0, Optional.empty());
    }

    private List<Message.Decided> from(long height) {
        read.incrementAndGet();
        return blocks.stream().skip(Math.max(0, height - 1)).limit(1).toList();
    }

    /** The last of its blocks that moves the partition: it is for the client to see whether it moves it far enough. */
    private List<Message.Decided> of(QueryCodec.Place place) {
        return blocks.reversed().stream()
                .filter(each -> each.block().body().advances().stream()
                        .anyMatch(advance -> advance.partition() == place.partition()))
                .limit(1)
                .toList();
    }

    PeerAddress address() {
        return address;
    }

    @Override
    public void close() {
        door.close();
    }
}
