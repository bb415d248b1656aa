package dev.candor.cluster.validator;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.wire.MalformedBytesException;
import dev.candor.persistence.ledger.LedgerGenesis;
import dev.candor.persistence.ledger.block.BlockHeader;
import dev.candor.persistence.ledger.consensus.Message;
import dev.candor.persistence.ledger.light.BlockVerifier;
import dev.candor.persistence.ledger.light.ProvenState;
import dev.candor.persistence.ledger.state.StateKey;
import dev.candor.persistence.ledger.state.StateView;
import dev.candor.persistence.ledger.vote.Ed25519Signatures;
import dev.candor.persistence.ledger.vote.ValidatorSet;
import dev.candor.persistence.ledger.wire.Holdings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks validators which block made an event final, one after the other, and believes none of them: a block counts by its certificate. One that lies can at most
 * say that there is no block yet, and then the others are asked too. Calls block. Thread-safe.
 */
public final class FinalityClient implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FinalityClient.class);
    private static final int MOST_CHANGES = 64;

    private final List<LedgerClient> clients;
    private final BlockVerifier verifier;

    private FinalityClient(List<LedgerClient> clients, BlockVerifier verifier) {
        this.clients = List.copyOf(clients);
        this.verifier = verifier;
    }

    /** Asks {@code validators} about the ledger of {@code genesis}. */
    public static FinalityClient of(PeerIdentity self, List<PeerAddress> validators, LedgerGenesis genesis)
            throws IOException {
        List<LedgerClient> clients = new ArrayList<>();
        for (PeerAddress each : validators) {
            clients.add(LedgerClient.of(self, each));
        }
        return new FinalityClient(clients, new BlockVerifier(genesis, new Ed25519Signatures()));
    }

    /**
     * The block that made an event final; empty where whoever answers knows of none.
     *
     * @throws IOException where nobody answers, or those who do answer what does not hold
     */
    public Optional<Message.Decided> blockOf(int partition, long sequenceNr) throws IOException {
        IOException failure = new IOException("no validator is known");
        boolean answered = false;
        for (LedgerClient each : clients) {
            try {
                Optional<Message.Decided> found = each.blockOf(partition, sequenceNr);
                if (found.isPresent()) {
                    check(each, found.get(), partition, sequenceNr);
                    return found;
                }
                answered = true;
            } catch (IOException e) {
                failure = e;
            }
        }
        if (!answered) {
            throw failure;
        }
        return Optional.empty();
    }

    /** The validators of the latest block that this client followed. */
    ValidatorSet committee() {
        return verifier.validators();
    }

    /** Those of them whom this client knows, each once. */
    List<LedgerClient> members() {
        ValidatorSet committee = committee();
        Map<Bytes, LedgerClient> members = new LinkedHashMap<>();
        for (LedgerClient each : clients) {
            if (committee.indexOf(each.peer().key()) >= 0) {
                members.putIfAbsent(each.peer().key(), each);
            }
        }
        return List.copyOf(members.values());
    }

    /** What the ledger holds under some keys after the block that a validator holds for its last, with the proof checked. */
    StateView prove(LedgerClient by, List<StateKey> keys, Duration limit) throws IOException {
        Holdings holdings = by.holdings(keys, limit);
        learnUpTo(by, holdings.header());
        try {
            return ProvenState.of(verifier, keys, holdings);
        } catch (MalformedBytesException e) {
            throw new IOException("validator " + by.peer() + " proves nothing: " + e.getMessage(), e);
        }
    }

    /** Takes up what changes of the validators there are; whoever does not answer, or with what does not hold, is passed over. */
    void follow() {
        for (LedgerClient each : clients) {
            try {
                long height = each.standing().height();
                if (height > 0) {
                    learnUpTo(each, header(each, height));
                }
            } catch (IOException e) {
                LOG.debug("Nothing is learned of validator {}", each.peer(), e);
            }
        }
    }

    private void learnUpTo(LedgerClient by, BlockHeader header) throws IOException {
        for (int i = 0; i < MOST_CHANGES && !verifier.knows(header); i++) {
            learn(by, header.height());
        }
    }

    private void check(LedgerClient by, Message.Decided found, int partition, long sequenceNr) throws IOException {
        BlockHeader header = found.block().header();
        learnUpTo(by, header);
        Optional<String> defect = verifier.defect(found);
        if (defect.isEmpty()
                && found.block().body().advances().stream()
                        .noneMatch(each -> each.partition() == partition && each.sequenceNr() >= sequenceNr)) {
            defect = Optional.of("it does not take in event " + sequenceNr + " of partition " + partition);
        }
        if (defect.isPresent()) {
            throw new IOException(
                    "validator " + by.peer() + " says that block " + header.height() + " is final: " + defect.get());
        }
    }

    /** Finds the next change of the validators up to a height, by bisection over what blocks name, and follows it. */
    private void learn(LedgerClient by, long height) throws IOException {
        long known = verifier.latest();
        long other = height;
        if (known >= other || !verifier.knows(header(by, known))) {
            throw new IOException("validator " + by.peer() + " names validators of block " + height
                    + " to whom no certified change leads");
        }
        while (other - known > 1) {
            long middle = known + (other - known) / 2;
            if (verifier.knows(header(by, middle))) {
                known = middle;
            } else {
                other = middle;
            }
        }
        Optional<String> defect = verifier.follow(block(by, known));
        if (defect.isPresent()) {
            throw new IOException(
                    "validator " + by.peer() + " changes the validators after block " + known + ": " + defect.get());
        }
    }

    private static BlockHeader header(LedgerClient by, long height) throws IOException {
        return block(by, height).block().header();
    }

    private static Message.Decided block(LedgerClient by, long height) throws IOException {
        return by.blocks(height).stream()
                .findFirst()
                .filter(each -> each.block().header().height() == height)
                .orElseThrow(() -> new IOException("validator " + by.peer() + " has no block " + height));
    }

    @Override
    public void close() {
        clients.forEach(LedgerClient::close);
    }
}
