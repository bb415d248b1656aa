package dev.candor.cluster.validator;

import dev.candor.actors.value.Bytes;
import dev.candor.persistence.ledger.consensus.Message;
import dev.candor.persistence.ledger.tx.Transaction;
import dev.candor.persistence.ledger.validator.Peers;
import dev.candor.persistence.ledger.wire.PeerCodec;
import dev.candor.persistence.ledger.wire.PeerFrame;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import javax.net.ssl.SSLException;

/** The ways to all other validators. Thread-safe; never blocks. */
final class PeerLinks implements Peers, AutoCloseable {
    private final Map<Bytes, PeerLink> links = new LinkedHashMap<>();

    PeerLinks(PeerIdentity self, List<PeerAddress> peers, ScheduledExecutorService timer) throws SSLException {
        for (PeerAddress peer : peers) {
            links.put(peer.key(), new PeerLink(peer, self.toward(peer.key()), timer));
        }
    }

    @Override
    public void send(Optional<Bytes> to, Message message) {
        Bytes frame = PeerCodec.encode(new PeerFrame.Said(message));
        if (to.isPresent()) {
            PeerLink link = links.get(to.get());
            if (link != null) {
                link.send(frame);
            }
        } else {
            links.values().forEach(each -> each.send(frame));
        }
    }

    /** Lets the others know of a transaction. */
    void pass(Transaction.Signed transaction) {
        Bytes frame = PeerCodec.encode(new PeerFrame.Passed(transaction));
        links.values().forEach(each -> each.send(frame));
    }

    @Override
    public void close() {
        links.values().forEach(PeerLink::close);
    }
}
