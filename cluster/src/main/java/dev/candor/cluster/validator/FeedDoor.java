package dev.candor.cluster.validator;

import dev.candor.actors.value.Bytes;
import dev.candor.persistence.ledger.LedgerGenesis;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Where a serving node has partitions' events for validators, and for nobody else. */
public final class FeedDoor implements AutoCloseable {
    private final LedgerDoor door;

    private FeedDoor(LedgerDoor door) {
        this.door = door;
    }

    /** Starts to listen; port 0 takes a free one. */
    public static FeedDoor open(
            String host,
            int port,
            PeerIdentity self,
            List<PeerAddress> validators,
            LedgerGenesis genesis,
            EventSource source)
            throws IOException {
        Set<Bytes> known = validators.stream().map(PeerAddress::key).collect(Collectors.toSet());
        known.addAll(genesis.validators().keys());
        return new FeedDoor(LedgerDoor.open(
                new InetSocketAddress(host, port), self, known::contains, List.of(LedgerDoor.feed(source))));
    }

    /** The port that it listens on. */
    public int port() {
        return door.port();
    }

    @Override
    public void close() {
        door.close();
    }
}
