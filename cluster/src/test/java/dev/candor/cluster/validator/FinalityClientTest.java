package dev.candor.cluster.validator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.persistence.ledger.block.Block;
import dev.candor.persistence.ledger.block.BlockHeader;
import dev.candor.persistence.ledger.consensus.Message;
import dev.candor.persistence.ledger.vote.Certificate;
import dev.candor.persistence.ledger.vote.ValidatorSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A chain on which the validators change twice, told by validators of which some lie. */
@Timeout(300)
final class FinalityClientTest {
    private static final int BLOCKS = 25;
    private static final int LAST_EVENT = 23;

    @TempDir
    private Path folder;

    private ValidatorFixture network;
    private CertifiedChain chain;
    private final List<AutoCloseable> open = new ArrayList<>();

    /** Blocks 2 to 6 by the first, 7 to 15 by the second, 16 to 25 by the third validators. */
    @BeforeEach
    void begin() throws Exception {
        network = new ValidatorFixture(folder);
        chain = new CertifiedChain(network).operator(network.registerExecutor());
        receiptsUpTo(5);
        PeerIdentity fifth = network.identity("validator-4", 14);
        PeerIdentity sixth = network.identity("validator-5", 15);
        chain.change(List.of(network.keys.get(0), network.keys.get(1), network.keys.get(2), fifth));
        receiptsUpTo(14);
        chain.change(List.of(network.keys.get(0), network.keys.get(1), fifth, sixth));
        receiptsUpTo(BLOCKS);
    }

    private void receiptsUpTo(int height) {
        while (chain.blocks.size() < height) {
            chain.receipt(0);
        }
    }

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
        network.close();
    }

    private ScriptedValidator validator(int number, List<Message.Decided> blocks) throws IOException {
        ScriptedValidator validator = new ScriptedValidator(network.keys.get(number));
        validator.blocks = List.copyOf(blocks);
        open.add(validator);
        return validator;
    }

    private FinalityClient client(ScriptedValidator... validators) throws IOException {
        List<PeerAddress> addresses = new ArrayList<>();
        for (ScriptedValidator each : validators) {
            addresses.add(each.address());
        }
        FinalityClient client = FinalityClient.of(network.server, addresses, network.genesis);
        open.add(client);
        return client;
    }

    private List<Message.Decided> with(int height, Message.Decided other) {
        List<Message.Decided> blocks = new ArrayList<>(chain.blocks);
        blocks.set(height - 1, other);
        return blocks;
    }

    private Message.Decided last() {
        return chain.blocks.getLast();
    }

    @Test
    void learnsEveryChangeOfTheValidatorsUpToABlockAndLearnsItOnce() throws Exception {
        ScriptedValidator honest = validator(0, chain.blocks);
        FinalityClient client = client(honest);
        assertThat(client.blockOf(0, LAST_EVENT)).contains(last());
        assertThat(client.committee()).isEqualTo(chain.state().validators());
        int read = honest.read.get();
        assertThat(read).as("a bisection, not every block").isBetween(4, BLOCKS - 1);
        assertThat(client.blockOf(0, LAST_EVENT)).contains(last());
        assertThat(honest.read).hasValue(read);
    }

    @Test
    void followsTheValidatorsWithoutAReceiptToAskFor() throws Exception {
        FinalityClient client = client(validator(0, List.of()), validator(1, chain.blocks));
        assertThat(client.committee()).isEqualTo(network.genesis.validators());
        client.follow();
        assertThat(client.committee()).isEqualTo(chain.state().validators());
    }

    @Test
    void asksTheNextWhereOneKnowsOfNoBlockOrDoesNotAnswer() throws Exception {
        ScriptedValidator ignorant = validator(1, List.of());
        ScriptedValidator gone = validator(2, List.of());
        FinalityClient client = client(gone, ignorant, validator(0, chain.blocks));
        gone.close();
        assertThat(client.blockOf(0, LAST_EVENT)).contains(last());
        assertThat(client(ignorant).blockOf(0, LAST_EVENT)).isEmpty();
        assertThatThrownBy(() -> client(gone).blockOf(0, LAST_EVENT)).hasMessageContaining("does not answer");
    }

    @Test
    void refusesABlockThatDoesNotTakeInTheEvent() throws Exception {
        assertThatThrownBy(() -> client(validator(0, chain.blocks)).blockOf(0, LAST_EVENT + 9))
                .hasMessageContaining("it does not take in event " + (LAST_EVENT + 9) + " of partition 0");
    }

    /** Strangers sign each other's block; no certified change leads to them. */
    @Test
    void refusesValidatorsThatAppointedThemselvesAndAsksTheNext() throws Exception {
        List<PeerIdentity> strangers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            strangers.add(network.identity("stranger-" + i, 40 + i));
            chain.knows(strangers.get(i));
        }
        ValidatorSet theirs =
                ValidatorSet.of(strangers.stream().map(PeerIdentity::publicKey).toList());
        BlockHeader h = last().block().header();
        Block block = new Block(
                new BlockHeader(h.chain(), h.height(), h.parent(), h.time(), theirs.digest(), h.body(), h.stateRoot()),
                last().block().body());
        ScriptedValidator liar = validator(3, with(BLOCKS, chain.certified(block, theirs)));
        assertThatThrownBy(() -> client(liar).blockOf(0, LAST_EVENT)).hasMessageContaining("changes no validators");
        assertThat(client(liar, validator(0, chain.blocks)).blockOf(0, LAST_EVENT))
                .contains(last());
        liar.blocks = List.of(chain.certified(block, theirs));
        assertThatThrownBy(() -> client(liar).blockOf(0, LAST_EVENT)).isInstanceOf(IOException.class);
    }

    @Test
    void refusesAChangeOfTheValidatorsThatNoQuorumSigned() throws Exception {
        Message.Decided change = chain.blocks.get(5);
        Certificate cut = new Certificate(
                change.certificate().vote(), change.certificate().seals().subList(0, 2));
        ScriptedValidator liar = validator(3, with(6, new Message.Decided(change.block(), cut)));
        assertThatThrownBy(() -> client(liar).blockOf(0, LAST_EVENT))
                .hasMessageContaining("changes the validators after block 6: 2 of 4 validators signed");
    }

    @Test
    void refusesACertificateThatDoesNotHold() throws Exception {
        Certificate other = chain.blocks.get(BLOCKS - 2).certificate();
        ScriptedValidator liar = validator(3, with(BLOCKS, new Message.Decided(last().block(), other)));
        assertThatThrownBy(() -> client(liar).blockOf(0, LAST_EVENT))
                .hasMessageContaining("says that block 25 is final: its certificate is for something else");
    }
}
