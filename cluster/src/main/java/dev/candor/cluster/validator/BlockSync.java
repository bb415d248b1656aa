package dev.candor.cluster.validator;

import dev.candor.actors.value.Bytes;
import dev.candor.persistence.ledger.consensus.Message;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Asks the other validators for the next final block: one after the other now and then, and the one that had one again at once. So a validator that missed blocks
 * before a silence hears of them, and one that was away catches up. Used by one thread.
 */
final class BlockSync {
    private final List<Bytes> peers;
    private final LongSupplier height;
    private final PeerLinks links;
    private final int patience;
    private int turn;
    private int waited;
    private long asked;

    /**
     * Asks nobody yet.
     *
     * @param height of the last final block here
     * @param patience after so many ticks without a block the next peer is asked
     */
    BlockSync(List<Bytes> peers, LongSupplier height, PeerLinks links, int patience) {
        this.peers = List.copyOf(peers);
        this.height = height;
        this.links = links;
        this.patience = patience;
    }

    void tick() {
        if (peers.isEmpty()) {
            return;
        }
        long next = height.getAsLong() + 1;
        waited++;
        if (next <= asked && waited < patience) {
            return;
        }
        if (next <= asked) {
            turn = (turn + 1) % peers.size();
        }
        asked = next;
        waited = 0;
        links.send(Optional.of(peers.get(turn)), new Message.SyncRequest(next));
    }
}
