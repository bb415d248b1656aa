package dev.candor.cluster.validator;

import dev.candor.actors.value.Bytes;
import dev.candor.persistence.ledger.LedgerGenesis;
import dev.candor.persistence.ledger.validator.Validator;
import dev.candor.persistence.ledger.vote.Signatures;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** Where the operators of a single node's ledger hand in transactions, as at any validator; nobody else comes in. */
public final class OperatorDoor implements AutoCloseable {
    private final LedgerDoor door;
    private final PeerLinks none;
    private final FiguresDesk figures;
    private final ScheduledExecutorService timer;

    private OperatorDoor(LedgerDoor door, PeerLinks none, FiguresDesk figures, ScheduledExecutorService timer) {
        this.door = door;
        this.none = none;
        this.figures = figures;
        this.timer = timer;
    }

    /** Starts to listen; port 0 takes a free one. */
    public static OperatorDoor open(
            String host, int port, PeerIdentity self, Validator validator, LedgerGenesis genesis, Signatures signatures)
            throws IOException {
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("candor-operator-door").daemon().factory());
        PeerLinks none = new PeerLinks(self, List.of(), timer);
        FiguresDesk figures = new FiguresDesk(() -> validator.ledger().height(), validator::stats);
        try {
            return new OperatorDoor(
                    LedgerDoor.open(
                            new InetSocketAddress(host, port),
                            self,
                            genesis.operators()::contains,
                            List.of(new ValidatorService(validator, none, signatures, (Bytes _) -> false, figures)
                                    .definition())),
                    none,
                    figures,
                    timer);
        } catch (IOException e) {
            figures.close();
            timer.shutdownNow();
            throw e;
        }
    }

    /** The port that it listens on. */
    public int port() {
        return door.port();
    }

    @Override
    public void close() {
        door.close();
        none.close();
        figures.close();
        timer.shutdownNow();
    }
}
